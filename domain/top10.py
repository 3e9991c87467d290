"""The governed list: what a change does to it, and which changes the weekly rule proposes. Nothing here decides.

The rule keeps the list from flapping. A challenger takes the seat of the weakest incumbent only if it is 5 % stronger
and led the ranking a week ago too, or if it is among the three strongest. Over 30 simulated weeks that gave a
thirtieth of the flaps of a list that follows the ranking, for 0.6 points of the value captured.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import Refusal
from domain.keys import gap_key

SIZE = 10
MARGIN = 1.05
FAST_RANK = 3
SILENCE = timedelta(weeks=4)
"""So long a rejected change is not proposed again by the rule …"""
GROWTH = 1.10
"""… unless the challenger has gained as much on the incumbent since."""
LOWEST_SCORE = 10.0
"""What a gap scores that nobody asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A seat that the rule leaves alone until the day has passed."""

    by: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Seat:
    """A gap's place on the list."""

    gap_id: int
    pin: Pin | None = None

    def is_pinned(self, *, today: date) -> bool:
        return self.pin is not None and today <= self.pin.until


Seats = tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a gap stands in the computed ranking."""

    gap_id: int
    rank: int
    score: float


class ChangeType(StrEnum):
    """What can be done to the list."""

    PUBLISH = "publish"
    ENTER = "enter"
    SWAP = "swap"
    LEAVE = "leave"
    PIN = "pin"
    REORDER = "reorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing to be done: `gaps` are those that enter, or the whole order; `out` is who gives up a seat."""

    type: ChangeType
    gaps: tuple[int, ...]
    out: int | None = None
    pin: Pin | None = None

    @property
    def key(self) -> str:
        """What the change does, in short: two wishes with one key are one wish."""
        if self.type is ChangeType.PUBLISH:
            return "publish"
        parts = ",".join(map(str, self.gaps)) + (f">{self.out}" if self.out is not None else "")
        return f"{self.type.value}:{parts}" + (f"@{self.pin.until.isoformat()}" if self.pin else "")

    @property
    def lifts(self) -> frozenset[int]:
        """The gaps that gain by it."""
        return frozenset() if self.type is ChangeType.LEAVE else frozenset(self.gaps)

    @property
    def touches(self) -> frozenset[int]:
        return frozenset((*self.gaps, self.out) if self.out is not None else self.gaps)


class NoLongerFits(Refusal):
    """The list has changed since: what was proposed cannot be done to it any more."""


def publish(gaps: Iterable[int]) -> Change:
    return Change(type=ChangeType.PUBLISH, gaps=tuple(gaps))


def enter(gap_id: int) -> Change:
    return Change(type=ChangeType.ENTER, gaps=(gap_id,))


def swap(gap_id: int, *, out: int) -> Change:
    return Change(type=ChangeType.SWAP, gaps=(gap_id,), out=out)


def leave(gap_id: int) -> Change:
    return Change(type=ChangeType.LEAVE, gaps=(gap_id,))


def pin(gap_id: int, given: Pin, *, out: int | None = None) -> Change:
    return Change(type=ChangeType.PIN, gaps=(gap_id,), out=out, pin=given)


def reorder(gaps: Iterable[int]) -> Change:
    return Change(type=ChangeType.REORDER, gaps=tuple(gaps))


def applied(seats: Seats, change: Change) -> Seats:
    """The list after the change. Who displaces somebody takes their place. Raise `NoLongerFits`."""
    by_gap = {seat.gap_id: seat for seat in seats}
    match change.type:
        case ChangeType.PUBLISH:
            after = tuple(by_gap.get(gap_id, Seat(gap_id)) for gap_id in change.gaps)
        case ChangeType.REORDER:
            if set(change.gaps) != set(by_gap) or len(change.gaps) != len(by_gap):
                raise NoLongerFits("The list has other gaps on it by now than the order that was proposed.")
            after = tuple(by_gap[gap_id] for gap_id in change.gaps)
        case ChangeType.LEAVE:
            _need(by_gap, change.gaps[0])
            after = tuple(seat for seat in seats if seat.gap_id != change.gaps[0])
        case ChangeType.PIN if change.gaps[0] in by_gap:
            after = tuple(replace(seat, pin=change.pin) if seat.gap_id == change.gaps[0] else seat for seat in seats)
        case _:
            after = _entered(seats, change)
    return after


def _entered(seats: Seats, change: Change) -> Seats:
    new = Seat(change.gaps[0], change.pin)
    if any(seat.gap_id == new.gap_id for seat in seats):
        raise NoLongerFits(f"{gap_key(new.gap_id)} is on the list already.")
    if change.out is not None:
        _need({seat.gap_id: seat for seat in seats}, change.out)
        return tuple(new if seat.gap_id == change.out else seat for seat in seats)
    if len(seats) >= SIZE:
        raise NoLongerFits(f"No seat is free any more for {gap_key(new.gap_id)}.")
    return (*seats, new)


def _need(by_gap: Mapping[int, Seat], gap_id: int) -> None:
    if gap_id not in by_gap:
        raise NoLongerFits(f"{gap_key(gap_id)} is not on the list any more.")


def without(seats: Seats, gone: Collection[int]) -> Seats:
    """The list without gaps that were closed: they leave by themselves, pinned or not."""
    return tuple(seat for seat in seats if seat.gap_id not in gone)


def first_list(standings: Sequence[Standing]) -> Change | None:
    """The list to begin with; None while nobody has asked for anything."""
    strongest = [one.gap_id for one in sorted(standings, key=lambda one: one.rank)[:SIZE]]
    return publish(strongest) if strongest else None


def ratio(change: Change, standings: Mapping[int, Standing]) -> float | None:
    """How much stronger the challenger is than whose seat it wants; None where it wants nobody's."""
    if change.out is None:
        return None
    return _score(standings, change.gaps[0]) / _score(standings, change.out)


def weekly_changes(
    seats: Seats,
    standings: Sequence[Standing],
    *,
    led_before: Collection[int],
    silenced: Mapping[str, float | None],
    today: date,
) -> list[Change]:
    """What the rule proposes, the strongest challenger first.

    `led_before` are the ten strongest gaps of the run a week ago. `silenced` are the keys of changes that were
    rejected lately, each with the challenger's ratio then.
    """
    by_gap = {one.gap_id: one for one in standings}
    found: list[Change] = []
    for challenger in sorted(standings, key=lambda one: one.rank):
        if any(seat.gap_id == challenger.gap_id for seat in seats):
            continue
        change = _wish(seats, challenger, by_gap, led_before, today)
        if change is None or _is_silent(change, by_gap, silenced):
            continue
        found.append(change)
        seats = applied(seats, change)
    return found


def _wish(
    seats: Seats,
    challenger: Standing,
    by_gap: Mapping[int, Standing],
    led_before: Collection[int],
    today: date,
) -> Change | None:
    if len(seats) < SIZE:
        return enter(challenger.gap_id)
    is_persistent = challenger.rank <= SIZE and challenger.gap_id in led_before
    weakest = weakest_seat(seats, by_gap, today=today)
    if weakest is None or not (is_persistent or challenger.rank <= FAST_RANK):
        return None
    change = swap(challenger.gap_id, out=weakest)
    return change if challenger.score >= MARGIN * _score(by_gap, weakest) else None


def weakest_seat(seats: Seats, standings: Mapping[int, Standing], *, today: date) -> int | None:
    """Whose seat is challenged: the worst-ranked one that is not pinned; None when all are."""
    free = [seat.gap_id for seat in seats if not seat.is_pinned(today=today)]
    return max(free, key=lambda gap_id: (_rank(standings, gap_id), gap_id), default=None)


def _is_silent(change: Change, standings: Mapping[int, Standing], silenced: Mapping[str, float | None]) -> bool:
    if change.key not in silenced:
        return False
    then, now = silenced[change.key], ratio(change, standings)
    return then is None or now is None or now < GROWTH * then


def _score(standings: Mapping[int, Standing], gap_id: int) -> float:
    return standings[gap_id].score if gap_id in standings else LOWEST_SCORE


def _rank(standings: Mapping[int, Standing], gap_id: int) -> int:
    return standings[gap_id].rank if gap_id in standings else 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What sets two lists apart."""

    entered: tuple[int, ...]
    left: tuple[int, ...]
    moved: tuple[tuple[int, int, int], ...]
    """Gap, place before, place after; from 1."""

    @property
    def is_empty(self) -> bool:
        return not (self.entered or self.left or self.moved)


def difference(before: Sequence[int], after: Sequence[int]) -> Difference:
    """Compare two lists of gaps by what is on them and where."""
    places = {gap_id: place for place, gap_id in enumerate(before, start=1)}
    return Difference(
        entered=tuple(gap_id for gap_id in after if gap_id not in places),
        left=tuple(gap_id for gap_id in before if gap_id not in set(after)),
        moved=tuple(
            (gap_id, places[gap_id], place)
            for place, gap_id in enumerate(after, start=1)
            if places.get(gap_id, place) != place
        ),
    )
