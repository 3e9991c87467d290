"""What operators do with the queue: look, send dead letters round again or away, and sweep."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.jobs.clock import Clock, database_clock
from storage.jobs.models import Job
from storage.jobs.queue import wake_workers


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    job_id: int
    kind: str
    lane: str | None
    key: str | None
    attempts: int
    error: str
    created_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class QueueStatistics:
    """Numbers by kind. `oldest_due` is how many seconds the longest-waiting due job has waited (0 = none waits)."""

    waiting: Mapping[str, int]
    running: Mapping[str, int]
    dead: Mapping[str, int]
    oldest_due: float


def dead_letters(session: Session, *, kind: str | None = None, limit: int = 100) -> list[DeadLetter]:
    """Return the dead jobs, newest first."""
    dead = select(Job).where(Job.state == "dead").order_by(Job.id.desc()).limit(limit)
    if kind is not None:
        dead = dead.where(Job.kind == kind)
    return [
        DeadLetter(
            job_id=job.id,
            kind=job.kind,
            lane=job.lane,
            key=job.key,
            attempts=job.attempts,
            error=job.error or "",
            created_at=job.created_at,
            ended_at=job.ended_at or job.created_at,
        )
        for job in session.scalars(dead)
    ]


def redrive(session: Session, job_id: int, *, clock: Clock = database_clock) -> bool:
    """Give a dead job all its attempts again; tell whether there was such a dead job."""
    return _reopen(session, update(Job).where(Job.id == job_id), clock) == 1


def redrive_kind(session: Session, kind: str, *, clock: Clock = database_clock) -> int:
    """Give all dead jobs of a kind their attempts again; return how many there were."""
    return _reopen(session, update(Job).where(Job.kind == kind), clock)


def discard(session: Session, job_id: int, *, reason: str, clock: Clock = database_clock) -> bool:
    """End a dead job, or an open one that nobody runs, for a reason that is kept; tell whether there was such a job."""
    now = clock(session)
    idle = or_(Job.state == "dead", (Job.state == "open") & or_(Job.token.is_(None), Job.due_at <= now))
    ended = (
        update(Job)
        .where(Job.id == job_id, idle)
        .values(state="done", token=None, ended_at=now, error=f"discarded: {reason}"[:500])
        .returning(Job.id)
    )
    return session.scalars(ended).first() is not None


def prune(database: Database, *, older_than: timedelta, batch: int = 500, clock: Clock = database_clock) -> int:
    """Delete jobs done longer ago than `older_than`, in short transactions; return how many.

    Their keys are forgotten with them: keep jobs for longer than any sender may repeat itself. Dead ones stay.
    """
    with database.read() as session:
        limit = clock(session) - older_than
    old = select(Job.id).where(Job.state == "done", Job.ended_at < limit).order_by(Job.ended_at).limit(batch)
    pruned = 0
    while True:
        with database.write() as session:
            gone = len(session.scalars(delete(Job).where(Job.id.in_(old)).returning(Job.id)).all())
        pruned += gone
        if gone < batch:
            return pruned


def statistics(session: Session, *, clock: Clock = database_clock) -> QueueStatistics:
    """Count the jobs that are not done, and look how long the oldest due one has waited."""
    now = clock(session)
    leased = Job.token.is_not(None) & (Job.due_at > now)
    standing = case((Job.state == "dead", "dead"), (leased, "running"), else_="waiting").label("standing")
    unfinished = select(standing, Job.kind, func.count()).where(Job.state.in_(("open", "dead")))
    counts: dict[str, Counter[str]] = {"waiting": Counter(), "running": Counter(), "dead": Counter()}
    for what, kind, number in session.execute(unfinished.group_by(standing, Job.kind)):
        counts[what][kind] = number
    oldest = session.scalar(select(func.min(Job.due_at)).where(Job.state == "open", Job.due_at <= now))
    return QueueStatistics(**counts, oldest_due=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def _reopen(session: Session, which: Update, clock: Clock) -> int:
    fresh: dict[str, Any] = {
        "state": "open",
        "attempts": 0,
        "token": None,
        "ended_at": None,
        "due_at": clock(session),
    }
    reopened = which.where(Job.state == "dead").values(fresh).returning(Job.id, wake_workers())
    return len(session.execute(reopened).all())
