"""Gaps that go from one state to another, and what is to be told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from domain.gap_changes import ChangeKind
from domain.words import GapState
from storage.models import AuditRow, Gap, GapChange


@dataclass(frozen=True, slots=True)
class GapNow:
    """A gap as it is at this moment, for whoever wants to move it."""

    state: GapState
    dri_id: str | None
    title: str
    merged_into_id: int | None


def now(session: Session, gap_id: int) -> GapNow | None:
    row = session.execute(select(Gap.state, Gap.dri_id, Gap.title, Gap.merged_into_id).where(Gap.id == gap_id)).first()
    return GapNow(*row) if row else None


def move(
    session: Session, *, gap_id: int, current: GapState, wanted: GapState, merged_into: int | None, at: datetime
) -> bool:
    """Move the gap if it still is where the caller saw it; False when somebody was faster."""
    result = session.execute(
        update(Gap)
        .where(Gap.id == gap_id, Gap.state == current)
        .values(state=wanted, merged_into_id=merged_into, updated_at=at, version=Gap.version + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def add_change(
    session: Session,
    *,
    gap_id: int,
    kind: ChangeKind,
    by: str,
    at: datetime,
    before: str | None = None,
    after: str | None = None,
    other_gap_id: int | None = None,
    wording: str | None = None,
) -> int:
    """Keep what is to be told; return its id."""
    row = GapChange(
        gap_id=gap_id,
        kind=kind.value,
        actor_id=by,
        at=at,
        before=before,
        after=after,
        other_gap_id=other_gap_id,
        wording=wording,
    )
    session.add(row)
    session.flush()
    return row.id


def change(session: Session, change_id: int) -> GapChange | None:
    return session.get(GapChange, change_id)


def reason_of(session: Session, change: GapChange) -> str | None:
    """Why it was done, as the history of the gap has it."""
    return session.scalar(
        select(AuditRow.reason).where(
            AuditRow.subject == f"gap:{change.gap_id}", AuditRow.at == change.at, AuditRow.reason.is_not(None)
        )
    )


def merged_into(session: Session, gap_id: int) -> set[int]:
    """The gap and everything that was merged into it, directly or by way of others."""
    found, newest = {gap_id}, {gap_id}
    while newest:
        newest = _merged_directly(session, newest) - found
        found |= newest
    return found


def _merged_directly(session: Session, gap_ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(Gap.id).where(Gap.merged_into_id.in_(gap_ids))))
