"""What nobody needs any more is forgotten; history and dead letters stay. And pages are turned by promise."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.errors import NotAllowed
from domain.gap_query import GapQuery
from storage import inbox
from storage.jobs import Job
from tests.usecases.office import GUEST, NOW, SELLER, Office
from usecases.job_kinds import TIDY_UP, TURN_PAGE, SlotCame
from usecases.tidy_up import INBOX_KEPT, JOBS_KEPT


def claim(office: Office, key: str) -> bool:
    with office.database.write() as session:
        return inbox.first_time(session.connection(), key=key, at=office.clock())


def test_forgets_old_inbox_keys_and_keeps_young_ones(office: Office) -> None:
    assert claim(office, "old")
    office.clock.move(days=INBOX_KEPT.days, seconds=1)
    assert claim(office, "young")
    office.use.tidy_up(office.attempt(TIDY_UP, SlotCame()))
    assert claim(office, "old"), "as if it had never been"
    assert not claim(office, "young")


def test_drops_old_done_jobs_and_keeps_dead_and_open_ones(office: Office) -> None:
    long_ago = NOW - JOBS_KEPT - timedelta(days=3650)
    ids = {state: office.attempt(TIDY_UP, SlotCame()).job_id for state in ("done", "dead", "open")}
    with office.database.write() as session:
        for state, job_id in ids.items():
            ended = None if state == "open" else long_ago
            session.execute(
                update(Job).where(Job.id == job_id).values(state=state, token=None, ended_at=ended, created_at=long_ago)
            )
    attempt = office.attempt(TIDY_UP, SlotCame())
    office.use.tidy_up(attempt)
    assert [job.id for job in office.jobs(TIDY_UP)] == [ids["dead"], ids["open"], attempt.job_id]


def test_history_is_never_forgotten(office: Office) -> None:
    office.file(account_id=office.account())
    before = len(office.audit())
    office.clock.move(days=4000)
    office.use.tidy_up(office.attempt(TIDY_UP, SlotCame()))
    assert len(office.audit()) == before


class TestTurningPages:
    def test_is_a_promise(self, office: Office) -> None:
        office.use.ranking.turn_page(
            GapQuery(size=5, words=("sso",)),
            page=2,
            is_table=False,
            by=SELLER,
            response_url="https://hooks.slack.com/actions/1",
        )
        (job,) = office.jobs(TURN_PAGE)
        assert job.payload == {
            "page": 2,
            "size": 5,
            "user_id": SELLER,
            "response_url": "https://hooks.slack.com/actions/1",
            "query": "sso 5",
            "is_table": False,
        }

    def test_is_not_for_guests(self, office: Office) -> None:
        with pytest.raises(NotAllowed):
            office.use.ranking.turn_page(GapQuery(), page=2, is_table=False, by=GUEST, response_url="")
        assert office.jobs(TURN_PAGE) == []
