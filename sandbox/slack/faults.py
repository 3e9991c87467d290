"""Bad days of Slack, written down in advance: what the next calls of a method will suffer."""

from dataclasses import dataclass
from typing import Literal

from sandbox.fault_script import FaultScript

Mode = Literal[
    "error",
    "error_before_effect",
    "error_after_effect",
    "drop_before_effect",
    "drop_after_effect",
    "slow",
    "429",
    "malformed",
]
_MODES: tuple[Mode, ...] = (
    "error",
    "error_before_effect",
    "error_after_effect",
    "drop_before_effect",
    "drop_after_effect",
    "slow",
    "429",
    "malformed",
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One bad moment. `detail` is the error code, or the seconds of `slow` and `429`."""

    mode: Mode
    detail: str = ""

    @property
    def seconds(self) -> float:
        return float(self.detail or 1)

    @property
    def code(self) -> str:
        return self.detail or "internal_error"


class Faults(FaultScript[Fault]):
    """A script of faults per method name (`chat.postMessage`, `response_url`, `*` for any call).

    `error:code` and `error_before_effect` refuse without doing anything (the first politely, the second as
    HTTP 500); `error_after_effect` does it and says it failed; `drop_before_effect` and `drop_after_effect` cut
    the connection; `slow:2` answers after two seconds, `429:30` asks to come back later, `malformed` is no JSON.
    `ok` in the list leaves one call alone. Raises `ValueError` for an unknown fault.
    """

    def __init__(self) -> None:
        super().__init__(_read)


def _read(_method: str, text: str) -> Fault | None:
    if text == "ok":
        return None
    name, _, detail = text.partition(":")
    for mode in _MODES:
        if mode == name:
            return Fault(mode=mode, detail=detail)
    raise ValueError(f"no such fault: {text}")
