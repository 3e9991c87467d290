"""Bad days of Slack, written down in advance: what the next calls of a method will suffer."""

import threading
from dataclasses import dataclass
from typing import Literal

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


class Faults:
    """A script of faults per method name (`chat.postMessage`, `response_url`, `*` for any call)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scripts: dict[str, list[Fault]] = {}

    def script(self, method: str, *faults: str, times: int = 1) -> None:
        """Let the next calls suffer, one fault each, in this order, the whole list `times` over.

        `error:code` and `error_before_effect` refuse without doing anything (the first politely, the second as
        HTTP 500); `error_after_effect` does it and says it failed; `drop_before_effect` and `drop_after_effect` cut
        the connection; `slow:2` answers after two seconds, `429:30` asks to come back later, `malformed` is no JSON.
        `ok` in the list leaves one call alone. Raises `ValueError` for an unknown fault.
        """
        parsed = [_parsed(fault) for fault in faults] * times
        with self._lock:
            self._scripts.setdefault(method, []).extend(parsed)

    def take(self, method: str) -> Fault | None:
        """Return what this call must suffer."""
        with self._lock:
            script = self._scripts.get(method) or self._scripts.get("*")
            fault = script.pop(0) if script else None
        return None if fault == _OK else fault

    def clear(self) -> None:
        with self._lock:
            self._scripts.clear()


_OK = Fault(mode="slow", detail="0")


def _parsed(text: str) -> Fault:
    if text == "ok":
        return _OK
    name, _, detail = text.partition(":")
    for mode in _MODES:
        if mode == name:
            return Fault(mode=mode, detail=detail)
    raise ValueError(f"no such fault: {text}")
