"""Promise a job on the hot path, at the price of one driver call."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from storage.jobs import INSERT_JOB, JobKind, job_row
from storage.prepared import Prepared

P = TypeVar("P")

_COLUMNS = ("kind", "version", "payload", "key", "lane", "state", "due_at", "created_at", "attempts")
_INSERT = Prepared(INSERT_JOB, columns=_COLUMNS)


def enqueue_now(connection: Connection, kind: JobKind[P], payload: P, *, at: datetime) -> None:
    """Add a job that is due at once, in the caller's transaction."""
    _INSERT.run(connection, **job_row(kind, payload, now=at), state="open", attempts=0).fetchone()
