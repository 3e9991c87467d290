"""Stopping and being watched: drain, hand back, live through an outage, count."""

import threading

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs

from bot.job_metrics import JobMetrics
from storage.database import Database
from storage.jobs import Attempt, PermanentFailure, QueueStatistics
from tests.bot.worker_world import SOON, add, eventually, must_not_run, running, states
from tests.databases import postgres_server
from tests.storage.job_world import COUNT, MovedClock, Number, claims, job


class Gate:
    """A handler that stays inside until it is let out."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.out = threading.Event()
        self.ended: list[int] = []

    def __call__(self, attempt: Attempt[Number]) -> None:
        self.inside.release()
        assert self.out.wait(SOON)
        self.ended.append(attempt.payload.number)


def test_stop_finishes_what_runs_and_claims_nothing_more(database: Database) -> None:
    gate = Gate()
    with running(database, {COUNT: gate}, threads=3) as worker:
        add(database, *range(8))
        for _ in range(3):
            assert gate.inside.acquire(timeout=SOON)
        stopping = threading.Thread(target=worker.stop, kwargs={"grace": 20})
        stopping.start()
        add(database, 8)
        stopping.join(0.2)
        assert stopping.is_alive()
        gate.out.set()
        stopping.join(SOON)
        assert not worker.alive
    assert sorted(gate.ended) == [0, 1, 2]
    assert sorted(states(database)) == ["done"] * 3 + ["open"] * 6


def test_what_does_not_end_in_time_is_handed_back_and_fenced(database: Database) -> None:
    gate = Gate()
    [first, second] = add(database, 1, 2)
    with capture_logs() as logs, running(database, {COUNT: gate}, lease=600) as worker:
        for _ in range(2):
            assert gate.inside.acquire(timeout=SOON)
        assert worker.stop(grace=0.05) == 2
        assert [(job(database, number).token, job(database, number).attempts) for number in (first, second)] == [
            (None, 0),
            (None, 0),
        ]
        calls: list[int] = []
        with running(database, {COUNT: lambda attempt: calls.append(attempt.job_id)}):
            eventually(lambda: states(database) == ["done", "done"])
        gate.out.set()
        eventually(lambda: [entry["event"] for entry in logs].count("job.lost") == 2)
    assert sorted(calls) == [first, second]
    assert {"event": "jobs.stopped", "log_level": "info", "handed_back": 2} in logs


def test_stopping_twice_is_no_error(database: Database) -> None:
    with running(database, {COUNT: must_not_run}) as worker:
        assert worker.stop() == 0
        assert worker.stop() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_file_is_an_outage_that_is_said_once_and_outlived(database: Database, second_door: Database) -> None:
    add(database, 1)
    with capture_logs() as logs, second_door.engine.connect() as holder:
        holder.exec_driver_sql("SELECT 1")  # our connections begin with BEGIN IMMEDIATE: nobody else can write now
        with running(database, {COUNT: lambda _attempt: None}, poll=0.05):
            eventually(lambda: "jobs.database_away" in [entry["event"] for entry in logs])
            assert states(database) == ["open"]
            holder.rollback()
            eventually(lambda: states(database) == ["done"])
            eventually(lambda: "jobs.database_back" in [entry["event"] for entry in logs])
    assert [entry["event"] for entry in logs].count("jobs.database_away") == 1


def test_a_server_that_goes_and_comes_back_costs_no_job_and_no_second_effect() -> None:
    with postgres_server() as server:
        server.create_template()
        with server.fresh() as database:
            gate = Gate()
            with capture_logs() as logs, running(database, {COUNT: gate}, poll=0.2, lease=60) as worker:
                [first] = add(database, 1)
                assert gate.inside.acquire(timeout=SOON)
                server.stop()
                gate.out.set()  # its end cannot be recorded now
                eventually(lambda: gate.ended == [1])
                eventually(lambda: [entry for entry in logs if entry["event"] == "jobs.database_away"])
                server.start()
                eventually(lambda: job(database, first).state == "done")
                add(database, 2)
                eventually(lambda: states(database) == ["done", "done"])
                assert worker.alive
                eventually(lambda: "jobs.database_back" in [entry["event"] for entry in logs])
            assert gate.ended == [1, 2]
            assert [entry["event"] for entry in logs].count("jobs.database_away") == 1


def test_attempts_and_the_queue_are_measured(database: Database) -> None:
    registry = CollectorRegistry()

    def handler(attempt: Attempt[Number]) -> None:
        if attempt.payload.number == 0:
            raise PermanentFailure("none")

    add(database, 0, 1, 2)
    with running(database, {COUNT: handler}, registry=registry):
        eventually(lambda: sorted(states(database)) == ["dead", "done", "done"])
        eventually(lambda: registry.get_sample_value("gapbot_jobs_running") == 0)
    kind = {"kind": COUNT.name}
    assert registry.get_sample_value("gapbot_job_attempts_total", {**kind, "outcome": "done"}) == 2
    assert registry.get_sample_value("gapbot_job_attempts_total", {**kind, "outcome": "dead"}) == 1
    assert registry.get_sample_value("gapbot_job_seconds_count", kind) == 3
    # The queue is measured at the start, and then now and again.
    assert registry.get_sample_value("gapbot_jobs_waiting", kind) == 3


def test_the_queues_gauges_follow_the_queue() -> None:
    registry = CollectorRegistry()
    metrics = JobMetrics(registry)
    metrics.show(QueueStatistics(waiting={"a": 3}, running={}, dead={"b": 1}, oldest_due=12.5))
    metrics.show(QueueStatistics(waiting={"c": 1}, running={}, dead={}, oldest_due=0.0))
    shown = generate_latest(registry).decode()
    assert 'gapbot_jobs_waiting{kind="c"} 1.0' in shown
    assert 'kind="a"' not in shown
    assert 'kind="b"' not in shown
    assert "gapbot_jobs_oldest_due_seconds 0.0" in shown


def test_handed_back_jobs_are_due_at_once(database: Database) -> None:
    clock = MovedClock()
    add(database, 1, clock=clock)
    queue = claims(database, clock)
    [claim] = queue.claim(1)
    queue.postpone(claim, seconds=0)
    assert queue.claim(1)[0].attempts == 1
