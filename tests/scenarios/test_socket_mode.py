"""The same stories without a public address: Slack's payloads over a connection that the bot opened."""

import http.client

import pytest

from storage.models import Request
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, seen


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    return open_office(socket_mode=True)


def test_a_request_is_filed_confirmed_and_ranked(office: Office) -> None:
    assert office.file(office.ava, account="Müller", ARR_at_stake="a lot").errors == {
        "arr.1": "I cannot read this as an amount. Write an amount like 250k, €1.2m or 120,000 USD."
    }
    office.ava.type("ARR at stake", "€1.2m")
    assert office.ava.submit().response_action == "close"
    office.settle()

    assert "It is #2 of 4, new in the ranking." in seen(office.ava.last_message("general"))
    assert "*GAP-5*" in seen(office.pat.last_message("area-auth"))
    assert "*2. Single sign-on for contractors*" in office.top_gaps(office.ava)


def test_it_is_edited_and_withdrawn(office: Office) -> None:
    confirmation = office.filed(office.ava)
    assert office.ava.click("Edit", message=confirmation, channel="general").ok
    office.ava.fill({"Priority": "P0"})
    assert office.ava.submit().ok
    assert office.ava.click("Withdraw", message=confirmation, channel="general").ok
    office.settle()

    assert (office.last_request().version, office.last_request().priority) == (3, "P0")
    assert "Withdrawn" in seen(office.ava.last_message("general"))


def test_people_are_answered_once_however_often_an_event_comes(office: Office) -> None:
    office.slack.events.duplicate(3)
    office.ava.post("Show me the top gaps", channel="app")
    office.settle()

    assert len([message for message in office.ava.messages("app") if message.bot_id]) == 1


def test_a_refresh_of_the_connection_in_the_middle_loses_nothing(office: Office) -> None:
    for number in range(3):
        office.open_form(office.ava, f"Wish {number} for later")
        office.ava.fill({"Account": "O’Brien", "Priority": "P1"})
        office.slack.socket.refresh()
        office.ava.fill({"What is at stake?": "Risks churn"})
        assert office.ava.submit().ok
    office.settle()

    assert office.count(Request) == 7
    assert len(office.ava.messages("general")) == 3
    assert office.slack.socket.opened == 4


def test_slacks_payloads_are_not_taken_over_http_as_well(office: Office) -> None:
    connection = http.client.HTTPConnection(office.address.host, office.address.port, timeout=5)
    connection.request("POST", "/slack/events", body=b"{}")
    assert connection.getresponse().status == 404
    connection.close()
