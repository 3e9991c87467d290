"""Gaps: opened on the hot path, looked alike while a title is typed, read as cards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.orm import Session, selectinload

from domain.words import CLOSED_STATES, GapState
from storage.models import Gap, Link, Request
from storage.prepared import Prepared

_COLUMNS = tuple(column.name for column in Gap.__table__.columns if column.name != "id")
_INSERT = Prepared(insert(Gap).returning(Gap.id), columns=_COLUMNS)
_STATE = Prepared(select(Gap.state, Gap.merged_into_id).where(Gap.id == bindparam("gap_id")))
_LINK = Prepared(insert(Link), columns=("gap_id", "url", "created_at", "created_by"))
_HAS_LINK = Prepared(select(Link.id).where(Link.gap_id == bindparam("gap_id"), Link.url == bindparam("url")))


def open_gap(
    connection: Connection,
    *,
    title: str,
    problem: str | None,
    area_key: str | None,
    dri_id: str | None,
    by: str,
    at: datetime,
) -> int:
    """Open a new gap; return its id, from which its key is made."""
    row = _INSERT.run(
        connection,
        title=title,
        problem=problem,
        area_key=area_key,
        dri_id=dri_id,
        state=GapState.NEW,
        merged_into_id=None,
        effort_months=None,
        created_at=at,
        created_by=by,
        updated_at=at,
        version=1,
    ).fetchone()
    return cast("int", row[0])


def living_gap(connection: Connection, gap_id: int) -> int | None:
    """The gap that stands for `gap_id` today: itself, or what it was merged into; None when it is closed or unknown."""
    seen = set[int]()
    current: int | None = gap_id
    while current is not None and current not in seen:
        seen.add(current)
        row = _STATE.run(connection, gap_id=current).fetchone()
        if row is None:
            return None
        state, merged_into = GapState(row[0]), row[1]
        if state.is_open:
            return current
        current = merged_into
    return None


def add_link(connection: Connection, *, gap_id: int, url: str, by: str, at: datetime) -> None:
    """Keep a GitLab address with the gap, once."""
    if _HAS_LINK.run(connection, gap_id=gap_id, url=url).fetchone() is None:
        _LINK.run(connection, gap_id=gap_id, url=url, created_at=at, created_by=by)


@dataclass(frozen=True, slots=True)
class OpenTitle:
    """An open gap as the duplicate check sees it."""

    gap_id: int
    title: str
    area_key: str | None
    accounts: int


def open_title(session: Session, gap_id: int) -> OpenTitle | None:
    """One open gap with how many accounts ask for it; None when it is closed or unknown."""
    row = session.execute(
        select(Gap.id, Gap.title, Gap.area_key).where(Gap.id == gap_id, Gap.state.not_in(CLOSED_STATES))
    ).first()
    return OpenTitle(row[0], row[1], row[2], accounts_asking(session, [gap_id]).get(gap_id, 0)) if row else None


def accounts_asking(session: Session, gap_ids: Collection[int]) -> dict[int, int]:
    """How many accounts ask for each of these gaps; none is left out."""
    if not gap_ids:
        return {}
    rows = session.execute(
        select(Request.gap_id, func.count(func.distinct(Request.account_id)))
        .where(Request.gap_id.in_(gap_ids), Request.withdrawn_at.is_(None))
        .group_by(Request.gap_id)
    )
    return dict.fromkeys(gap_ids, 0) | {row[0]: row[1] for row in rows}


def find(session: Session, gap_id: int) -> Gap | None:
    """One gap with its links."""
    return session.scalar(select(Gap).where(Gap.id == gap_id).options(selectinload(Gap.links)))
