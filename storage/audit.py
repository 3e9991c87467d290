"""The append-only history. A row is written in the same transaction as the change that it tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from storage.models import AuditRow
from storage.prepared import Prepared

_INSERT = Prepared(insert(AuditRow), columns=("at", "actor_id", "action", "subject", "before", "after", "reason"))


def record(
    connection: Connection,
    *,
    at: datetime,
    actor_id: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write one row; `subject` is a kind and an id, like `request:17`."""
    _INSERT.run(
        connection,
        at=at,
        actor_id=actor_id,
        action=action,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
    )


def history(session: Session, subject: str) -> list[AuditRow]:
    """Everything that happened to one thing, oldest first."""
    return list(session.scalars(select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.id)))
