"""Enqueueing: in the caller's transaction, once per key, typed on both ways."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.jobs import INSERT_JOB, InvalidPayload, Job, JobKind, database_clock, enqueue, job_row
from tests.storage.job_world import COUNT, POST, MovedClock, Number, Post, add, claims, job, number_of_jobs


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


def test_a_job_exists_exactly_if_the_callers_transaction_commits(database: Database) -> None:
    class Changed(Exception):
        pass

    def change_our_mind() -> None:
        with database.write() as session:
            assert enqueue(session, COUNT, Number(1)) is not None
            raise Changed

    with pytest.raises(Changed):
        change_our_mind()
    assert number_of_jobs(database) == 0

    with database.write() as session:
        enqueue(session, COUNT, Number(1))
    assert number_of_jobs(database) == 1


def test_a_key_is_used_once(database: Database) -> None:
    with database.write() as session:
        first = enqueue(session, COUNT, Number(1), key="announce:1")
        again = enqueue(session, COUNT, Number(2), key="announce:1")
        without = [enqueue(session, COUNT, Number(3)), enqueue(session, COUNT, Number(3))]
    assert first is not None
    assert again is None
    assert len({first, *without}) == 3
    assert job(database, first).payload == {"number": 1}


def test_a_key_stays_used_after_the_job_is_done(database: Database, clock: MovedClock) -> None:
    add(database, 1, key="once", clock=clock)
    [claim] = claims(database, clock).claim(1)
    claims(database, clock).finish(claim)
    with database.write() as session:
        assert enqueue(session, COUNT, Number(1), key="once") is None


def test_a_job_is_due_at_once_by_the_databases_clock(database: Database) -> None:
    with database.write() as session:
        job_id = enqueue(session, COUNT, Number(1))
    assert job_id is not None
    with database.read() as session:
        now = database_clock(session)
    stored = job(database, job_id)
    assert now - timedelta(seconds=30) < stored.due_at <= now
    assert stored.created_at == stored.due_at


def test_the_databases_clock_is_now_in_utc(database: Database) -> None:
    with database.read() as session:
        first = database_clock(session)
        second = database_clock(session)
    assert first.tzinfo is UTC
    assert first <= second
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=30)  # noqa: TID251  the machine's clock is the subject


def test_a_delay_is_in_seconds(database: Database, clock: MovedClock) -> None:
    stored = job(database, add(database, 1, delay=90, clock=clock))
    assert stored.created_at == clock.time
    assert stored.due_at == clock.time + timedelta(seconds=90)


def test_a_delay_needs_no_clock_of_the_callers(database: Database) -> None:
    with database.write() as session:
        job_id = enqueue(session, COUNT, Number(1), delay=90)
    assert job_id is not None
    stored = job(database, job_id)
    assert stored.due_at - stored.created_at == timedelta(seconds=90)


def test_the_hot_path_adds_the_same_job(database: Database, clock: MovedClock) -> None:
    at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with database.write() as session:
        session.execute(INSERT_JOB, job_row(POST, Post("C1", at), key="k", lane="C1", now=clock.time))
    [claim] = claims(database, clock).claim(5)
    assert POST.load(claim.payload) == Post("C1", at)
    assert (claim.key, claim.lane, claim.attempts) == ("k", "C1", 1)


def test_the_hot_path_refuses_a_used_key(database: Database, clock: MovedClock) -> None:
    add(database, 1, key="used", clock=clock)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(INSERT_JOB, job_row(COUNT, Number(2), key="used"))


def test_a_payload_comes_back_as_it_was(database: Database) -> None:
    at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with database.write() as session:
        job_id = enqueue(session, POST, Post("C1", at))
    assert job_id is not None
    assert POST.load(job(database, job_id).payload) == Post("C1", at)


def test_a_payload_that_does_not_fit_is_refused_without_its_values() -> None:
    with pytest.raises(InvalidPayload, match=r"test\.count does not fit: number") as refused:
        COUNT.load({"number": "ZZCANARY"})
    assert "ZZCANARY" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_kind_we_do_not_know_or_a_newer_version_is_left_alone(database: Database, clock: MovedClock) -> None:
    @dataclass(frozen=True)
    class NewNumber:
        number: int
        unit: str = "EUR"

    new = JobKind(name=COUNT.name, payload=NewNumber, version=2)
    unknown = JobKind(name="test.unknown", payload=Number)
    with database.write() as session:
        enqueue(session, new, NewNumber(1), clock=clock)
        enqueue(session, unknown, Number(1), clock=clock)
        old = enqueue(session, COUNT, Number(2), clock=clock)

    assert [claim.job_id for claim in claims(database, clock).claim(9)] == [old]
    assert not claims(database, clock).outlook().ready

    newer = claims(database, clock, kinds=(new,))  # type: ignore[arg-type]
    [claim] = newer.claim(9)
    assert new.load(claim.payload) == NewNumber(1)


def test_a_newer_worker_reads_the_payload_of_the_release_before(database: Database, clock: MovedClock) -> None:
    @dataclass(frozen=True)
    class NewNumber:
        number: int
        unit: str = "EUR"

    new = JobKind(name=COUNT.name, payload=NewNumber, version=2)
    add(database, 7, clock=clock)
    [claim] = claims(database, clock, kinds=(new,)).claim(9)  # type: ignore[arg-type]
    assert new.load(claim.payload) == NewNumber(7, "EUR")


def test_the_states_are_the_schemas_own(database: Database, clock: MovedClock) -> None:
    job_id = add(database, 1, clock=clock)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(update(Job).where(Job.id == job_id).values(state="finished"))
