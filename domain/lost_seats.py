"""The seat that a gap lost when it became part of another one, and what becomes of it when that is undone.

Only what nobody decided is undone: a list that people agreed to since is theirs, and not ours to change.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from domain.top10 import SIZE, Seat, Seats


class SeatFate(StrEnum):
    """What became of a gap's seat."""

    NEVER_LOST = "never_lost"
    GIVEN_BACK = "given_back"
    GONE = "gone"
    """The list has changed too much since: the gap has to be proposed like any other."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the list. One that is not decided came about by itself: a gap on it was closed."""

    seats: Seats
    is_decided: bool

    def seat_of(self, gap_id: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.gap_id == gap_id), None)


def give_back(
    editions: Sequence[Edition], *, gap_id: int, heir: int, closed: Collection[int] = ()
) -> tuple[SeatFate, Seats]:
    """What becomes of the gap's seat, and the list after that.

    `editions` are the versions from the one that was official before the merge to that of today, `heir` is what the gap
    was part of. Gaps that are `closed` by now get nothing back.
    """
    before, today = editions[0], editions[-1]
    lost = before.seat_of(gap_id)
    if lost is None or today.seat_of(gap_id) is not None:
        return SeatFate.NEVER_LOST, today.seats
    if len(editions) == 2:  # noqa: PLR2004  the merge itself was all that happened
        return SeatFate.GIVEN_BACK, tuple(seat for seat in before.seats if seat.gap_id not in closed)
    has_inherited = before.seat_of(heir) is None
    if has_inherited and _was_decided(editions, heir):
        return SeatFate.GONE, today.seats
    if has_inherited and today.seat_of(heir) is not None:
        return SeatFate.GIVEN_BACK, tuple(lost if seat.gap_id == heir else seat for seat in today.seats)
    if len(today.seats) >= SIZE:
        return SeatFate.GONE, today.seats
    place = min(before.seats.index(lost), len(today.seats))
    return SeatFate.GIVEN_BACK, (*today.seats[:place], lost, *today.seats[place:])


def _was_decided(editions: Sequence[Edition], heir: int) -> bool:
    """Whether somebody gave the heir a seat or a pin of its own since, or took its seat away."""
    return any(after.is_decided and before.seat_of(heir) != after.seat_of(heir) for before, after in pairwise(editions))
