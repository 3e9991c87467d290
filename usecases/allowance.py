"""Keep one person from asking faster than people do."""

import threading
from datetime import datetime

from domain.errors import Refusal
from domain.ports import Clock

_MOST_KEPT = 10_000


class TooFast(Refusal):
    """Somebody, or rather something, asks faster than a person types."""


class Allowance:
    """So many questions at once for each person, and so many more each second after that.

    It lives in this process alone: it keeps scripts from making everybody else wait, and nothing depends on it.
    """

    def __init__(self, *, at_once: int, per_second: float, now: Clock) -> None:
        self._at_once = float(at_once)
        self._per_second = per_second
        self._now = now
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, datetime]] = {}

    def take(self, who: str) -> None:
        """Count one question; raise `TooFast` when there were too many."""
        with self._lock:
            now = self._now()
            left = self._refilled(who, now)
            if left < 1:
                raise TooFast("That is faster than anybody types. Please wait a few seconds.")
            if len(self._left) >= _MOST_KEPT:
                self._left = {one: kept for one, kept in self._left.items() if self._refilled(one, now) < self._at_once}
            self._left[who] = left - 1, now

    def _refilled(self, who: str, now: datetime) -> float:
        left, since = self._left.get(who, (self._at_once, now))
        return min(self._at_once, left + max(0.0, (now - since).total_seconds()) * self._per_second)
