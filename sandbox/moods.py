"""Days that a local service can have, to choose from on the sandbox's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.fault_script import FaultScript


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How every call goes as long as it lasts; `faults` are lasting ones by operation, see the service's `Faults`."""

    key: str
    label: str
    detail: str
    faults: tuple[tuple[str, str], ...] = ()

    def settle(self, faults: FaultScript[Any]) -> None:
        faults.clear()
        for operation, fault in self.faults:
            faults.stay(operation, fault)


def choices(moods: Sequence[Mood]) -> list[dict[str, str]]:
    """What the page shows to choose from."""
    return [{"key": mood.key, "label": mood.label, "detail": mood.detail} for mood in moods]
