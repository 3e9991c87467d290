"""What has happened to the portfolio since somebody looked: told by the audit, and by how far the CRM was read.

Whoever keeps something made of the portfolio asks here before using it. People's changes all have an audit row; the
mirror of the CRM has none, but every page of it prolongs the mirror's turn in the same transaction.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import AuditRow, CrmRead, CrmTurn

_OVERLAP = 200
"""Audit rows that are looked at again: PostgreSQL gives a number before it commits, so a smaller one may come later."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where somebody has looked. Rows of the overlap that were seen are not news a second time."""

    last: int
    seen: frozenset[int]
    mirror: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something a person did; `subject` is a kind and an id, like `request:17`."""

    action: str
    subject: str


def look(session: Session, *, since: Mark | None = None) -> tuple[Mark, list[Change]]:
    """Return a new mark, and what people changed since the old one."""
    first = max(0, since.last - _OVERLAP) if since else _newest(session) - _OVERLAP
    rows = session.execute(select(AuditRow.id, AuditRow.action, AuditRow.subject).where(AuditRow.id > first)).all()
    last = max((id_ for id_, _, _ in rows), default=since.last if since else 0)
    mark = Mark(
        last=last,
        seen=frozenset(id_ for id_, _, _ in rows if id_ > last - _OVERLAP),
        mirror=_mirror(session),
    )
    seen = since.seen if since else mark.seen
    return mark, [Change(action, subject) for id_, action, subject in rows if id_ not in seen]


def _newest(session: Session) -> int:
    return session.scalar(select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1)) or 0


def _mirror(session: Session) -> tuple[Any, ...]:
    """Differs from an earlier one when a page was mirrored between them."""
    turns = session.execute(select(CrmTurn.name, CrmTurn.holder, CrmTurn.held_until).order_by(CrmTurn.name))
    reads = session.execute(
        select(CrmRead.record, CrmRead.mark_at, CrmRead.pass_mark_at, CrmRead.pass_mark_id, CrmRead.changes_read_at)
        .order_by(CrmRead.record)
    )  # fmt: skip
    return (*map(tuple, turns), *map(tuple, reads))
