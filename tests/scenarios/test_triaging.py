"""A new gap reaches its DRI, is decided from there, and who asked is asked."""

import pytest

from domain.words import GapState
from storage.models import Gap, Request
from tests.scenarios.office import Office, seen

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


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
