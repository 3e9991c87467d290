"""What a weekly digest says: places, how they moved, and what moved them. Pure; no text, no customer's name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.words import Priority


class MoneyShown(StrEnum):
    """How much money a channel sees."""

    NONE = "none"
    BAND = "band"
    EXACT = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel's wish for a weekly digest. `key` names it for good; without `owner` the admins answer for it."""

    key: str
    channel: str
    weekday: int
    at: str
    time_zone: str
    size: int = 10
    areas: tuple[str, ...] = ()
    filters: str = ""
    """All others, as they are typed after `/top-gaps`."""
    money: MoneyShown = MoneyShown.BAND
    owner: str | None = None
    since: datetime | None = None
    """Weeks before were never due."""


def week_of(day: date) -> str:
    """The period that a digest of this day is for: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


class Movement(StrEnum):
    """How a gap's place compares with a week ago."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NEW = "new"
    BACK = "back"
    UNKNOWN = "unknown"


def movement(*, before: int | None, now: int, was_ever: bool, is_compared: bool) -> Movement:
    """Compare two places; a gap that had one longer ago is back, not new."""
    if not is_compared:
        return Movement.UNKNOWN
    if before is None:
        return Movement.BACK if was_ever else Movement.NEW
    return Movement.SAME if before == now else Movement.UP if now < before else Movement.DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPart:
    """What one family of accounts adds to a gap's impacted ARR on a day, in minor units."""

    account_id: int
    counted: int
    priority: Priority


class CauseKind(StrEnum):
    """Why a family counts for more or less than a week ago."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    MORE_URGENT = "more_urgent"
    LESS_URGENT = "less_urgent"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason for a move: how much the gap's counted money changed by it, and whose. `accounts` share the kind."""

    kind: CauseKind
    delta: int
    accounts: tuple[int, ...]
    p0: int = 0


MOST_CAUSES = 3


def causes(before: Sequence[FamilyPart], after: Sequence[FamilyPart]) -> tuple[Cause, ...]:
    """What changed between two days, the biggest first; causes of one kind are one."""
    then = {part.account_id: part for part in before}
    now = {part.account_id: part for part in after}
    found: dict[CauseKind, list[tuple[int, int, bool]]] = {}
    for account_id in sorted(then.keys() | now.keys()):
        change = _change(then.get(account_id), now.get(account_id))
        if change is not None:
            kind, delta = change
            is_p0 = account_id in now and now[account_id].priority is Priority.P0
            found.setdefault(kind, []).append((account_id, delta, is_p0))
    joined = (_joined(kind, each) for kind, each in found.items())
    return tuple(sorted(joined, key=lambda cause: (-abs(cause.delta), cause.kind))[:MOST_CAUSES])


def _change(before: FamilyPart | None, after: FamilyPart | None) -> tuple[CauseKind, int] | None:
    if before is None:
        return (CauseKind.ASKED, after.counted) if after else None
    if after is None:
        return CauseKind.WITHDRAWN, -before.counted
    delta = after.counted - before.counted
    if after.priority is not before.priority:
        is_more = _URGENCY[after.priority] > _URGENCY[before.priority]
        return (CauseKind.MORE_URGENT if is_more else CauseKind.LESS_URGENT), delta
    # Ageing moves every family a little every day: that is no news.
    is_news = abs(delta) * _NEWS >= max(abs(before.counted), abs(after.counted)) and delta != 0
    return (CauseKind.MONEY, delta) if is_news else None


_URGENCY: Mapping[Priority, int] = {Priority.NICE: 0, Priority.P1: 1, Priority.P0: 2}
_NEWS = 20
"""A change of money is told from a twentieth on."""


def _joined(kind: CauseKind, each: Iterable[tuple[int, int, bool]]) -> Cause:
    found = sorted(each, key=lambda one: -abs(one[1]))
    return Cause(
        kind=kind,
        delta=sum(delta for _, delta, _ in found),
        accounts=tuple(account_id for account_id, _, _ in found),
        p0=sum(is_p0 for _, _, is_p0 in found),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """A gap in the digest. `rank` is its place, `before` the one among all gaps a week ago.

    `overall` is today's place among all gaps where filters make that another one.
    """

    gap_id: int
    title: str
    rank: int
    before: int | None
    movement: Movement
    score: float
    arr_minor: int
    accounts: int
    p0_accounts: int
    state: str
    milestone: str | None = None
    due: date | None = None
    url: str | None = None
    overall: int | None = None

    @property
    def moved_by(self) -> int:
        """How many places it went, up or down."""
        return abs(self.before - (self.overall or self.rank)) if self.before is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A gap that moved, and why."""

    gap_id: int
    title: str
    before: int
    now: int
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapName:
    """A gap that is only mentioned."""

    gap_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The scores of some gaps over some days."""

    days: tuple[date, ...]
    scores: Mapping[str, tuple[float, ...]]
    """By key of the gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """Everything that a digest says, fixed when it is built: a retry says the same."""

    period: str
    as_of: date
    compared_to: date | None
    currency: str
    size: int
    areas: tuple[str, ...]
    money: MoneyShown
    lines: tuple[DigestLine, ...]
    movers: tuple[Mover, ...]
    shipped: tuple[GapName, ...]
    waiting: tuple[GapName, ...]
    trend: Trend | None
    skipped: str | None
    """The period before this one, when it should have had a digest and had none."""
    built_at: datetime
    filters: str = ""
    """What it is restricted to besides areas, as everybody may read it."""
    query: str = ""
    """The same as it is typed; empty where it would say a customer."""
    is_of_customers: bool = False
    """Whether the filters choose certain customers: nobody beyond the company may see which gaps are theirs."""
