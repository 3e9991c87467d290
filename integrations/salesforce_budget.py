"""How many calls the whole organisation made in its rolling day, and when we stop to leave it the rest."""

import threading
from collections.abc import Callable
from typing import Any

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.util import Usage

from domain.directory import ApiUsage, BudgetSpent

_HEADER = "Sforce-Limit-Info"
# The window rolls: after this long a reading says little, and one more call is worth a new one.
_READING_SECONDS = 900.0


class CallBudget:
    """The newest reading of the header that Salesforce sends with its answers; the same for all threads."""

    def __init__(self, *, share: float, monotonic: Callable[[], float]) -> None:
        self._share = share
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._reading: ApiUsage | None = None
        self._read_at = 0.0

    @property
    def reading(self) -> ApiUsage | None:
        with self._lock:
            return self._reading

    def note(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Read the header of an answer, as a hook of requests."""
        usage = Salesforce.parse_api_usage(response.headers.get(_HEADER, "")).get("api-usage")
        if isinstance(usage, Usage):
            with self._lock:
                self._reading = ApiUsage(used=usage.used, allowed=usage.total)
                self._read_at = self._monotonic()

    def require(self) -> None:
        """Raise `BudgetSpent` when our share is used up."""
        with self._lock:
            reading, age = self._reading, self._monotonic() - self._read_at
        if reading is not None and reading.share >= self._share and age < _READING_SECONDS:
            raise BudgetSpent(
                f"{reading.used} of {reading.allowed} Salesforce calls of the day are used; the rest is for others.",
                used=reading.used,
                allowed=reading.allowed,
            )
