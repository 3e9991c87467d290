"""Bad days, written down in advance: what the next calls of a local service will suffer, whichever service it is."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_Fault = TypeVar("_Fault")


class FaultScript(Generic[_Fault]):
    """A script per operation, or `*` for any call. A fault of None leaves one call alone."""

    def __init__(self, read: Callable[[str, str], _Fault | None]) -> None:
        """`read` takes an operation and the words for a fault; it raises `ValueError` for what it does not know."""
        self._read = read
        self._lock = threading.Lock()
        self._scripts: dict[str, list[_Fault | None]] = {}
        self._lasting: dict[str, _Fault | None] = {}

    def script(self, operation: str, *faults: str, times: int = 1) -> None:
        """Let the next calls suffer, one fault each, in this order, the whole list `times` over."""
        parsed = [self._read(operation, fault) for fault in faults] * times
        with self._lock:
            self._scripts.setdefault(operation, []).extend(parsed)

    def stay(self, operation: str, fault: str) -> None:
        """Let every call suffer until `clear`."""
        parsed = self._read(operation, fault)
        with self._lock:
            self._lasting[operation] = parsed

    def take(self, operation: str) -> _Fault | None:
        """Return what this call must suffer."""
        with self._lock:
            script = self._scripts.get(operation) or self._scripts.get("*")
            if script:
                return script.pop(0)
            return self._lasting[operation] if operation in self._lasting else self._lasting.get("*")

    def clear(self) -> None:
        """Let all be well again."""
        with self._lock:
            self._scripts.clear()
            self._lasting.clear()
