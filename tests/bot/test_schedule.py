"""Schedules: each slot once, over replicas, restarts, and clocks that jump."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.recurrence import Every, Slot, Weekly
from bot.schedule import Schedule, Scheduler
from storage.database import Database
from storage.jobs import Job, JobKind
from tests.storage.job_world import MovedClock

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Digest:
    slot: str


DIGEST = JobKind(name="test.digest", payload=Digest)
MONDAYS = Weekly(weekday=0, at=time(9), zone=ZoneInfo("Europe/Berlin"))


def _weekly(name: str = "digest:C1", **options: Any) -> Schedule[Digest]:
    return Schedule(
        name=name, recurrence=MONDAYS, kind=DIGEST, payload=lambda slot: Digest(slot.label), lane="C1", **options
    )


def _scheduler(database: Database, clock: MovedClock, *schedules: Schedule[Digest]) -> Scheduler:
    return Scheduler(database, lambda: schedules or (_weekly(),), clock=clock)


def _enqueued(database: Database) -> list[str]:
    with database.read() as session:
        return [row.payload["slot"] for row in session.scalars(select(Job).order_by(Job.id))]


@pytest.fixture
def clock() -> MovedClock:
    clock = MovedClock()
    clock.time = datetime(2026, 11, 2, 7, 59, 59, tzinfo=UTC)  # a second before nine on a Monday in Berlin
    return clock


def test_a_slot_is_enqueued_when_it_comes_and_once(database: Database, clock: MovedClock) -> None:
    scheduler = _scheduler(database, clock, _weekly(since=clock.time))
    assert scheduler.tick() == {}
    clock.move(1)
    assert scheduler.tick() == {"digest:C1": "enqueued"}
    assert scheduler.tick() == {}
    assert _scheduler(database, clock).tick() == {"digest:C1": "known"}
    with database.read() as session:
        [job] = session.scalars(select(Job)).all()
    assert (job.kind, job.key, job.lane) == (DIGEST.name, "digest:C1@2026-11-02T09:00", "C1")
    assert job.payload == {"slot": "2026-11-02T09:00"}


def test_the_latest_missed_slot_is_made_up_for(database: Database, clock: MovedClock) -> None:
    scheduler = _scheduler(database, clock)
    clock.move(1)
    scheduler.tick()
    clock.move(21 * DAY + 23 * HOUR)
    scheduler.tick()
    assert _enqueued(database) == ["2026-11-02T09:00", "2026-11-23T09:00"]


def test_a_slot_missed_by_more_than_the_window_is_skipped_and_said_once(database: Database, clock: MovedClock) -> None:
    scheduler = _scheduler(database, clock)
    clock.move(2 * DAY)
    with capture_logs() as logs:
        assert scheduler.tick() == {"digest:C1": "missed"}
        assert scheduler.tick() == {}
    assert [(entry["event"], entry["slot"]) for entry in logs] == [("schedule.missed", "2026-11-02T09:00")]
    clock.move(5 * DAY + 2)
    assert scheduler.tick() == {"digest:C1": "enqueued"}
    assert _enqueued(database) == ["2026-11-09T09:00"]


def test_an_old_slot_that_was_done_is_not_called_missed(database: Database, clock: MovedClock) -> None:
    clock.move(1)
    _scheduler(database, clock).tick()
    clock.move(2 * DAY)
    assert _scheduler(database, clock).tick() == {"digest:C1": "known"}


def test_a_slot_before_the_subscription_was_never_due(database: Database, clock: MovedClock) -> None:
    clock.move(HOUR)
    assert _scheduler(database, clock, _weekly(since=clock.time)).tick() == {}


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -8 * DAY, 8 * DAY])
def test_a_clock_that_jumps_never_fires_a_slot_twice(database: Database, clock: MovedClock, jump: float) -> None:
    scheduler = _scheduler(database, clock)
    for _ in range(2):
        for _ in range(20 * 24):
            clock.move(HOUR)
            scheduler.tick()
        clock.move(jump)
        scheduler.tick()
        scheduler = _scheduler(database, clock)
    slots = _enqueued(database)
    assert len(set(slots)) == len(slots)
    assert slots == sorted(slots) or jump < 0
    assert len(slots) >= 5


def test_many_replicas_fire_a_slot_once(database: Database, clock: MovedClock) -> None:
    every_hour = Schedule(
        name="sync",
        recurrence=Every(period=timedelta(hours=1)),
        kind=DIGEST,
        payload=lambda slot: Digest(slot.label),
    )
    replicas = [_scheduler(database, clock, every_hour) for _ in range(4)]
    barrier = threading.Barrier(4, action=lambda: clock.move(HOUR))

    def tick(replica: Scheduler) -> int:
        won = 0
        for _ in range(20):
            barrier.wait(timeout=30)
            won += replica.tick() == {"sync": "enqueued"}
            barrier.wait(timeout=30)
        return won

    with ThreadPoolExecutor(4) as pool:
        won = sum(result.result() for result in [pool.submit(tick, replica) for replica in replicas])
    slots = _enqueued(database)
    assert won == len(slots) == len(set(slots))
    assert len(slots) >= 20


def test_one_broken_schedule_does_not_stop_the_others(database: Database, clock: MovedClock) -> None:
    def broken(_slot: Slot) -> Digest:
        raise KeyError("ZZCANARY")

    clock.move(1)
    bad = Schedule(name="bad", recurrence=MONDAYS, kind=DIGEST, payload=broken)
    with capture_logs() as logs:
        assert _scheduler(database, clock, bad, _weekly()).tick() == {"bad": "broken", "digest:C1": "enqueued"}
    assert "ZZCANARY" not in str(logs)


def test_the_thread_follows_subscriptions_and_stops(database: Database, clock: MovedClock) -> None:
    asked = threading.Semaphore(0)
    subscriptions: list[Schedule[Digest]] = []

    def subscribed() -> Iterable[Schedule[Any]]:
        asked.release()
        return list(subscriptions)

    clock.move(1)
    scheduler = Scheduler(database, subscribed, clock=clock, every=0.01)
    scheduler.start()
    assert asked.acquire(timeout=5)
    subscriptions.append(_weekly())
    for _ in range(3):
        assert asked.acquire(timeout=5)
    states = [scheduler.alive]
    scheduler.stop()
    states.append(scheduler.alive)
    assert states == [True, False]
    assert _enqueued(database) == ["2026-11-02T09:00"]
