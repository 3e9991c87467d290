"""Pace: never above the rate, all of the allowance, over threads, processes and replicas."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storage.database import Database
from storage.jobs import Rate, RateLimit, RetryLater, database_clock, penalise, take
from storage.jobs.pacing import PATIENCE, reserve
from tests.storage.job_world import MovedClock

RATE = Rate(per_second=10)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def _must_not_sleep(seconds: float) -> None:
    pytest.fail(f"slept for {seconds}")


def test_slots_are_a_gap_apart(database: Database, clock: MovedClock) -> None:
    slept: list[float] = []
    for _ in range(5):
        take(database, "slack", RATE, clock=clock, sleep=slept.append)
    assert slept == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_targets_do_not_share_their_allowance(database: Database, clock: MovedClock) -> None:
    for target in ("slack:C1", "slack:C2"):
        take(database, target, RATE, clock=clock, sleep=_must_not_sleep)


def test_a_pause_saves_a_burst_and_no_more(database: Database, clock: MovedClock) -> None:
    slept: list[float] = []
    clock.move(3600)
    for _ in range(5):
        take(database, "slack", Rate(per_second=10, burst=3), clock=clock, sleep=slept.append)
    assert slept == pytest.approx([0.1, 0.2])


def test_who_would_wait_long_comes_back_before_the_slots_run_out(database: Database, clock: MovedClock) -> None:
    for _ in range(10):
        take(database, "slack", RATE, clock=clock, sleep=lambda _seconds: None)
    with pytest.raises(RetryLater) as later:
        take(database, "slack", RATE, clock=clock)
    assert later.value.seconds == pytest.approx(1.0 - PATIENCE / 2)
    # Nothing was reserved for who did not wait.
    clock.move(0.5)
    slept: list[float] = []
    take(database, "slack", RATE, clock=clock, sleep=slept.append)
    assert slept == pytest.approx([0.5])


def test_a_penalty_closes_the_target_for_all(database: Database, clock: MovedClock) -> None:
    burst = Rate(per_second=10, burst=5)
    penalise(database, "slack", seconds=30, clock=clock)
    penalise(database, "slack", seconds=5, clock=clock)
    with pytest.raises(RetryLater) as later:
        take(database, "slack", burst, clock=clock)
    assert later.value.seconds == pytest.approx(30 - PATIENCE / 2)
    slept: list[float] = []
    clock.move(29.75)
    take(database, "slack", burst, clock=clock, sleep=slept.append)
    assert slept == pytest.approx([0.25])


@given(
    per_second=st.floats(0.5, 50),
    burst=st.integers(1, 5),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_no_window_holds_more_than_the_rate_allows(per_second: float, burst: int, pauses: list[float]) -> None:
    rate = Rate(per_second=per_second, burst=burst)
    now = datetime(2026, 11, 2, tzinfo=UTC)
    limit = RateLimit(target="slack", free_at=now, closed_until=None)
    granted: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        granted.append(max(rate.opens_at(limit), now))
        limit.free_at = rate.after(limit, now=now)
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            window = (granted[last] - granted[first]).total_seconds()
            assert last - first + 1 <= burst + window * per_second + 1e-3


def test_threads_and_replicas_use_the_whole_allowance_and_never_more(database: Database) -> None:
    replicas = [database, Database(database.engine.url.render_as_string(hide_password=False))]
    rate = Rate(per_second=30)
    slots: list[datetime] = []
    lock, enough = threading.Lock(), threading.Event()

    def call(replica: Database) -> None:
        times: list[datetime] = []

        def noted_clock(session: Session) -> datetime:
            times.append(database_clock(session))
            return times[-1]

        while not enough.is_set():
            try:
                with replica.write() as session:
                    wait = reserve(session, "slack", rate, clock=noted_clock)
            except RetryLater as later:
                enough.wait(later.seconds)
                continue
            with lock:
                slots.append(times[-1] + timedelta(seconds=wait))
                if len(slots) == 45:
                    enough.set()
            enough.wait(wait)

    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(call, replicas[number % 2]) for number in range(10)]:
            done.result()
    replicas[1].dispose()
    slots.sort()
    assert min(later - earlier for earlier, later in pairwise(slots)) >= rate.gap - timedelta(microseconds=2)
    used = rate.gap * (len(slots) - 1) / (slots[-1] - slots[0])
    assert used >= 0.9, f"used {used:.0%} of the allowance"


@pytest.mark.parametrize(("per_second", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_rate_allows_something(per_second: float, burst: int) -> None:
    with pytest.raises(ValueError, match="allows something"):
        Rate(per_second=per_second, burst=burst)
