"""Keep the places of all gaps, and move one gap without ranking the others again.

With a frozen calibration a gap's standing in the models of `STANDING_ALONE` depends on its own requests only. So a new
request is one new standing, put into a sorted list; the places are those that a full ranking would give, to the last
tie-break, because they are made of the same keys.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from scoring.standing import Standing

# What a standing sorts by. Its last part is the gap's id, so no two are equal.
_Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A gap's standing as far as its place depends on it; `is_asked` tells whether anybody asks for it."""

    gap_id: str
    key: _Key
    is_asked: bool

    @classmethod
    def of(cls, standing: Standing) -> "Spot":
        return cls(standing.gap_id, standing.order, bool(standing.evidence.cells))


class Book:
    """The sorted list. Not for two threads at once."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        self._spots = {spot.gap_id: spot for spot in spots}
        self._sorted = sorted(spot.key for spot in self._spots.values())
        self._asked = sum(spot.is_asked for spot in self._spots.values())

    def __len__(self) -> int:
        return len(self._sorted)

    def __contains__(self, gap_id: object) -> bool:
        return gap_id in self._spots

    @property
    def asked(self) -> int:
        """How many gaps somebody asks for."""
        return self._asked

    def put(self, spot: Spot) -> None:
        """Give a gap its new place, or its first one."""
        self.remove(spot.gap_id)
        self._spots[spot.gap_id] = spot
        self._asked += spot.is_asked
        insort(self._sorted, spot.key)

    def remove(self, gap_id: str) -> None:
        """Forget a gap, for instance because it was closed; one that is not there may go as well."""
        spot = self._spots.pop(gap_id, None)
        if spot is not None:
            self._asked -= spot.is_asked
            del self._sorted[bisect_left(self._sorted, spot.key)]

    def rank(self, gap_id: str) -> int | None:
        """The gap's place, from 1; None when it is not ranked, or when nobody asks for it."""
        spot = self._spots.get(gap_id)
        return bisect_left(self._sorted, spot.key) + 1 if spot is not None and spot.is_asked else None

    def rank_instead(self, spot: Spot) -> int:
        """The place that the gap would have with another standing while all others keep theirs."""
        own = self._spots.get(spot.gap_id)
        above = bisect_left(self._sorted, spot.key)
        return above + 1 - (own is not None and own.key < spot.key)

    def gap_ids(self, *, start: int, stop: int) -> list[str]:
        """The gaps of a part of the list, the first place being number 0."""
        return [key[-1] for key in self._sorted[start:stop]]
