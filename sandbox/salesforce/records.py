"""What was asked of Salesforce, to look at afterwards. Tokens and secrets are not kept."""

import threading
from dataclasses import dataclass
from datetime import datetime

_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `url` is all that a proxy would see, `soql` the query wherever it was, `code` the refusal."""

    operation: str
    url: str
    status: int | None
    soql: str = ""
    code: str = ""
    at: datetime | None = None


class Records:
    """Calls in order of their answers, the oldest forgotten some day; `status` is None where there was none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls: list[Call] = []

    def add(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)
            del self.calls[:-_KEPT]

    def of(self, *operations: str) -> list[Call]:
        with self._lock:
            return [call for call in self.calls if call.operation in operations]

    @property
    def queries(self) -> list[str]:
        """The SOQL of all calls that had any."""
        with self._lock:
            return [call.soql for call in self.calls if call.soql]

    def clear(self) -> None:
        with self._lock:
            self.calls.clear()
