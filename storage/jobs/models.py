"""The tables of the durable jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Table, func, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId

_OPEN = text("state = 'open'")
_OPEN_IN_LANE = text("state = 'open' AND lane IS NOT NULL")
_RUNNING_IN_LANE = text("state = 'open' AND lane IS NOT NULL AND token IS NOT NULL")
_DONE = text("state = 'done'")
_DEAD = text("state = 'dead'")


class Job(Base):
    """Work that was promised in a committed transaction.

    `due_at` alone says when the row may be picked up next: for a waiting job that is its run time, for a running one
    the end of its lease, so the job of a crashed worker simply becomes due again and nobody has to reap it.
    `token` names the claim that holds the job; every later write of that claim is conditional on it.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    lane: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(8), default="open", server_default="open")
    # Left out of an insert, both are the database's clock: whole seconds on SQLite, the transaction's start elsewhere.
    due_at: Mapped[datetime] = mapped_column(server_default=func.current_timestamp())
    created_at: Mapped[datetime] = mapped_column(server_default=func.current_timestamp())
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    token: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str | None] = mapped_column(String(500))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'dead')", name="state"),
        Index("ix_job_due", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_job_lane", "lane", "id", postgresql_where=_OPEN_IN_LANE, sqlite_where=_OPEN_IN_LANE),
        # Two claimers whose snapshots differ could each see its own job as the lane's first: here the second one fails.
        Index(
            "uq_job_lane_running",
            "lane",
            unique=True,
            postgresql_where=_RUNNING_IN_LANE,
            sqlite_where=_RUNNING_IN_LANE,
        ),
        Index("ix_job_ended", "ended_at", postgresql_where=_DONE, sqlite_where=_DONE),
        Index("ix_job_dead", "kind", "id", postgresql_where=_DEAD, sqlite_where=_DEAD),
    )


# The same table without the mapping: what an INSERT that must be cheap runs on.
JOB_TABLE: Table = Base.metadata.tables["job"]


class RateLimit(Base):
    """When an outside target may be called next, shared by all replicas.

    `free_at` is the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371): the moment at which
    every slot given away so far has been used. `closed_until` is the target's own demand to be left alone.
    """

    __tablename__ = "rate_limit"

    target: Mapped[str] = mapped_column(String(100), primary_key=True)
    free_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
