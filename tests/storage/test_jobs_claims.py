"""Claiming: one holder per job, leases that end, tokens that fence, and lanes in order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.jobs import Attempt, Job, LostLease, Rate, enqueue, penalise, take
from storage.jobs.claims import Claim
from tests.storage.job_world import COUNT, POST, MovedClock, Number, Post, add, claims, job


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def _numbers(claimed: list[Claim]) -> list[int]:
    return [claim.payload["number"] for claim in claimed]


def test_due_jobs_are_claimed_oldest_first(database: Database, clock: MovedClock) -> None:
    add(database, 1, delay=10, clock=clock)
    add(database, 2, clock=clock)
    clock.move(20)
    add(database, 3, clock=clock)
    queue = claims(database, clock)
    assert _numbers(queue.claim(2)) == [1, 2]
    assert _numbers(queue.claim(2)) == [3]
    assert queue.claim(2) == []


def test_a_job_is_not_claimed_before_it_is_due(database: Database, clock: MovedClock) -> None:
    add(database, 1, delay=10, clock=clock)
    queue = claims(database, clock)
    assert queue.claim(1) == []
    outlook = queue.outlook()
    assert (outlook.ready, outlook.next_in) == (False, 10)
    clock.move(10)
    assert queue.outlook().ready
    assert _numbers(queue.claim(1)) == [1]


def test_an_empty_queue_has_no_outlook(database: Database, clock: MovedClock) -> None:
    outlook = claims(database, clock).outlook()
    assert (outlook.ready, outlook.next_in) == (False, None)


def test_a_lease_that_ends_gives_the_job_to_the_next_worker(database: Database, clock: MovedClock) -> None:
    job_id = add(database, 1, clock=clock)
    dead_worker, other = claims(database, clock), claims(database, clock)
    [first] = dead_worker.claim(1)
    clock.move(59)
    assert other.claim(1) == []
    clock.move(1)
    [second] = other.claim(1)
    assert (second.job_id, second.attempts) == (job_id, 2)
    assert second.token != first.token


@pytest.mark.parametrize("ending", ["finish", "retry", "postpone", "bury"])
def test_a_zombie_cannot_write(database: Database, clock: MovedClock, ending: str) -> None:
    add(database, 1, clock=clock)
    queue = claims(database, clock)
    [zombie] = queue.claim(1)
    clock.move(61)
    [holder] = queue.claim(1)
    endings = {
        "finish": lambda: queue.finish(zombie),
        "retry": lambda: queue.retry(zombie, seconds=1, error="x"),
        "postpone": lambda: queue.postpone(zombie, seconds=1),
        "bury": lambda: queue.bury(zombie, error="x"),
    }
    with pytest.raises(LostLease):
        endings[ending]()
    stored = job(database, holder.job_id)
    assert (stored.state, stored.token, stored.attempts) == ("open", holder.token, 2)
    assert queue.renew([zombie]) == {zombie.job_id}
    queue.finish(holder)
    assert job(database, holder.job_id).state == "done"


def test_a_renewed_lease_is_not_taken(database: Database, clock: MovedClock) -> None:
    add(database, 1, clock=clock)
    queue = claims(database, clock)
    [claim] = queue.claim(1)
    clock.move(50)
    assert queue.renew([claim]) == set()
    clock.move(50)
    assert queue.claim(1) == []
    clock.move(10)
    assert len(queue.claim(1)) == 1
    assert queue.renew([claim]) == {claim.job_id}


def test_a_retried_job_waits_and_keeps_its_error(database: Database, clock: MovedClock) -> None:
    job_id = add(database, 1, clock=clock)
    queue = claims(database, clock)
    queue.retry(queue.claim(1)[0], seconds=30, error="TimeoutError")
    stored = job(database, job_id)
    assert (stored.state, stored.error, stored.attempts, stored.token) == ("open", "TimeoutError", 1, None)
    assert stored.due_at == clock.time + timedelta(seconds=30)
    clock.move(30)
    queue.finish(queue.claim(1)[0])
    assert job(database, job_id).error is None


def test_a_postponed_job_has_used_no_attempt(database: Database, clock: MovedClock) -> None:
    job_id = add(database, 1, clock=clock)
    queue = claims(database, clock)
    for _ in range(20):
        queue.postpone(queue.claim(1)[0], seconds=30)
        clock.move(30)
    assert job(database, job_id).attempts == 0


def test_a_handlers_transaction_can_end_the_job_itself(database: Database, clock: MovedClock) -> None:
    job_id = add(database, 1, clock=clock)
    [claim] = claims(database, clock).claim(1)
    attempt = Attempt(
        job_id=job_id, kind=COUNT, payload=Number(1), number=1, key=None, lane=None, token=claim.token, clock=clock
    )
    with database.write() as session:
        attempt.confirm(session)
        enqueue(session, COUNT, Number(2), clock=clock)
        attempt.complete(session)
    assert job(database, job_id).state == "done"

    def late() -> None:
        with database.write() as session:
            enqueue(session, COUNT, Number(3), clock=clock)
            attempt.confirm(session)

    with pytest.raises(LostLease):
        late()
    assert _numbers(claims(database, clock).claim(9)) == [2]


def test_a_lane_runs_in_order_one_at_a_time(database: Database, clock: MovedClock) -> None:
    for number in (1, 2, 3):
        add(database, number, lane="C1", clock=clock)
    add(database, 10, lane="C2", clock=clock)
    queue = claims(database, clock)
    running = queue.claim(9)
    assert sorted(_numbers(running)) == [1, 10]
    assert queue.claim(9) == []
    queue.finish(running[0])
    [second] = queue.claim(9)
    assert _numbers([second]) == [2]
    # Waiting for its next attempt, it still goes before the third.
    queue.retry(second, seconds=30, error="x")
    assert queue.claim(9) == []
    clock.move(30)
    [second] = queue.claim(9)
    assert _numbers([second]) == [2]
    queue.bury(second, error="x")
    assert _numbers(queue.claim(9)) == [3]


def test_a_crashed_job_goes_first_in_its_lane(database: Database, clock: MovedClock) -> None:
    """An older id may be committed later, or redriven, while a younger job of the lane runs."""
    older = add(database, 1, lane="C1", clock=clock)
    with database.write() as session:
        session.execute(update(Job).where(Job.id == older).values(state="dead"))
    add(database, 2, lane="C1", clock=clock)
    queue = claims(database, clock)
    assert _numbers(queue.claim(9)) == [2]
    with database.write() as session:
        session.execute(update(Job).where(Job.id == older).values(state="open"))
    assert queue.claim(9) == []
    clock.move(61)
    [crashed] = queue.claim(9)
    assert _numbers([crashed]) == [2]
    queue.finish(crashed)
    assert _numbers(queue.claim(9)) == [1]


def test_the_schema_itself_allows_one_running_job_in_a_lane(database: Database, clock: MovedClock) -> None:
    ids = [add(database, number, lane="C1", clock=clock) for number in (1, 2)]
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(update(Job).where(Job.id.in_(ids)).values(token="t"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_claim_that_meets_another_in_its_lane_takes_nothing(database: Database, clock: MovedClock) -> None:
    """Two snapshots that each see another job as the lane's first: the schema stops the second claim.

    SQLite has one writer at a time, so there are no two snapshots.
    """
    late = add(database, 1, lane="C1", clock=clock)
    with database.write() as session:
        session.execute(update(Job).where(Job.id == late).values(state="dead"))
    add(database, 2, lane="C1", clock=clock)
    with database.write() as slow:
        slow.execute(update(Job).where(Job.id == late).values(state="open", token="other", due_at=clock.time))
        with ThreadPoolExecutor(1) as pool:
            claimed = pool.submit(claims(database, clock).claim, 9)
            # It sees job 2 as the first of its lane, and waits in the index for our transaction.
            with pytest.raises(TimeoutError):
                claimed.result(timeout=0.2)
            slow.commit()
            assert claimed.result(timeout=5) == []


def test_no_job_has_two_holders(database: Database, clock: MovedClock) -> None:
    for number in range(60):
        add(database, number, lane=f"C{number % 7}" if number % 2 else None, clock=clock)
    barrier = threading.Barrier(6)

    def work() -> list[Claim]:
        queue, mine = claims(database, clock), list[Claim]()
        barrier.wait()
        while claimed := queue.claim(4):
            mine += claimed
        return mine

    with ThreadPoolExecutor(6) as pool:
        taken = [claim for result in [pool.submit(work) for _ in range(6)] for claim in result.result()]
    assert len({claim.job_id for claim in taken}) == len(taken)
    lanes = [claim.lane for claim in taken if claim.lane]
    assert len(set(lanes)) == len(lanes) == 7
    assert len(taken) == 30 + 7


def test_jobs_of_a_closed_target_are_not_claimed(database: Database, clock: MovedClock) -> None:
    with database.write() as session:
        enqueue(session, POST, Post("C1"), clock=clock)
    penalise(database, "slack", seconds=30, clock=clock)
    queue = claims(database, clock)
    outlook = queue.outlook()
    assert (outlook.ready, outlook.next_in) == (False, 30)
    assert queue.claim(1) == []
    clock.move(29.9)
    assert queue.claim(1) == []
    clock.move(0.1)
    assert len(queue.claim(1)) == 1


def test_jobs_of_an_overbooked_target_are_not_claimed(database: Database, clock: MovedClock) -> None:
    rate = Rate(per_second=0.1)
    with database.write() as session:
        enqueue(session, POST, Post("C1"), clock=clock)
    take(database, "slack", rate, clock=clock)
    queue = claims(database, clock, rates={"slack": rate})
    assert queue.claim(1) == []
    assert queue.outlook().next_in == 9.5
    # A slot within a thread's patience: the job may be claimed and wait for it.
    clock.move(9.5)
    assert len(queue.claim(1)) == 1
