"""Saved queries, by name: one's own and those that are shared."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.text import folded
from storage.models import SavedView

SHARED = "shared"
NAME_LENGTH = 60
_INSERT: dict[str, Callable[[type[SavedView]], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def save(session: Session, *, scope: str, name: str, query: str, by: str, at: datetime) -> None:
    """Keep the query under this name, in the place of the one that had it."""
    insert = _INSERT[session.connection().dialect.name](SavedView).values(
        scope=scope, name=name, name_folded=name_key(name), query=query, created_by=by, updated_at=at
    )
    newer = {column: insert.excluded[column] for column in ("name", "query", "created_by", "updated_at")}
    session.execute(insert.on_conflict_do_update(index_elements=["scope", "name_folded"], set_=newer))


def find(session: Session, *, user_id: str, name: str) -> SavedView | None:
    """The view of this name; one's own goes before a shared one."""
    found = {row.scope: row for row in _visible(session, user_id, name)}
    return found.get(user_id) or found.get(SHARED)


def visible_to(session: Session, user_id: str) -> list[SavedView]:
    """One's own and the shared ones, by name."""
    return sorted(_visible(session, user_id, None), key=lambda row: (row.name_folded, row.scope == SHARED))


def forget(session: Session, view_id: int) -> None:
    session.execute(delete(SavedView).where(SavedView.id == view_id))


def name_key(name: str) -> str:
    """What names are compared by; one of punctuation alone is compared as it is."""
    return (folded(name) or name)[:NAME_LENGTH]


def _visible(session: Session, user_id: str, name: str | None) -> list[SavedView]:
    query = select(SavedView).where(SavedView.scope.in_((user_id, SHARED)))
    if name is not None:
        query = query.where(SavedView.name_folded == name_key(name))
    return list(session.scalars(query))
