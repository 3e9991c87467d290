"""The one clock that all replicas share: the database's."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import DateTime, String, func, select
from sqlalchemy.orm import Session

Clock = Callable[[Session], datetime]

_POSTGRES_NOW = select(func.clock_timestamp(type_=DateTime(timezone=True)))
_SQLITE_NOW = select(func.strftime("%Y-%m-%d %H:%M:%f", "now", type_=String))


def database_clock(session: Session) -> datetime:
    """Read the database's clock, so that a replica with a wrong clock neither steals leases nor runs jobs early.

    On SQLite, which has no server, it is this machine's clock in milliseconds.
    """
    if session.get_bind().dialect.name == "sqlite":
        return datetime.fromisoformat(session.scalars(_SQLITE_NOW).one()).replace(tzinfo=UTC)
    return session.scalars(_POSTGRES_NOW).one().astimezone(UTC)
