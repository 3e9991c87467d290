"""The one clock that all replicas share: the database's."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, func, select
from sqlalchemy.orm import Session

Clock = Callable[[Session], datetime]

_POSTGRES_NOW = select(func.clock_timestamp(type_=DateTime(timezone=True)))


def database_clock(session: Session) -> datetime:
    """Read the database's clock, so that a replica with a wrong clock neither steals leases nor runs jobs early.

    SQLite has no server: its clock is this machine's, in milliseconds.
    """
    if session.get_bind().dialect.name == "sqlite":
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=time.time_ns() // 1_000_000)
    return session.scalars(_POSTGRES_NOW).one().astimezone(UTC)
