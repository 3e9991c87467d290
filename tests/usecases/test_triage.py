"""Deciding about gaps: who may, what is asked, what waits, what wakes."""

import pytest

from domain.errors import InvalidInput, NotAllowed, NotFound, Overtaken
from domain.words import GapState
from storage import triage as rows
from storage.models import Gap, Question
from tests.usecases.office import ADMIN, DRI, OTHER_SELLER, PM, SELLER, Office
from usecases.converse import Heard
from usecases.intake_job_kinds import (
    ASK_REQUESTER,
    LOOK_AT_QUEUES,
    REVIEW_WEEK,
    SEND_REVIEW,
    SHOW_TRIAGE,
    TELL_ANSWER,
    UNFURL_GAP,
)
from usecases.job_kinds import SlotCame
from usecases.triage import USUAL_GROWTH, Triage
from usecases.triage_job_kinds import TELL_AWAKE

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def triage(office: Office) -> Triage:
    return office.use.intake.triage


def gap(office: Office, gap_id: int) -> Gap:
    found: Gap = office.reading(lambda session: session.get(Gap, gap_id))
    return found


def reply(text: str, by: str = SELLER) -> Heard:
    return Heard(user_id=by, channel_id="D1", ts="9.9", thread_ts="1.1", text=text)


def asked(office: Office) -> tuple[int, int]:
    """A gap in triage whose requester was asked something; the question's message is D1/1.1."""
    gap_id = office.gap(state=GapState.TRIAGE)
    filed = office.file(account_id=office.account(), join_gap_id=gap_id, use_case="They audit.")
    triage(office).ask(gap_id, text="Which SIEM?", by=PM)
    question = office.reading(lambda session: session.query(Question).order_by(Question.id.desc()).first())
    triage(office).place_question(question.id, channel_id="D1", ts="1.1")
    return gap_id, filed.request_id


class TestDecisions:
    def test_taking_makes_responsible_and_begins_triage(self, office: Office) -> None:
        gap_id = office.gap(state=GapState.NEW)
        triage(office).take(gap_id, by=PM)
        found = gap(office, gap_id)
        assert (found.dri_id, found.state) == (PM, GapState.TRIAGE)
        assert [row.action for row in office.audit(f"gap:{gap_id}")] == ["gap.assigned", "gap.moved"]

    def test_the_dri_may_and_sellers_may_not(self, office: Office) -> None:
        gap_id = office.gap(state=GapState.NEW, dri_id=DRI)
        with pytest.raises(NotAllowed):
            triage(office).take(gap_id, by=SELLER)
        triage(office).take(gap_id, by=DRI)

    def test_a_transfer_goes_to_the_areas_dri_who_is_shown_it(self, office: Office) -> None:
        gap_id = office.gap(state=GapState.TRIAGE, area_key="data", dri_id=PM)
        triage(office).transfer(gap_id, area_key="auth", by=PM)
        assert (gap(office, gap_id).area_key, gap(office, gap_id).dri_id) == ("auth", DRI)
        assert len(office.jobs(SHOW_TRIAGE)) == 1
        with pytest.raises(InvalidInput):
            triage(office).transfer(gap_id, area_key="nowhere", by=PM)

    def test_the_checklist_says_what_is_there(self, office: Office) -> None:
        bare = office.gap(state=GapState.TRIAGE)
        ready = office.gap(state=GapState.TRIAGE, dri_id=PM, problem="They cannot.", effort_months=2.0)
        office.file(
            account_id=office.account(), join_gap_id=ready, gitlab_url="https://gitlab.example.com/a/b/-/issues/1"
        )
        assert [one.is_met for one in triage(office).card(bare).checks] == [False, False, False, True, False]
        assert all(one.is_met for one in triage(office).card(ready).checks)


class TestQuestions:
    def test_the_answer_lands_on_the_request_and_the_gap_goes_on(self, office: Office) -> None:
        gap_id, request_id = asked(office)
        assert gap(office, gap_id).state is GapState.NEEDS_INFO
        assert len(office.jobs(ASK_REQUESTER)) == 1
        assert triage(office).answer(reply("Splunk"), "event:1")
        assert office.request(request_id).use_case == "They audit.\n\nAsked: Which SIEM?\nAnswer: Splunk"
        assert gap(office, gap_id).state is GapState.TRIAGE
        assert len(office.jobs(TELL_ANSWER)) == 1

    def test_a_second_delivery_and_a_second_answer_change_nothing(self, office: Office) -> None:
        _, request_id = asked(office)
        assert triage(office).answer(reply("Splunk"), "event:1")
        assert not triage(office).answer(reply("Splunk"), "event:1")
        assert not triage(office).answer(reply("Elastic"), "event:2")
        assert "Elastic" not in (office.request(request_id).use_case or "")

    def test_only_who_was_asked_answers(self, office: Office) -> None:
        gap_id, _ = asked(office)
        assert not triage(office).answer(reply("Splunk", by=OTHER_SELLER), "event:1")
        assert gap(office, gap_id).state is GapState.NEEDS_INFO

    def test_the_answer_can_be_given_in_a_form_by_whom_it_was_asked_of(self, office: Office) -> None:
        gap_id, request_id = asked(office)
        (question,) = office.reading(lambda session: rows.open_questions(session, asked_of=SELLER))
        for by in (OTHER_SELLER, PM):
            with pytest.raises(NotFound):
                triage(office).asked(question.id, by=by)
        with pytest.raises(InvalidInput):
            triage(office).answer_question(question.id, text=" ", by=SELLER)
        assert triage(office).answer_question(question.id, text="Splunk", by=SELLER) == gap_id
        assert (office.request(request_id).use_case or "").endswith("Answer: Splunk")
        assert gap(office, gap_id).state is GapState.TRIAGE
        with pytest.raises(Overtaken):
            triage(office).answer_question(question.id, text="Elastic", by=SELLER)

    def test_an_empty_question_and_one_to_nobody_are_refused(self, office: Office) -> None:
        gap_id = office.gap(state=GapState.TRIAGE)
        for text in ("", "Why?"):
            with pytest.raises(InvalidInput):
                triage(office).ask(gap_id, text=text, by=PM)


class TestQueues:
    def look(self, office: Office) -> None:
        office.use.intake.queues.look(office.attempt(LOOK_AT_QUEUES, SlotCame(slot="now")))

    def test_reminders_come_after_five_working_days_and_after_ten(self, office: Office) -> None:
        office.gap(state=GapState.TRIAGE, dri_id=PM)
        reminded = []
        for day in range(16):
            self.look(office)
            reminded.append((day, len(office.jobs(SEND_REVIEW))))
            office.clock.move(days=1)
        assert [day for day, count in reminded if count == 0][-1] == 6
        assert reminded[7][1] == 1
        assert reminded[14][1] == 2

    def test_what_came_due_while_nobody_looked_is_made_up_for_once(self, office: Office) -> None:
        office.gap(state=GapState.TRIAGE, dri_id=PM)
        office.gap(state=GapState.NEW, dri_id=ADMIN)
        office.clock.move(days=9)
        for _ in range(2):
            self.look(office)
        assert sorted(job.payload["user_id"] for job in office.jobs(SEND_REVIEW)) == [ADMIN, PM]
        office.clock.move(days=1)
        self.look(office)
        assert len(office.jobs(SEND_REVIEW)) == 2

    def test_nothing_is_made_up_for_from_before_anybody_did_anything(self, office: Office) -> None:
        assert office.use.intake.queues.began() == office.clock()
        first = office.clock()
        office.file(account_id=office.account(), title="Something new")
        office.clock.move(days=3)
        assert office.use.intake.queues.began() == first

    def test_who_waits_for_an_answer_is_not_late(self, office: Office) -> None:
        office.gap(state=GapState.NEEDS_INFO, dri_id=PM)
        office.clock.move(days=7)
        self.look(office)
        assert office.jobs(SEND_REVIEW) == []

    def test_each_lead_gets_a_list_a_week(self, office: Office) -> None:
        for dri in (PM, PM, ADMIN):
            office.gap(state=GapState.TRIAGE, dri_id=dri)
        office.gap(state=GapState.BACKLOG, dri_id=DRI)
        for _ in range(2):
            office.use.intake.queues.review(office.attempt(REVIEW_WEEK, SlotCame(slot="W45")))
        assert sorted(job.payload["user_id"] for job in office.jobs(SEND_REVIEW)) == [ADMIN, PM]
        assert len(office.use.intake.queues.queue_of(PM)) == 2

    def test_a_gap_wakes_when_enough_more_accounts_ask(self, office: Office) -> None:
        gap_id = office.gap(state=GapState.BACKLOG, dri_id=PM)
        office.file(account_id=office.account(), join_gap_id=gap_id)
        triage(office).wait_for_demand(gap_id, by=PM)
        for _ in range(USUAL_GROWTH):
            self.look(office)
            assert gap(office, gap_id).state is GapState.AWAITING_DEMAND
            office.file(account_id=office.account(f"Account {office.counts()['account']}"), join_gap_id=gap_id)
        self.look(office)
        assert gap(office, gap_id).state is GapState.BACKLOG
        assert len(office.jobs(SHOW_TRIAGE)) == 1
        (told,) = office.jobs(TELL_AWAKE)
        assert (told.payload["user_id"], told.payload["accounts_then"]) == (PM, 1)


def test_a_gap_that_is_named_is_shown_once_an_hour_whatever_the_clock_says(office: Office) -> None:
    gap_id, hear = office.gap(), office.use.intake.hear
    office.clock.move(minutes=55)
    for number, minutes in enumerate((0, 10, 40, 15)):
        office.clock.move(minutes=minutes)
        said = Heard(user_id=SELLER, channel_id="D1", ts="2.2", thread_ts="1.1", text=f"what about GAP-{gap_id}?")
        assert hear(said, key=f"event:{number}")
        assert hear(said, key=f"event:{number}")
    assert [job.payload["gap_id"] for job in office.jobs(UNFURL_GAP)] == [gap_id, gap_id]


def test_of_two_who_take_it_one_is_told(office: Office) -> None:
    gap_id = office.gap(state=GapState.TRIAGE, dri_id=DRI)
    with office.database.write() as session:
        assert rows.assign(session, gap_id=gap_id, was=DRI, dri_id=PM, area_key=None, at=office.clock())
        assert not rows.assign(session, gap_id=gap_id, was=DRI, dri_id=ADMIN, area_key=None, at=office.clock())
