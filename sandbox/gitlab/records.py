"""What was asked of GitLab and what it answered, to look at afterwards and to be judged by its contract."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call. `path` is still encoded and has the query; `status` is None where there was no answer.

    `answer` is what GitLab said, or would have said, had nothing come in between; `is_genuine` tells the two apart.
    """

    operation: str
    method: str
    path: str
    body: Any
    status: int | None
    answer: Any
    is_genuine: bool
    at: datetime


class Records:
    """Calls in the order of their answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls: list[Exchange] = []

    def add(self, call: Exchange) -> None:
        with self._lock:
            self.calls.append(call)

    def of(self, *operations: str) -> list[Exchange]:
        with self._lock:
            return [call for call in self.calls if call.operation in operations]

    def clear(self) -> None:
        with self._lock:
            self.calls.clear()
