"""Chance that comes out the same in every process: one stream per purpose, all from one seed."""

from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

_Item = TypeVar("_Item")
_FIRST_HOUR, _LAST_HOUR = 7, 17
_SATURDAY = 5


def stream(seed: int, purpose: str) -> Random:
    """Return the dice of one purpose, so that more accounts do not change the requests."""
    return Random(f"{seed}/{purpose}")  # noqa: S311  a demo's data, not a secret


def pick(items: Sequence[_Item], weights: Sequence[float], *, random: Random) -> _Item:
    """Choose one item by weight."""
    totals = list(accumulate(weights))
    return items[min(bisect(totals, random.random() * totals[-1]), len(items) - 1)]


def office_time(day: date, *, random: Random) -> datetime:
    """Return a moment of a working day; a weekend moves back to its Friday."""
    day -= timedelta(days=max(0, day.weekday() - _SATURDAY + 1))
    at = time(random.randint(_FIRST_HOUR, _LAST_HOUR), random.randint(0, 59), random.randint(0, 59), tzinfo=UTC)
    return datetime.combine(day, at)
