"""Who is who: the mirror of Slack's users and user groups."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.people import PersonKind
from storage.models import GroupMember, Person
from storage.prepared import Prepared

_INSERT: dict[str, Callable[[type[Person]], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_COLUMNS = tuple(column.name for column in Person.__table__.columns)
_KIND = Prepared(select(Person.kind).where(Person.id == bindparam("user_id")))
_GROUPS = Prepared(select(GroupMember.group_id).where(GroupMember.user_id == bindparam("user_id")))


def kind_of(session: Session, user_id: str) -> PersonKind:
    """What Slack last said of this user; `UNKNOWN` for somebody it never mentioned."""
    row = _KIND.run(session.connection(), user_id=user_id).fetchone()
    return PersonKind(row[0]) if row else PersonKind.UNKNOWN


def groups_of(session: Session, user_id: str) -> frozenset[str]:
    """The ids of the user groups that this user is in."""
    return frozenset(row[0] for row in _GROUPS.run(session.connection(), user_id=user_id).fetchall())


def remember(session: Session, people: Iterable[Person]) -> None:
    """Keep what Slack says of these people now. Two jobs may see somebody for the first time at the same moment."""
    rows = [{name: getattr(person, name) for name in _COLUMNS} for person in sorted(people, key=lambda one: one.id)]
    if rows:
        insert = _INSERT[session.connection().dialect.name](Person)
        newer = {name: insert.excluded[name] for name in _COLUMNS if name != "id"}
        session.execute(insert.on_conflict_do_update(index_elements=["id"], set_=newer), rows)


def set_group(session: Session, *, group_id: str, user_ids: Iterable[str]) -> None:
    """Replace the membership of one user group."""
    session.execute(delete(GroupMember).where(GroupMember.group_id == group_id))
    session.add_all(GroupMember(group_id=group_id, user_id=user_id) for user_id in set(user_ids))


def members_among(session: Session, *, user_ids: Collection[str], group_ids: Collection[str]) -> set[str]:
    """The full members of the workspace among these people and those of these user groups."""
    in_groups = select(GroupMember.user_id).where(GroupMember.group_id.in_(group_ids))
    wanted = Person.id.in_(user_ids) | Person.id.in_(in_groups)
    return set(session.scalars(select(Person.id).where(Person.kind == PersonKind.MEMBER, wanted)))


def kinds_of(session: Session, user_ids: Collection[str]) -> dict[str, PersonKind]:
    """What Slack last said of each of these people; nobody it never mentioned."""
    rows = session.execute(select(Person.id, Person.kind).where(Person.id.in_(user_ids)))
    return {row.id: row.kind for row in rows}


def time_zone_of(session: Session, user_id: str) -> str | None:
    """The zone that somebody has set in Slack."""
    return session.scalar(select(Person.time_zone).where(Person.id == user_id))


def newest_sighting(session: Session) -> datetime | None:
    return session.scalar(select(Person.seen_at).order_by(Person.seen_at.desc()).limit(1))
