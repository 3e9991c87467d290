"""The worker runs what was promised: at once, in order, again after a failure, and never for ever."""

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from storage.database import Database
from storage.jobs import (
    INSERT_JOB,
    Attempt,
    Job,
    JobKind,
    PermanentFailure,
    Rate,
    RetryLater,
    dead_letters,
    enqueue,
    job_row,
    statistics,
)
from tests.bot.worker_world import SOON, Calls, add, eventually, must_not_run, running, states
from tests.storage.job_world import COUNT, POST, Number, Post, job


def test_a_commit_of_this_process_wakes_the_worker(database: Database) -> None:
    calls = Calls()
    with running(database, {POST: calls}):
        with database.write() as session:
            job_id = enqueue(session, POST, Post("C1"), key="k", lane="C1")
        assert calls.enough.wait(SOON)
        eventually(lambda: states(database) == ["done"])
    [attempt] = calls.seen
    assert (attempt.payload, attempt.number, attempt.job_id) == (Post("C1"), 1, job_id)
    assert (attempt.key, attempt.lane, attempt.kind) == ("k", "C1", POST)


@pytest.mark.parametrize("hot", [False, True])
def test_a_commit_of_another_process_wakes_the_worker(database: Database, second_door: Database, hot: bool) -> None:
    calls, ready = Calls(), Calls()
    with running(database, {COUNT: calls, POST: ready}):
        with database.write() as session:
            enqueue(session, POST, Post("C1"))
        assert ready.enough.wait(SOON)
        eventually(lambda: states(database) == ["done"])
        with second_door.write() as session:
            if hot:
                session.execute(INSERT_JOB, job_row(COUNT, Number(1)))
            else:
                enqueue(session, COUNT, Number(1))
        assert calls.enough.wait(SOON)


def test_a_delayed_job_runs_when_it_is_due_and_not_at_the_next_poll(database: Database) -> None:
    calls = Calls()
    with running(database, {COUNT: calls}):
        add(database, 1, delay=0.3)
        assert not calls.enough.wait(0.05)
        assert calls.enough.wait(SOON)


def test_what_was_promised_before_the_start_is_done(database: Database) -> None:
    add(database, *range(30))
    calls = Calls(30)
    with running(database, {COUNT: calls}):
        assert calls.enough.wait(SOON)
        eventually(lambda: states(database) == ["done"] * 30)
    assert sorted(attempt.payload.number for attempt in calls.seen) == list(range(30))


def test_a_failed_job_is_tried_again_with_its_number(database: Database) -> None:
    calls = Calls(3, raises=TimeoutError("ZZCANARY"), until=2)
    with capture_logs() as logs, running(database, {COUNT: calls}):
        [job_id] = add(database, 1)
        assert calls.enough.wait(SOON)
        eventually(lambda: states(database) == ["done"])
    assert [attempt.number for attempt in calls.seen] == [1, 2, 3]
    assert job(database, job_id).error is None
    failures = [entry for entry in logs if entry["event"] == "job.failed"]
    assert [(entry["job_id"], entry["attempt"], entry["error"]) for entry in failures] == [
        (job_id, 1, "TimeoutError"),
        (job_id, 2, "TimeoutError"),
    ]
    assert failures[0]["at"][-1].startswith("worker_world.py:")
    assert "ZZCANARY" not in str(logs)


@pytest.mark.parametrize("error", [ValueError("ZZCANARY"), SystemExit("ZZCANARY")])
def test_a_poison_job_becomes_a_dead_letter_and_others_go_on(database: Database, error: Exception) -> None:
    poison, healthy = Calls(3, raises=error), Calls(20)
    with capture_logs() as logs, running(database, {POST: poison, COUNT: healthy}):
        with database.write() as session:
            enqueue(session, POST, Post("C1"))
        add(database, *range(20))
        assert poison.enough.wait(SOON)
        assert healthy.enough.wait(SOON)
        eventually(lambda: "open" not in states(database))
    assert states(database) == ["dead"] + ["done"] * 20
    with database.read() as session:
        [letter] = dead_letters(session)
    assert (letter.kind, letter.attempts, letter.error) == (POST.name, POST.max_attempts, type(error).__name__)
    assert "ZZCANARY" not in str(logs)


def test_a_job_that_takes_its_workers_with_it_dies_unrun(database: Database) -> None:
    [job_id] = add(database, 1)
    with database.write() as session:
        session.execute(update(Job).values(attempts=COUNT.max_attempts))
    with running(database, {COUNT: must_not_run}):
        eventually(lambda: states(database) == ["dead"])
    assert "took its worker with it" in (job(database, job_id).error or "")


class ChannelArchived(Exception):
    """A domain error, whose text is ours."""


@pytest.mark.parametrize(
    ("error", "stored"),
    [
        (PermanentFailure("the channel is archived"), "PermanentFailure: the channel is archived"),
        (PermanentFailure("x" * 1000), "PermanentFailure: " + "x" * 482),
    ],
)
def test_what_cannot_succeed_is_not_tried_again(database: Database, error: Exception, stored: str) -> None:
    calls = Calls(raises=error)
    with running(database, {COUNT: calls}):
        [job_id] = add(database, 1)
        eventually(lambda: states(database) == ["dead"])
    assert len(calls.seen) == 1
    assert job(database, job_id).error == stored


def test_only_texts_of_our_own_are_stored(database: Database) -> None:
    once = JobKind(name="test.once", payload=Number, max_attempts=1)
    calls = Calls(raises=ChannelArchived("the channel is archived"))
    with running(database, {once: calls}, explained=(ChannelArchived,)), database.write() as session:
        job_id = enqueue(session, once, Number(1))
    assert job_id is not None
    with running(database, {once: calls}, explained=(ChannelArchived,)):
        eventually(lambda: states(database) == ["dead"])
    assert job(database, job_id).error == "ChannelArchived: the channel is archived"


def test_a_payload_that_does_not_fit_is_a_dead_letter(database: Database) -> None:
    [job_id] = add(database, 1)
    with database.write() as session:
        session.execute(update(Job).values(payload={"number": "ZZCANARY"}))
    with running(database, {COUNT: must_not_run}):
        eventually(lambda: states(database) == ["dead"])
    assert job(database, job_id).error == "InvalidPayload: the payload of test.count does not fit: number"


def test_retry_later_uses_no_attempt(database: Database) -> None:
    calls = Calls(20, raises=RetryLater(0.01))
    with running(database, {COUNT: calls}):
        add(database, 1)
        assert calls.enough.wait(SOON)
    assert {attempt.number for attempt in calls.seen} == {1}
    assert states(database) == ["open"]


def test_retry_after_closes_the_target_for_other_workers_too(database: Database, second_door: Database) -> None:
    calls = Calls(raises=RetryLater(60, target="slack"))
    with running(database, {POST: calls}, threads=1), running(second_door, {POST: calls}, threads=1):
        with database.write() as session:
            for _ in range(5):
                enqueue(session, POST, Post("C1"))
        assert calls.enough.wait(SOON)
        eventually(lambda: not _numbers_running(database))
    # The other worker may have had its own call on the way.
    assert len(calls.seen) <= 2
    assert states(database) == ["open"] * 5


def _numbers_running(database: Database) -> dict[str, int]:
    with database.read() as session:
        return dict(statistics(session).running)


def test_a_paced_kind_keeps_its_rate_and_loses_nothing(database: Database, second_door: Database) -> None:
    slow = JobKind(name="test.slow", payload=Number, target="gitlab")
    calls = Calls(20)
    rates = {"gitlab": Rate(per_second=20)}
    with running(database, {slow: calls}, rates=rates), running(second_door, {slow: calls}, rates=rates):
        with database.write() as session:
            for number in range(20):
                enqueue(session, slow, Number(number))
        assert not calls.enough.wait(19 / 20 - 0.01)
        assert calls.enough.wait(SOON)
        eventually(lambda: states(database) == ["done"] * 20)
    assert sorted(attempt.payload.number for attempt in calls.seen) == list(range(20))


def test_a_handler_that_ends_its_job_itself_is_done_once(database: Database) -> None:
    def handler(attempt: Attempt[Number]) -> None:
        with database.write() as session:
            if attempt.payload.number:
                enqueue(session, COUNT, Number(attempt.payload.number - 1))
            attempt.complete(session)

    with capture_logs() as logs, running(database, {COUNT: handler}):
        add(database, 3)
        eventually(lambda: states(database) == ["done"] * 4)
    assert {entry["event"] for entry in logs} == {"jobs.started", "jobs.stopped"}
