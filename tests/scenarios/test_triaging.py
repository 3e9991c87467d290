"""A new gap reaches its DRI, is decided from there, and who asked is asked."""

import pytest
from sqlalchemy import insert

from bot import clock
from domain.words import AccountKind, GapState, Impact, Priority
from storage.jobs import Job, enqueue
from storage.models import Gap, Request
from tests.scenarios.office import Office, seen
from usecases.home_job_kinds import LOOK_AT_HOMES, REFRESH_HOME
from usecases.job_kinds import SlotCame

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


ROW = {
    "gap_id": 1, "title": "As filed", "priority": Priority.P1, "impact": Impact.NONE, "requester_id": "U0CEM",
    "account_kind_then": AccountKind.CUSTOMER, "source": "command", "created_at": clock.now(),
    "updated_at": clock.now(), "last_confirmed_at": clock.now(),
}  # fmt: skip


def test_a_new_gap_is_shown_to_its_dri_and_decided_by_buttons(office: Office) -> None:
    office.filed(office.ava, "Single sign-on for contractors")
    gap = office.last_gap()
    card = office.pat.last_message("app")
    assert f"GAP-{gap.id}" in seen(card)
    assert "O’Brien" not in seen(card)
    office.pat.click("Take", message=card)
    office.settle()
    assert office.last_gap().state is GapState.TRIAGE
    office.pat.click("Plan", message=card)
    assert "Somebody is responsible (DRI)" in str(office.pat.modal.blocks)
    assert office.pat.submit().ok
    office.settle()
    assert office.last_gap().state is GapState.PLANNED
    assert "Planned" in seen(card)


def test_a_question_goes_to_the_requester_and_its_answer_comes_back(office: Office) -> None:
    office.filed(office.ava, "Single sign-on for contractors")
    gap, card = office.last_gap(), office.pat.last_message("app")
    office.pat.click("Needs info", message=card)
    office.pat.fill({"What do you have to know?": "Which identity provider?"})
    assert office.pat.submit().ok
    office.settle()
    question = office.ava.last_message("app")
    assert "Which identity provider?" in seen(question)
    office.ava.post("Okta, for 300 people", channel="app", thread_ts=question.ts)
    office.settle()
    assert "Answer: Okta, for 300 people" in (office.last_request().use_case or "")
    assert "Okta, for 300 people" in seen(office.pat.last_message("app"))
    assert office.rows(Gap, Gap.id == gap.id)[0].state is GapState.TRIAGE

    for later in ("thanks!", "By April, please", "GAP-1"):
        office.ava.post(later, channel="app", thread_ts=question.ts)
        office.settle()
    assert (office.last_request().use_case or "").endswith("Answer: Okta, for 300 people\n\nAdded: By April, please")
    assert "By April, please" in seen(office.pat.last_message("app"))
    replies = [one.text for one in office.ava.messages("app") if one.thread_ts == question.ts and one.user != "U0AVA"]
    assert replies[:2] == [f"Thank you. I added it to your request for GAP-{gap.id}."] * 2
    assert len(replies) == 3


def test_a_duplicate_is_merged_from_the_card(office: Office) -> None:
    office.filed(office.ava, "Provisioning of groups with SCIM")
    gap, card = office.last_gap(), office.pat.last_message("app")
    assert "Looks like *GAP-1*" in seen(card)
    office.pat.click("Duplicate", message=card)
    office.pat.choose("It is the same as", "GAP-1")
    assert office.pat.submit().ok
    office.settle()
    assert office.last_request().gap_id == 1
    assert office.rows(Gap, Gap.id == gap.id)[0].merged_into_id == 1

    for person in (office.ava, office.pat):
        person.command("/gap", f"GAP-{gap.id} swap", channel="general")
    assert office.rows(Gap, Gap.id == 1)[0].merged_into_id == gap.id
    office.know_groups()
    office.pat.command("/gap", "GAP-1 unmerge", channel="general")
    assert [one.gap_id for one in office.rows(Request)].count(1) == 2
    assert office.rows(Gap, Gap.id == 1)[0].state is GapState.BACKLOG


def test_a_seller_with_the_card_decides_nothing(office: Office) -> None:
    office.act("triage.take", "3", by=office.ava)
    office.settle()
    assert office.rows(Gap, Gap.id == 3)[0].dri_id is None


def test_a_gap_that_is_named_is_shown_once_an_hour_in_its_thread(office: Office) -> None:
    said = office.ava.post("what about GAP-1?", channel="app")
    office.settle()
    office.ava.post("GAP-1", channel="app", thread_ts=said.ts)
    office.settle()
    (answer,) = [one for one in office.ava.messages("app") if one.user != office.ava.id]
    assert "*GAP-1* SCIM provisioning for groups" in seen(answer)


def test_a_home_tab_follows_what_happens(office: Office) -> None:
    office.know_groups()
    for person in (office.cem, office.gus):
        person.open_home()
    office.settle()
    assert "GAP-1 · Backlog" in str(office.cem.home)
    office.act("triage.plan", "1", by=office.pat)
    assert office.pat.submit().ok
    with office.database.write() as session:
        enqueue(session, LOOK_AT_HOMES, SlotCame(slot="now"))
    office.settle()
    assert "GAP-1 · Planned" in str(office.cem.home)
    assert "full members of this workspace" in str(office.gus.home)
    assert {job.payload["user_id"] for job in office.rows(Job, Job.kind == REFRESH_HOME.name)} == {office.cem.id}


def test_where_guests_read_along_a_named_gap_is_shown_to_who_named_it(office: Office) -> None:
    office.ava.post(f"<@{office.slack.app.bot_user_id}> GAP-1", channel="general")
    office.settle()
    assert "*GAP-1* SCIM provisioning for groups" in seen(office.ava.last_message("general"))
    assert "GAP-1* SCIM" not in str([seen(one) for one in office.gus.messages("general")])


def test_requests_about_something_else_get_a_gap_of_their_own(office: Office) -> None:
    office.know_groups()
    assert office.pat.command("/gap", "GAP-1", channel="general").ok
    office.pat.click("Split")
    office.pat.choose("Which requests are about something else?", "Nordwind AG")
    office.pat.type("What do they miss?", "Provisioning for contractors")
    submission = office.pat.submit()
    assert submission.ok
    office.settle()
    new = office.last_gap()
    assert (new.title, [one.id for one in office.rows(Request, Request.gap_id == new.id)]) == (
        "Provisioning for contractors",
        [2],
    )
    assert f"GAP-{new.id}" in seen(office.pat.last_message("app"))
    assert f"GAP-{new.id}" in str(office.pat.modal.blocks)
    office.pat.click("Undo")
    assert [one.gap_id for one in office.rows(Request)].count(1) == 2
    assert office.pat.command("/gap", f"GAP-{new.id}", channel="general").ok
    office.pat.click("Take out")
    assert office.rows(Request, Request.gap_id == new.id) != []


def test_of_many_requests_those_are_offered_that_are_typed_for(office: Office) -> None:
    office.know_groups()
    with office.database.write() as session:
        rows = [{**ROW, "id": number, "account_id": 1 + number % 6} for number in range(100, 112)]
        session.execute(insert(Request), rows)
    office.seeded_requests = rows[-1]["id"]
    assert office.pat.command("/gap", "GAP-1 split", channel="general").ok
    assert len(office.pat.suggestions("Which requests are about something else?", "nord")) == 3
    office.pat.choose("Which requests are about something else?", "Nordwind")
    office.pat.type("What do they miss?", "Nordwind only")
    assert not office.pat.submit().ok
    office.pat.type("What do they miss?", "Provisioning for contractors")
    assert office.pat.submit().ok
