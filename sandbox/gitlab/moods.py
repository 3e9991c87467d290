"""Days that a GitLab can have, to choose from on the sandbox's page."""

from sandbox.moods import Mood

_WRITES = ("issue.create", "issue.update", "note.create", "note.update", "graphql.mutation")


MOODS = (
    Mood(key="well", label="Works", detail="Answers at once."),
    Mood(key="slow", label="Slow", detail="Each answer takes five seconds.", faults=(("*", "slow:5"),)),
    Mood(key="down", label="Down", detail="502 from the proxy, nothing is done.", faults=(("*", "502_before_effect"),)),
    Mood(
        key="lying",
        label="Does it and fails",
        detail="Writes are carried out, then answered with 502.",
        faults=tuple((operation, "502_after_effect") for operation in _WRITES),
    ),
    Mood(key="silent", label="Silent", detail="Takes calls and never answers.", faults=(("*", "hang_before_effect"),)),
    Mood(key="limited", label="Too many requests", detail="429, come back in 20 seconds.", faults=(("*", "429:20"),)),
    Mood(key="revoked", label="Token revoked", detail="401 to everything.", faults=(("*", "401"),)),
    Mood(key="sign-in", label="Login page", detail="HTML instead of the API.", faults=(("*", "html"),)),
)
