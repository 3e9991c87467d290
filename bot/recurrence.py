"""When a schedule is due: wall-clock slots in a named zone, and plain lengths of time. Pure arithmetic of times.

A wall-clock time that does not exist (clocks went forward over it) means the first moment after the gap; one that comes
twice means the first of the two. So every day and every week has exactly one slot, whatever the zone does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One time at which a schedule fires. `label` names it for good, even if the zone's rules change meanwhile."""

    at: datetime
    label: str


class Recurrence(Protocol):
    """A rule for slots."""

    def latest(self, now: datetime) -> Slot:
        """Return the last slot that is not after `now`."""

    def following(self, now: datetime) -> Slot:
        """Return the first slot after `now`."""


@dataclass(frozen=True, kw_only=True)
class Daily:
    """Each day at a time of the wall clock."""

    at: time
    zone: ZoneInfo

    def latest(self, now: datetime) -> Slot:
        return _latest(self._slots(now), now)

    def following(self, now: datetime) -> Slot:
        return _following(self._slots(now), now)

    def _slots(self, now: datetime) -> Iterator[Slot]:
        today = now.astimezone(self.zone).date()
        return (_slot(today + _DAY * days, self.at, self.zone) for days in range(-3, 4))


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """Once a week, on a day (Monday = 0) at a time of the wall clock."""

    weekday: int
    at: time
    zone: ZoneInfo

    def latest(self, now: datetime) -> Slot:
        return _latest(self._slots(now), now)

    def following(self, now: datetime) -> Slot:
        return _following(self._slots(now), now)

    def _slots(self, now: datetime) -> Iterator[Slot]:
        today = now.astimezone(self.zone).date()
        this_week = today + _DAY * (self.weekday - today.weekday())
        return (_slot(this_week + _DAY * 7 * weeks, self.at, self.zone) for weeks in range(-2, 3))


@dataclass(frozen=True, kw_only=True)
class Every:
    """Each time a length of time has passed, counted from 1970 in UTC plus an offset: clock changes do not touch it."""

    period: timedelta
    offset: timedelta = timedelta()

    def __post_init__(self) -> None:
        if self.period < timedelta(seconds=1):
            raise ValueError("the shortest period is a second")

    def latest(self, now: datetime) -> Slot:
        passed = (now - _EPOCH - self.offset) // self.period
        return self._slot(passed)

    def following(self, now: datetime) -> Slot:
        return self._slot((now - _EPOCH - self.offset) // self.period + 1)

    def _slot(self, number: int) -> Slot:
        at = _EPOCH + self.offset + self.period * number
        return Slot(at=at, label=at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def hourly(*, minute: int = 0) -> Every:
    """Return the rule for once an hour, at a minute of UTC's clock."""
    return Every(period=timedelta(hours=1), offset=timedelta(minutes=minute))


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) at which a day's wall-clock time comes, by the rule of this module."""
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    # In a gap, fold 0 counts with the offset before it and fold 1 with the one after: the change lies between the two.
    return _change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find, to the second, when the zone's offset changes between two moments."""
    old = before.astimezone(zone).utcoffset()
    second = timedelta(seconds=1)
    low, high = 0, (after - before) // second
    while high - low > 1:
        middle = (low + high) // 2
        if (before + second * middle).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + second * high


def _slot(day: date, at: time, zone: ZoneInfo) -> Slot:
    return Slot(at=instant(day, at, zone), label=f"{day.isoformat()}T{at:%H:%M}")


def _latest(slots: Iterator[Slot], now: datetime) -> Slot:
    return max((slot for slot in slots if slot.at <= now), key=lambda slot: slot.at)


def _following(slots: Iterator[Slot], now: datetime) -> Slot:
    return min((slot for slot in slots if slot.at > now), key=lambda slot: slot.at)
