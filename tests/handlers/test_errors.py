"""The error boundary: an anticipated error is a sentence where the person is, an unexpected one a reference."""

import io
import json
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import web_client
from domain.errors import NotFound
from domain.people import Actor, PersonKind
from domain.policy import Stranger
from handlers.errors import ErrorBoundary
from sandbox.slack.block_kit.check import submission_problems, view_problems
from sandbox.slack.server import SlackServer
from storage.database import DatabaseBusy
from tests.bot.edge import Edge
from tests.usecases.office import SELLER, Office

SENTENCE = "I look for a key like <GAP-42> & nothing else."
CANARY = "ZZCANARY"
ERRORS: list[Exception] = [NotFound(SENTENCE), ValueError(CANARY), DatabaseBusy("Busy."), KeyError(CANARY)]
USER = {"id": SELLER}


def answered(error: Exception, body: dict[str, Any], slack: SlackServer) -> tuple[int, Any, list[str]]:
    """Status, body, and who was turned away at which door."""
    away: list[str] = []
    client = web_client(token="xoxb-sandbox", base_url=slack.api_url, timeout=2)
    boundary = ErrorBoundary(turn_away=lambda user_id, door, kind: away.append(f"{kind} {user_id} {door}"))
    answer = boundary.answer(error, body, client)
    assert CANARY not in str(answer.body)
    return answer.status, json.loads(answer.body) if answer.body else None, away


@pytest.mark.usefixtures("log_stream")
@pytest.mark.parametrize("error", ERRORS, ids=repr)
class TestWhereThePersonIs:
    def test_in_a_form_it_stands_beside_the_first_input(self, error: Exception, slack: SlackServer) -> None:
        shown = [{"type": "section"}, {"type": "input", "block_id": "title"}, {"type": "input", "block_id": "arr"}]
        body = {"type": "view_submission", "user": USER, "view": {"id": "V1", "blocks": shown}}
        status, answer, _ = answered(error, body, slack)
        assert (status, answer["response_action"], set(answer["errors"])) == (200, "errors", {"title"})
        assert submission_problems(answer) == []

    @pytest.mark.parametrize(
        "view", [{"id": "V1"}, {"id": "V1", "blocks": None}, {"id": "V1", "blocks": [{"type": "input"}]}]
    )
    def test_in_a_modal_without_inputs_it_takes_its_place(
        self, error: Exception, slack: SlackServer, view: dict[str, Any]
    ) -> None:
        status, answer, _ = answered(error, {"type": "view_submission", "user": USER, "view": view}, slack)
        assert (status, answer["response_action"]) == (200, "update")
        assert view_problems(answer["view"]) == []

    def test_after_a_command_it_is_told_to_that_person_alone(self, error: Exception, slack: SlackServer) -> None:
        status, answer, _ = answered(error, {"command": "/gap", "user_id": SELLER}, slack)
        assert (status, answer["response_type"]) == (200, "ephemeral")

    def test_while_typing_there_are_no_options(self, error: Exception, slack: SlackServer) -> None:
        assert answered(error, {"type": "block_suggestion", "user": USER}, slack)[:2] == (200, {"options": []})

    @pytest.mark.parametrize("kind", ["block_actions", "shortcut", "message_action", "view_closed"])
    def test_after_a_click_with_a_dead_trigger_it_is_still_a_200(
        self, error: Exception, slack: SlackServer, kind: str
    ) -> None:
        body = {"type": kind, "user": USER, "trigger_id": "expired"}
        assert answered(error, body, slack)[:2] == (200, None)

    @pytest.mark.parametrize("kind", ["block_actions", "shortcut"])
    def test_after_a_click_while_slack_is_away_it_is_still_a_200(
        self, error: Exception, slack: SlackServer, kind: str
    ) -> None:
        slack.faults.script("*", "drop_before_effect", times=3)
        assert answered(error, {"type": kind, "user": USER, "trigger_id": "x"}, slack)[:2] == (200, None)

    def test_an_event_comes_again_only_when_that_would_help(self, error: Exception, slack: SlackServer) -> None:
        status, answer, _ = answered(error, {"type": "event_callback", "event": {"type": "message"}}, slack)
        assert (status, answer) == (503 if isinstance(error, DatabaseBusy) else 200, None)


def test_a_sentence_is_said_as_it_is(slack: SlackServer) -> None:
    _, answer, _ = answered(NotFound(SENTENCE), {"command": "/gap"}, slack)
    assert answer["text"] == SENTENCE


def test_an_unexpected_error_has_a_reference_that_the_log_has_too(slack: SlackServer, log_stream: io.StringIO) -> None:
    _, answer, _ = answered(ValueError(CANARY), {"command": "/gap"}, slack)
    line = next(json.loads(line) for line in log_stream.getvalue().splitlines() if "listener.failed" in line)
    assert line["reference"] in answer["text"]
    assert (line["error"], line["kind"]) == ("ValueError", "/gap")
    assert CANARY not in log_stream.getvalue()


@pytest.mark.parametrize(
    ("body", "door"),
    [
        ({"command": "/gap", "text": CANARY}, "command:/gap"),
        ({"type": "block_suggestion", "action_id": "account", "value": CANARY}, "block_suggestion:account"),
        ({"type": "view_submission", "view": {"id": "V1", "callback_id": "gap.form"}}, "form:gap.form"),
        ({"type": "event_callback", "event": {"type": "message", "text": CANARY}}, "event:message"),
    ],
)
def test_a_stranger_is_noted_with_the_door_alone(slack: SlackServer, body: dict[str, Any], door: str) -> None:
    guest = Stranger(Actor(user_id="UGUEST", kind=PersonKind.GUEST, roles=frozenset()))
    assert answered(guest, body, slack)[2] == [f"guest UGUEST {door}"]


def test_a_member_who_may_not_is_no_stranger(slack: SlackServer) -> None:
    assert answered(NotFound(SENTENCE), {"command": "/gap"}, slack)[2] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_click_that_fails_is_told_in_a_small_modal(edge: Edge) -> None:
    office = Office(edge.database)
    filed = office.file(account_id=office.account())
    person = edge.slack.as_user("sal")
    person.command("/gap", f"GAP-{office.request(filed.request_id).gap_id}", channel="general")
    with edge.database.write() as session:
        session.execute(text("UPDATE request SET requester_id = 'USOMEBODY'"))
    person.click("Edit")
    assert "does not exist" in person.modal.content["blocks"][0]["text"]["text"]
    assert person.modal.content["title"]["text"] == "That did not work"
    assert len(person.modals) == 2, "what was open stays below it"
