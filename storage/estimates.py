"""What people know better than the data: effort, RICE inputs, themes, and what a deal really counts for."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.money import Money
from storage.models import DealCorrection, Gap, GapEstimate, GapTheme

_INSERT: dict[str, Callable[[type[GapEstimate]], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def find(session: Session, gap_id: int) -> GapEstimate | None:
    return session.get(GapEstimate, gap_id)


def themes_of(session: Session, gap_id: int) -> tuple[str, ...]:
    return tuple(session.scalars(select(GapTheme.theme).where(GapTheme.gap_id == gap_id).order_by(GapTheme.theme)))


def save(
    session: Session, *, gap_id: int, expected_version: int, values: dict[str, Any], by: str, at: datetime
) -> bool:
    """Store an estimate over the version somebody saw (0: there was none); False when somebody was faster."""
    row = values | {"updated_by": by, "updated_at": at, "version": expected_version + 1}
    if expected_version == 0:
        made = _INSERT[session.connection().dialect.name](GapEstimate).values(gap_id=gap_id, **row)
        return session.execute(made.on_conflict_do_nothing().returning(GapEstimate.gap_id)).first() is not None
    changed = session.execute(
        update(GapEstimate)
        .where(GapEstimate.gap_id == gap_id, GapEstimate.version == expected_version)
        .values(row)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", changed).rowcount == 1


def set_effort(session: Session, *, gap_id: int, months: float | None, at: datetime) -> None:
    session.execute(
        update(Gap)
        .where(Gap.id == gap_id)
        .values(effort_months=months, updated_at=at)
        .execution_options(synchronize_session=False)
    )


def set_themes(session: Session, *, gap_id: int, themes: Iterable[str]) -> None:
    session.execute(delete(GapTheme).where(GapTheme.gap_id == gap_id))
    rows = [{"gap_id": gap_id, "theme": theme} for theme in sorted(set(themes))]
    if rows:
        session.execute(insert(GapTheme), rows)


def correction(session: Session, opportunity_id: int) -> DealCorrection | None:
    return session.get(DealCorrection, opportunity_id)


def correct(session: Session, *, opportunity_id: int, amount: Money, reason: str, by: str, at: datetime) -> None:
    """Let the deal count for this amount, in the place of an earlier correction."""
    session.merge(
        DealCorrection(
            opportunity_id=opportunity_id,
            amount_minor=amount.minor,
            amount_currency=amount.currency,
            reason=reason,
            corrected_by=by,
            corrected_at=at,
        )
    )


def forget_correction(session: Session, opportunity_id: int) -> None:
    session.execute(delete(DealCorrection).where(DealCorrection.opportunity_id == opportunity_id))
