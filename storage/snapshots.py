"""Each day's ranking: kept once, read as movement, as one gap's history, and as the parts that a change came from."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import RankDay, RankPlace

_INSERT: dict[str, Callable[[type[RankDay]], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTaken:
    """What a day's ranking was made with."""

    day: date
    taken_at: datetime
    model: str
    model_version: int
    calibration_id: str
    calibration: dict[str, Any]
    currency: str
    inputs_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTaken:
    """A gap's place on a day. `parts` is JSON: `metrics` and `families`, see `usecases.take_snapshot`."""

    gap_id: int
    position: int
    score: float
    arr_minor: int
    accounts: int
    strategic_accounts: int
    p0_accounts: int
    parts: dict[str, Any]
    p_top10: float | None


def keep(session: Session, taken: DayTaken, places: Iterable[PlaceTaken]) -> bool:
    """Keep a day's ranking; False, and nothing is changed, when that day has one already."""
    rows = [{"day": taken.day} | {name: getattr(place, name) for name in PlaceTaken.__slots__} for place in places]
    day = {name: getattr(taken, name) for name in DayTaken.__slots__} | {"gaps": len(rows)}
    first = _INSERT[session.connection().dialect.name](RankDay).values(day).on_conflict_do_nothing()
    if not session.execute(first.returning(RankDay.day)).first():
        return False
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert(RankPlace), rows[start : start + _ROWS_AT_ONCE])
    return True


def has_day(session: Session, day: date) -> bool:
    return session.get(RankDay, day) is not None


def latest_until(session: Session, day: date) -> RankDay | None:
    """The last day that was kept, not after this one."""
    return session.scalars(select(RankDay).where(RankDay.day <= day).order_by(RankDay.day.desc()).limit(1)).first()


def positions(session: Session, day: date, *, gap_ids: Collection[int]) -> Mapping[int, int]:
    """The places of some gaps on a day."""
    found = select(RankPlace.gap_id, RankPlace.position).where(RankPlace.day == day, RankPlace.gap_id.in_(gap_ids))
    return {row.gap_id: row.position for row in session.execute(found)}


def places(session: Session, day: date, *, gap_ids: Iterable[int] | None = None) -> list[RankPlace]:
    """A day's places with their parts, best first; all of them, or those of some gaps."""
    query = select(RankPlace).where(RankPlace.day == day).order_by(RankPlace.position)
    if gap_ids is not None:
        query = query.where(RankPlace.gap_id.in_(list(gap_ids)))
    return list(session.scalars(query))


def ever_ranked(session: Session, gap_ids: Iterable[int], *, before: date) -> frozenset[int]:
    """Those of the gaps that had a place on some day before this one: a gap that was away is not new."""
    found = session.scalars(
        select(RankPlace.gap_id).where(RankPlace.gap_id.in_(list(gap_ids)), RankPlace.day < before).distinct()
    )
    return frozenset(found)


def chance_of(session: Session, gap_id: int) -> float | None:
    """How likely the gap is in the Top 10, as of the latest day that it was worked out."""
    query = select(RankPlace.p_top10).where(RankPlace.gap_id == gap_id, RankPlace.p_top10.is_not(None))
    return session.scalars(query.order_by(RankPlace.day.desc()).limit(1)).first()


def history(session: Session, gap_id: int, *, since: date) -> list[Any]:
    """A gap’s days, oldest first: each place, and what of its day is needed to read it."""
    return list(
        session.execute(
            select(
                RankPlace.day,
                RankPlace.position,
                RankPlace.score,
                RankPlace.arr_minor,
                RankPlace.accounts,
                RankPlace.p0_accounts,
                RankDay.gaps,
                RankDay.currency,
                RankDay.calibration_id,
            )
            .join(RankDay, RankDay.day == RankPlace.day)
            .where(RankPlace.gap_id == gap_id, RankPlace.day >= since)
            .order_by(RankPlace.day)
        )
    )


def forget_before(session: Session, day: date) -> int:
    """Drop what is older, places first; return how many days that were."""
    session.execute(delete(RankPlace).where(RankPlace.day < day))
    count = session.scalar(select(func.count()).select_from(RankDay).where(RankDay.day < day)) or 0
    session.execute(delete(RankDay).where(RankDay.day < day))
    return count
