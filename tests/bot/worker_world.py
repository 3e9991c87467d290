"""What the tests of the worker share."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from bot.attempts import Backoff, Handler
from bot.worker import Worker
from storage.database import Database
from storage.jobs import Attempt, Job, JobKind, enqueue
from tests.storage.job_world import COUNT, Number

# Far longer than any test: a worker that only polled would fail it.
NEVER = 300.0
# How long a test waits for what takes milliseconds on a machine that does nothing else.
SOON = 30.0


class Calls:
    """A handler that notes its attempts, and tells when there were enough of them."""

    def __init__(self, enough: int = 1, raises: Exception | None = None, until: int = 10**6) -> None:
        self.seen: list[Attempt[Any]] = []
        self.enough = threading.Event()
        self._wanted, self._raises, self._until = enough, raises, until
        self._lock = threading.Lock()

    def __call__(self, attempt: Attempt[Any]) -> None:
        with self._lock:
            self.seen.append(attempt)
            if len(self.seen) >= self._wanted:
                self.enough.set()
        if self._raises is not None and attempt.number <= self._until:
            raise self._raises


@contextmanager
def running(database: Database, handlers: Mapping[JobKind[Any], Handler], **options: Any) -> Iterator[Worker]:
    """Run a worker that is stopped in any case; unless told otherwise it polls next to never."""
    settings: dict[str, Any] = {
        "registry": CollectorRegistry(),
        "threads": 4,
        "poll": NEVER,
        "backoff": Backoff(first=0.01, cap=0.05),
    }
    worker = Worker(database, handlers, **{**settings, **options})
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(grace=0)


def eventually(true: Callable[[], object], *, within: float = SOON) -> None:
    """Wait for what another thread or process writes; fails loudly instead of hanging."""
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not happen within {within} s")
        time.sleep(0.01)


def must_not_run(attempt: Attempt[Any]) -> None:
    raise AssertionError(f"job {attempt.job_id} ran")


def add(database: Database, *numbers: int, **options: Any) -> list[int]:
    with database.write() as session:
        ids = [enqueue(session, COUNT, Number(number), **options) for number in numbers]
    return [job_id for job_id in ids if job_id is not None]


def states(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Job.state).order_by(Job.id)))
