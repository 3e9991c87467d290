"""What operators do: read dead letters, redrive and discard them, prune, and count."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.jobs import dead_letters, discard, enqueue, prune, redrive, redrive_kind, statistics
from tests.storage.job_world import COUNT, POST, MovedClock, Number, Post, add, claims, job, number_of_jobs


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def _bury(database: Database, number: int, *, clock: MovedClock, lane: str | None = None) -> int:
    job_id = add(database, number, key=f"key:{number}", lane=lane, clock=clock)
    queue = claims(database, clock)
    [claim] = queue.claim(1)
    assert claim.job_id == job_id
    queue.bury(claim, error="PermanentFailure: the channel is archived")
    return job_id


def test_dead_letters_say_what_died_of_what(database: Database, clock: MovedClock) -> None:
    first = _bury(database, 1, clock=clock)
    clock.move(60)
    second = _bury(database, 2, clock=clock, lane="C1")
    with database.read() as session:
        newest, oldest = dead_letters(session)
        assert dead_letters(session, limit=1) == [newest]
        assert dead_letters(session, kind="test.other") == []
        assert dead_letters(session, kind=COUNT.name) == [newest, oldest]
    assert (newest.job_id, newest.lane, newest.key) == (second, "C1", "key:2")
    assert (oldest.job_id, oldest.kind, oldest.attempts) == (first, COUNT.name, 1)
    assert oldest.error == "PermanentFailure: the channel is archived"
    assert newest.ended_at - oldest.ended_at == timedelta(seconds=60)


def test_a_redriven_job_has_all_its_attempts_again(database: Database, clock: MovedClock) -> None:
    job_id = _bury(database, 1, clock=clock)
    clock.move(3600)
    with database.write() as session:
        assert redrive(session, job_id, clock=clock)
        assert not redrive(session, job_id, clock=clock)
        assert dead_letters(session) == []
    [claim] = claims(database, clock).claim(1)
    assert (claim.job_id, claim.attempts) == (job_id, 1)


def test_all_dead_letters_of_a_kind_are_redriven(database: Database, clock: MovedClock) -> None:
    for number in range(3):
        _bury(database, number, clock=clock)
    add(database, 9, clock=clock)
    with database.write() as session:
        assert redrive_kind(session, POST.name, clock=clock) == 0
        assert redrive_kind(session, COUNT.name, clock=clock) == 3
    assert len(claims(database, clock).claim(9)) == 4


def test_a_discarded_job_never_runs_and_says_why(database: Database, clock: MovedClock) -> None:
    dead = _bury(database, 1, clock=clock)
    with database.write() as session:
        stuck = enqueue(session, POST, Post("C1"), clock=clock)
        assert stuck is not None
        assert discard(session, dead, reason="the channel is gone", clock=clock)
        assert discard(session, stuck, reason="no such kind any more", clock=clock)
        assert not discard(session, dead, reason="again", clock=clock)
    assert (job(database, dead).state, job(database, dead).error) == ("done", "discarded: the channel is gone")
    assert claims(database, clock).claim(9) == []


def test_a_running_job_cannot_be_discarded(database: Database, clock: MovedClock) -> None:
    job_id = add(database, 1, clock=clock)
    [claim] = claims(database, clock).claim(1)
    with database.write() as session:
        assert not discard(session, job_id, reason="in a hurry", clock=clock)
    clock.move(61)
    with database.write() as session:
        assert discard(session, job_id, reason="its worker died", clock=clock)
    assert claims(database, clock).renew([claim]) == {job_id}


def test_only_jobs_done_long_ago_are_pruned(database: Database, clock: MovedClock) -> None:
    for number in range(7):
        add(database, number, clock=clock)
    queue = claims(database, clock)
    for claim in queue.claim(7):
        queue.finish(claim)
    clock.move(40 * 86_400)
    dead = _bury(database, 10, clock=clock)
    add(database, 11, clock=clock)
    [recent] = queue.claim(1)
    queue.finish(recent)
    waiting = add(database, 12, clock=clock)

    assert prune(database, older_than=timedelta(days=30), batch=3, clock=clock) == 7
    assert prune(database, older_than=timedelta(days=30), batch=3, clock=clock) == 0
    assert number_of_jobs(database) == 3
    assert [job(database, kept).state for kept in (dead, recent.job_id, waiting)] == ["dead", "done", "open"]


def test_the_queue_is_counted_by_kind(database: Database, clock: MovedClock) -> None:
    with database.read() as session:
        empty = statistics(session, clock=clock)
    assert (dict(empty.waiting), dict(empty.running), dict(empty.dead), empty.oldest_due) == ({}, {}, {}, 0.0)

    _bury(database, 1, clock=clock)
    add(database, 2, clock=clock)
    crashed, running = claims(database, clock), claims(database, clock)
    assert crashed.claim(1)
    clock.move(70)
    add(database, 3, clock=clock)
    with database.write() as session:
        enqueue(session, POST, Post("C1"), delay=600, clock=clock)
    clock.move(5)
    [claim] = running.claim(1)
    assert claim.payload == {"number": 2}
    with database.read() as session:
        counted = statistics(session, clock=clock)
    assert dict(counted.waiting) == {COUNT.name: 1, POST.name: 1}
    assert dict(counted.running) == {COUNT.name: 1}
    assert dict(counted.dead) == {COUNT.name: 1}
    assert counted.oldest_due == 5


def test_the_oldest_due_job_is_one_that_nobody_runs(database: Database, clock: MovedClock) -> None:
    with database.write() as session:
        enqueue(session, COUNT, Number(1), clock=clock)
    clock.move(30)
    queue = claims(database, clock)
    with database.read() as session:
        assert statistics(session, clock=clock).oldest_due == 30
    assert queue.claim(1)
    with database.read() as session:
        assert statistics(session, clock=clock).oldest_due == 0
