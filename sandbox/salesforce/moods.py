"""Days that a Salesforce can have, to choose from on the sandbox's page."""

from sandbox.moods import Mood

MOODS = (
    Mood(key="well", label="Works", detail="Answers at once."),
    Mood(key="slow", label="Slow", detail="Each answer takes five seconds.", faults=(("*", "slow:5"),)),
    Mood(key="down", label="Down", detail="A maintenance page instead of answers.", faults=(("*", "html:503"),)),
    Mood(key="silent", label="Silent", detail="Takes calls and never answers.", faults=(("*", "hang"),)),
    Mood(
        key="limited",
        label="Daily limit",
        detail="The organisation's calls of the day are used up.",
        faults=tuple(
            (operation, "REQUEST_LIMIT_EXCEEDED:TotalRequests Limit exceeded.")
            for operation in ("describe", "query", "query_more", "batch")
        ),
    ),
)
