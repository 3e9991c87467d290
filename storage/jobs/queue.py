"""Adding a job, in the caller's transaction."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Insert, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String

from storage.jobs.clock import Clock, database_clock
from storage.jobs.kinds import JobKind
from storage.jobs.models import JOB_TABLE, Job

P = TypeVar("P")

# PostgreSQL tells the workers of other processes through it when the transaction commits.
CHANNEL = "gapbot_jobs"


class wake_workers(FunctionElement[str]):  # noqa: N801  it reads as the SQL function that it is
    """Part of a RETURNING clause: a notification in the same round trip and transaction as the insert."""

    type = String()
    inherit_cache = True
    name = "wake_workers"


@compiles(wake_workers, "postgresql")
def _notify(_element: wake_workers, _compiler: SQLCompiler, **_options: Any) -> str:
    return f"pg_notify('{CHANNEL}', '')"


@compiles(wake_workers, "sqlite")
def _nothing(_element: wake_workers, _compiler: SQLCompiler, **_options: Any) -> str:
    return "NULL"  # other processes watch the file itself


INSERT_JOB: Insert = insert(JOB_TABLE).returning(Job.id, wake_workers())


def job_row(
    kind: JobKind[P], payload: P, *, key: str | None = None, lane: str | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """Return the parameters of `INSERT_JOB` for a job that is due at once, by the database's clock unless `now`."""
    row: dict[str, Any] = {
        "kind": kind.name,
        "version": kind.version,
        "payload": kind.dump(payload),
        "key": key,
        "lane": lane,
    }
    if now is not None:
        row |= {"due_at": now, "created_at": now}
    return row


def enqueue(
    session: Session,
    kind: JobKind[P],
    payload: P,
    *,
    key: str | None = None,
    delay: float = 0.0,
    lane: str | None = None,
    clock: Clock = database_clock,
) -> int | None:
    """Add a job in the caller's transaction, due in `delay` seconds; return its id, or None for a used key."""
    row = job_row(kind, payload, key=key, lane=lane)
    if delay > 0 or clock is not database_clock:
        now = clock(session)
        row |= {"due_at": now + timedelta(seconds=delay), "created_at": now}
    added = session.connection().execute(_insert_unless_key_used(session), row).first()
    return None if added is None else int(added[0])


def _insert_unless_key_used(session: Session) -> Insert:
    dialect = session.get_bind().dialect.name
    return _INSERT_UNLESS_KEY_USED[dialect]


_INSERT_UNLESS_KEY_USED: dict[str, Insert] = {
    "sqlite": sqlite.insert(JOB_TABLE).on_conflict_do_nothing(index_elements=["key"]).returning(Job.id, wake_workers()),
    "postgresql": postgresql.insert(JOB_TABLE)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(Job.id, wake_workers()),
}
