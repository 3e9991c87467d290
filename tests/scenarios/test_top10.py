"""The governed list, as those who decide about it live it."""

from datetime import timedelta

import pytest

from bot import clock
from domain.top10 import Seat
from storage import audit, top10
from storage.models import Decision, Proposal, Top10Version
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, buttons_of, seen
from tests.scenarios.weekly import governed, monday
from tests.usecases.top10_world import a_request

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

ON_CARD = ["Triage", "Move …", "Split", "Propose change"]


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    office = open_office(more_policy=governed())
    office.know_groups()
    return office


def decide(office: Office, *names: str) -> None:
    for name in names:
        person = office.slack.as_user(name)
        assert person.click("Approve", message=person.last_message("app"), channel="app").ok
        office.settle()


def test_from_the_first_list_to_a_change_and_back(office: Office) -> None:
    """The rule proposes, three roles agree, everybody sees it; then a PM proposes and one role says no."""
    monday(office)
    card = office.eli.last_message("top10-council")
    assert "The first Top 10" in seen(card)
    assert buttons_of(card) == ["Approve", "Reject", "Discuss"]
    assert "*GTM* has not decided yet" in seen(card)
    assert office.gwen.command("/top-gaps", "top10", channel="general").ok
    assert "There is no official Top 10 yet. It is being decided." in seen(office.gwen.last_message("general"))

    decide(office, "gwen", "piet")
    assert "<@U0GWEN> approved" in seen(office.eli.last_message("app"))
    decide(office, "eli")

    for name, channel in (("eli", "top10-council"), ("gwen", "app"), ("piet", "app"), ("eli", "app")):
        person = office.slack.as_user(name)
        copy = next(one for one in person.messages(channel) if "Proposal 1" in seen(one))
        assert buttons_of(copy) == []
        assert "Approved and applied" in seen(copy)
    assert "Top 10, version 1" in seen(office.eli.last_message("top10-council"))
    office.ava.command("/top-gaps", "top10", channel="general")
    assert "Official Top 10, version 1" in seen(office.ava.last_message("general"))
    assert "Propose a change" not in buttons_of(office.ava.last_message("general"))

    office.pat.command("/top-gaps", "top10", channel="general")
    assert office.pat.click("Propose a change", message=office.pat.last_message("general"), channel="general").ok
    office.pat.fill({"What shall change?": "remove", "Which gap?": "GAP-3", "Why?": "Nobody & nothing <needs> it"})
    assert office.pat.submit().ok
    office.settle()
    asked = office.gwen.last_message("app")
    assert "Proposed by <@U0PAT>" in seen(asked)
    assert "&lt;needs&gt;" in seen(asked)

    assert office.gwen.click("Reject", message=asked, channel="app").ok
    assert office.gwen.submit().errors
    office.gwen.fill({"Why not?": "Zażółć waits for it"})
    assert office.gwen.submit().ok
    office.settle()
    assert "Rejected" in seen(office.eli.last_message("app"))
    assert office.count(Top10Version) == 1


@ON_SQLITE
def test_stale_copied_and_forged_buttons_do_nothing(office: Office) -> None:
    monday(office)
    for person in (office.ava, office.pat, office.ada, office.gus, office.eve):
        office.act("top10.approve", "1", by=person)
    for value in ("2", "-1", "1; DROP", "", None, "9" * 30):
        office.act("top10.approve", value, by=office.gwen)
    office.settle()
    assert office.count(Decision) == 0

    decide(office, "gwen", "piet", "eli")
    office.act("top10.approve", "1", by=office.gwen)
    assert "This proposal was approved" in str(office.gwen.modal.blocks)
    assert office.count(Decision) == 3


@ON_SQLITE
def test_the_second_of_a_role_is_told_that_they_came_too_late(open_office: OpenOffice) -> None:
    policy = governed()
    policy["top10"] |= {"delegates": {"gtm": ["U0CEM"]}}
    office = open_office(more_policy=policy)
    monday(office)
    decide(office, "cem")

    office.act("top10.approve", "1", by=office.gwen)

    assert "GTM has approved this already." in str(office.gwen.modal.blocks)
    assert [one.decided_by for one in office.rows(Decision)] == ["U0CEM"]


@ON_SQLITE
def test_a_gap_that_leans_on_few_is_looked_at_before_it_is_approved(office: Office) -> None:
    with office.database.write() as session:
        asked = [a_request(gap_id=2, account_id=2, at=clock.now(), by="U0AVA") for _ in range(6)]
        session.add_all(asked)
        session.flush()
        for one in asked:
            subject = f"request:{one.id}"
            audit.record(
                session.connection(), at=clock.now(), actor_id="U0AVA", action="request.filed", subject=subject
            )
    monday(office)
    card = office.eli.last_message("top10-council")
    assert "score × *" in seen(card)
    assert "Needs a second look" in seen(card)
    assert office.eli.click("Approve", message=office.eli.last_message("app"), channel="app").ok
    assert office.count(Decision) == 0
    office.eli.fill({"Before you approve": "yes"})
    assert office.eli.submit().ok
    assert [one.decided_by for one in office.rows(Decision)] == ["U0ELI"]


@ON_SQLITE
def test_what_is_to_be_discussed_goes_to_the_thread(office: Office) -> None:
    monday(office)
    assert office.piet.click("Discuss", message=office.piet.last_message("app"), channel="app").ok
    office.piet.fill({"What is to be said?": "Why is <!channel> offline mode first?"})
    assert office.piet.submit().ok
    office.settle()

    said = office.eli.last_message("top10-council")
    assert said.thread_ts == office.eli.messages("top10-council")[0].ts
    assert "&lt;!channel&gt; offline mode" in seen(said)
    assert "offline" not in said.text


@ON_SQLITE
def test_every_change_can_be_proposed_by_command_and_from_a_gaps_card(office: Office) -> None:
    with office.database.write() as session:
        top10.publish(session, (Seat(1), Seat(2)), number=1, at=clock.now())
    until = (clock.now() + timedelta(days=30)).date()
    for filled in (
        {"What shall change?": "add", "Which gap?": "GAP-3"},
        {"What shall change?": "remove", "Which gap?": "GAP-2"},
        {"What shall change?": "pin", "Which gap?": "GAP-1", "Pinned until": until.isoformat()},
        {"What shall change?": "reorder", "New order": "GAP-2, GAP-1"},
    ):
        assert office.gwen.command("/top-gaps", "propose", channel="general").ok
        office.gwen.fill({**filled, "Why?": "Nobody else does it"})
        assert office.gwen.submit().ok, filled
    office.settle()
    said = [seen(one) for one in office.eli.messages("top10-council")]
    pinned = f"GAP-1 is pinned until {until:%-d %b %Y}"
    for number, headline in enumerate(("GAP-3 enters", "GAP-2 leaves", pinned, "Another order"), start=1):
        assert f"Proposal {number}: {headline}" in said[number - 1]

    for person, buttons in (
        (office.ava, []),
        (office.gwen, ["Propose change"]),
        (office.pat, ON_CARD),
    ):
        assert person.command("/gap", "GAP-1", channel="general").ok
        assert [one for one in ON_CARD if f"'{one}'" in str(person.modal.blocks)] == buttons
    assert office.pat.click("Propose change").ok
    office.pat.fill({"What shall change?": "remove", "Why?": "It is done elsewhere"})  # the gap is chosen already
    assert not office.pat.submit().errors
    assert [one.change_key for one in office.rows(Proposal)][-1] == "leave:1"


@ON_SQLITE
def test_a_shipped_gap_leaves_and_everybody_who_asked_hears(office: Office) -> None:
    monday(office)
    decide(office, "gwen", "piet", "eli")

    assert office.pat.command("/gap", "GAP-1 ship", channel="general").ok
    office.pat.fill({"Words for customers": "Provisioning of groups is there."})
    assert office.pat.submit().ok
    office.settle()

    assert office.rows(Top10Version)[-1].cause == "GAP-1 is closed"
    told = office.cem.last_message("app")
    assert "GAP-1 SCIM provisioning for groups has shipped" in seen(told)
    assert "Provisioning of groups is there." in seen(told)
    assert "Nordwind AG, O’Brien Logistics" in seen(told)
    assert "Nordwind" not in told.text
    assert office.count(Proposal) == 1
