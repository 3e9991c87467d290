"""The one error boundary: anticipated errors are sentences, unexpected ones a reference that the log also has."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from domain.errors import NotFound, Refusal
from domain.people import PersonKind
from domain.policy import Stranger
from handlers import blocks
from storage.database import DatabaseBusy

log = structlog.get_logger(__name__)

_TRIGGER_GONE = {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"}
_TOO_SLOW = "Slack took too long to show this. Nothing is lost: please try once more."
_UNEXPECTED = "Something went wrong on my side, and nothing was changed. If it happens again, say this reference: {}."


@dataclass(frozen=True, slots=True)
class ErrorBoundary:
    """Answers where the person is: in the modal, beside the command, or in a small modal of its own.

    `turn_away` is called with the id of somebody who is no full member, the door they came to, and what they are.
    """

    turn_away: Callable[[str, str, PersonKind], None]

    def register(self, app: App) -> None:
        app.error(self.answer)

    def answer(self, error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse:
        """The answer to Slack for a listener that raised."""
        if isinstance(error, Stranger):
            with suppress(DatabaseBusy):  # the refusal stands, noted or not
                self.turn_away(error.user_id, _door(body), error.kind)
        sentence = _sentence(error, body)
        if "event" in body:
            # Slack delivers an event again after a 503; anything else would fail again in the same way.
            return BoltResponse(status=503 if isinstance(error, DatabaseBusy) else 200, body="")
        match body.get("type"):
            case "view_submission":
                return _in_form(body, sentence)
            case "block_suggestion":
                return BoltResponse(status=200, body={"options": []})
            case "block_actions" | "shortcut" | "message_action" | "view_closed":
                _beside(body, client, sentence)
                return BoltResponse(status=200, body="")
            case _:
                return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})


def _door(body: Mapping[str, Any]) -> str:
    """The name of what they tried, as we gave it to Slack: no word of theirs is in it."""
    if "command" in body:
        return f"command:{body['command']}"
    kind, event, view = str(body.get("type")), body.get("event"), body.get("view")
    if isinstance(event, dict):
        return f"event:{event.get('type')}"
    if kind == "block_actions":
        return f"action:{body['actions'][0].get('action_id')}"
    if kind == "view_submission" and isinstance(view, dict):
        return f"form:{view.get('callback_id')}"
    return f"{kind}:{body.get('callback_id') or body.get('action_id') or ''}"


def id_in(body: Mapping[str, Any]) -> int:
    """The number that a pressed button carries: a hint, which the use case checks. Raise `NotFound` otherwise."""
    value = str(body["actions"][0].get("value") or "")
    if not (value.isascii() and value.isdigit() and len(value) <= 18):  # noqa: PLR2004  64 bits
        raise NotFound("This button is too old for me. Please start again.")
    return int(value)


def slack_was_too_slow(error: Exception) -> bool:
    """Tell whether a view was not opened because Slack let us wait, or three seconds after the click were over."""
    if isinstance(error, SlackApiError):
        return error.response.get("error") in _TRIGGER_GONE
    return isinstance(error, OSError)


def _sentence(error: Exception, body: Mapping[str, Any]) -> str:
    if isinstance(error, Refusal):
        return error.sentence
    if slack_was_too_slow(error):
        return _TOO_SLOW
    reference = secrets.token_hex(4)
    log.error(
        "listener.failed",
        reference=reference,
        kind=str(body.get("type") or body.get("command") or "event"),
        slack_error=error.response.get("error") if isinstance(error, SlackApiError) else None,
        exc_info=error,
    )
    return _UNEXPECTED.format(reference)


def _in_form(body: Mapping[str, Any], sentence: str) -> BoltResponse:
    """Beside the form's first input: the modal stays open, with everything that was typed."""
    blocks_shown = body["view"].get("blocks") or []
    inputs = [block["block_id"] for block in blocks_shown if block.get("type") == "input" and block.get("block_id")]
    if not inputs:
        return BoltResponse(status=200, body={"response_action": "update", "view": _note(sentence)})
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {inputs[0]: sentence}})


def _beside(body: Mapping[str, Any], client: WebClient, sentence: str) -> None:
    """A small modal on top: the only answer to a button that does not depend on the channel."""
    show = client.views_push if body.get("view") else client.views_open
    try:
        show(trigger_id=body.get("trigger_id", ""), view=_note(sentence))
    except SlackApiError as refused:
        log.warning("listener.could_not_tell", slack_error=refused.response.get("error"))
    except (OSError, SlackRequestError) as away:
        log.warning("listener.could_not_tell", error=type(away).__name__)


def _note(sentence: str) -> dict[str, Any]:
    return blocks.modal("That did not work", [blocks.section(blocks.escaped(sentence))], callback_id="note")
