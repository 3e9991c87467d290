"""Days that a Salesforce can have, to choose from on the sandbox's page."""

from dataclasses import dataclass

from sandbox.salesforce.faults import Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How every call goes as long as it lasts; `faults` are lasting ones by operation, see `Faults.script`."""

    key: str
    label: str
    detail: str
    faults: tuple[tuple[str, str], ...] = ()

    def settle(self, faults: Faults) -> None:
        faults.clear()
        for operation, fault in self.faults:
            faults.stay(operation, fault)


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
