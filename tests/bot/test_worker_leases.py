"""Who holds a job, for how long, and in which order: lanes, leases, and the pause before another attempt."""

import threading
from datetime import timedelta

from structlog.testing import capture_logs

from bot.attempts import Backoff
from storage.database import Database
from storage.jobs import Attempt, JobKind, enqueue
from tests.bot.worker_world import SOON, Calls, add, eventually, must_not_run, running, states
from tests.storage.job_world import COUNT, MovedClock, Number, job


def test_lanes_keep_their_order_on_many_threads(database: Database, second_door: Database) -> None:
    order: dict[str | None, list[int]] = {"C1": [], "C2": [], "C3": []}
    busy: set[str | None] = set()
    overlaps: list[str | None] = []

    def handler(attempt: Attempt[Number]) -> None:
        if attempt.lane in busy:
            overlaps.append(attempt.lane)
        busy.add(attempt.lane)
        order[attempt.lane].append(attempt.payload.number)
        busy.discard(attempt.lane)
        if attempt.payload.number % 5 == 0 and attempt.number == 1:
            raise TimeoutError

    with running(database, {COUNT: handler}), running(second_door, {COUNT: handler}):
        with database.write() as session:
            for number in range(12):
                for lane in order:
                    enqueue(session, COUNT, Number(number), lane=lane)
        eventually(lambda: states(database) == ["done"] * 36)
    assert overlaps == []
    for numbers in order.values():
        assert numbers == [0, 0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10, 11]


def test_a_long_job_keeps_its_lease(database: Database, second_door: Database) -> None:
    clock, started, finish = MovedClock(), threading.Event(), threading.Event()

    def long(_attempt: Attempt[Number]) -> None:
        started.set()
        assert finish.wait(SOON)

    [job_id] = add(database, 1, clock=clock)
    with running(database, {COUNT: long}, lease=0.4, clock=clock):
        assert started.wait(SOON)
        with running(second_door, {COUNT: must_not_run}, poll=0.02, clock=clock):
            for _ in range(5):
                clock.move(0.3)
                renewed = clock.time + timedelta(seconds=0.4)
                eventually(lambda renewed=renewed: job(database, job_id).due_at == renewed)  # type: ignore[misc]
            finish.set()
            eventually(lambda: states(database) == ["done"])
    assert job(database, job_id).attempts == 1


def test_a_hung_job_is_left_to_another_worker_and_fenced(database: Database, second_door: Database) -> None:
    hasty = JobKind(name="test.hasty", payload=Number, time_limit=0.0)
    started, finish = threading.Event(), threading.Event()

    def hangs(_attempt: Attempt[Number]) -> None:
        started.set()
        finish.wait(SOON)

    with database.write() as session:
        enqueue(session, hasty, Number(1))
    calls = Calls()
    with capture_logs() as logs, running(database, {hasty: hangs}, lease=0.3, threads=1):
        assert started.wait(SOON)
        with running(second_door, {hasty: calls}, poll=0.05):
            assert calls.enough.wait(SOON)
            eventually(lambda: states(database) == ["done"])
        finish.set()
        eventually(lambda: "job.lost" in [entry["event"] for entry in logs])
    assert calls.seen[0].number == 2
    assert "job.hung" in [entry["event"] for entry in logs]


def test_backoff_grows_to_its_cap_and_is_spread() -> None:
    class Extreme:
        def __init__(self, end: int) -> None:
            self.end = end

        def uniform(self, *ends: float) -> float:
            return ends[self.end]

    backoff = Backoff(first=2, cap=600)
    longest = [backoff.seconds(attempt=number, random=Extreme(1)) for number in (1, 2, 5, 20, 5000)]  # type: ignore[arg-type]
    shortest = [backoff.seconds(attempt=number, random=Extreme(0)) for number in (1, 2, 5, 20, 5000)]  # type: ignore[arg-type]
    assert longest == [2, 4, 32, 600, 600]
    assert shortest == [1, 2, 16, 300, 300]
