"""What the tests of the jobs share: a few kinds, a clock that is moved by hand, and short ways to look."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.jobs import Job, JobKind, Rate, enqueue
from storage.jobs.claims import Claims


@dataclass(frozen=True)
class Number:
    number: int


@dataclass(frozen=True)
class Post:
    channel: str
    at: datetime | None = None


COUNT = JobKind(name="test.count", payload=Number)
POST = JobKind(name="test.post", payload=Post, target="slack", max_attempts=3)


class MovedClock:
    """A clock for both databases that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self, _session: Session) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def claims(
    database: Database,
    clock: MovedClock,
    *,
    kinds: tuple[JobKind[Number] | JobKind[Post], ...] = (COUNT, POST),
    rates: dict[str, Rate] | None = None,
) -> Claims:
    return Claims(database, kinds=kinds, rates=rates or {}, lease=60, clock=clock)


def add(
    database: Database,
    number: int,
    *,
    clock: MovedClock,
    lane: str | None = None,
    key: str | None = None,
    delay: float = 0.0,
) -> int:
    with database.write() as session:
        added = enqueue(session, COUNT, Number(number), lane=lane, key=key, delay=delay, clock=clock)
    assert added is not None
    return added


def job(database: Database, job_id: int) -> Job:
    with database.read() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def number_of_jobs(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(Job.id)).all())
