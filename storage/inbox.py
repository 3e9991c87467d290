"""Inbound things happen once: the sender's own key is unique here, in the same transaction as the effect."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import InboxEntry
from storage.prepared import Prepared

_COLUMNS = ("key", "subject", "received_at")
_INSERT = {
    "sqlite": Prepared(sqlite.insert(InboxEntry).on_conflict_do_nothing(), columns=_COLUMNS),
    "postgresql": Prepared(postgresql.insert(InboxEntry).on_conflict_do_nothing(), columns=_COLUMNS),
}
_UPSERT: dict[str, Callable[[type[InboxEntry]], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_NAME = Prepared(
    update(InboxEntry).where(InboxEntry.key == bindparam("wanted")).values(subject=bindparam("new_subject"))
)


def first_time(connection: Connection, *, key: str, at: datetime, subject: str | None = None) -> bool:
    """Claim the key; False when it was handled before. A concurrent claimant waits for the other's transaction."""
    cursor = _INSERT[connection.dialect.name].run(connection, key=key, subject=subject, received_at=at)
    return cast("int", cursor.rowcount) == 1


def rested(session: Session, *, key: str, at: datetime, rest: timedelta) -> bool:
    """Claim the key again, if nobody has for so long."""
    insert = _UPSERT[session.connection().dialect.name](InboxEntry).values(key=key, subject=None, received_at=at)
    claimed = insert.on_conflict_do_update(
        index_elements=["key"], set_={"received_at": at}, where=InboxEntry.received_at <= at - rest
    )
    return session.execute(claimed.returning(InboxEntry.key)).first() is not None


def name_subject(connection: Connection, *, key: str, subject: str) -> None:
    """Note what the key led to, for whoever delivers it again."""
    _NAME.run(connection, wanted=key, new_subject=subject)


def subject_of(session: Session, key: str) -> str | None:
    entry = session.get(InboxEntry, key)
    return entry.subject if entry else None


def forget_before(session: Session, *, at: datetime, kept: timedelta) -> int:
    """Drop keys that no sender repeats any more; return how many."""
    result = session.execute(delete(InboxEntry).where(InboxEntry.received_at < at - kept))
    return cast("CursorResult[tuple[()]]", result).rowcount
