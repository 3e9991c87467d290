"""What stands before Bolt: size, headers, signature, parsing, shape. Bolt alone raises on most malformed requests.

The order matters: nothing is parsed before the signature is known to be Slack's.
"""

import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any
from urllib.parse import parse_qsl

from domain.ports import Clock

LARGEST_BODY = 1_000_000
"""Bytes. A view with all its inputs filled stays below a tenth of that."""
CLOCK_TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"\d{1,12}")
_ID = re.compile(r"[!-~]{0,128}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

# Interactive payloads are one long form field, of these characters alone.
_PAYLOAD = b"payload="
_FORM_VALUE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._+%"


class Refused(Exception):
    """The request is not answered: `status` is 413, 401 or 400, and the reason goes to the log alone."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Guard:
    """Knows whether raw bytes are a well-formed request of Slack's."""

    signing_secret: str
    now: Clock

    def admit(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return the payload as Bolt takes it; raise `Refused`."""
        if len(body) > LARGEST_BODY:
            raise Refused(413, "too large")
        self._check_signature(body, headers)
        payload = _parsed(body, headers.get("content-type", ""))
        _check_shape(payload)
        return payload

    def _check_signature(self, body: bytes, headers: Mapping[str, str]) -> None:
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not (timestamp.isascii() and _TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
            raise Refused(401, "headers")
        if abs(self.now().timestamp() - int(timestamp)) > CLOCK_TOLERANCE_SECONDS:
            raise Refused(401, "stale")
        signed = b"v0:" + timestamp.encode() + b":" + body
        expected = "v0=" + hmac.new(self.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, signature):
            raise Refused(401, "signature")


def _parsed(body: bytes, content_type: str) -> dict[str, Any]:
    try:
        if content_type.startswith("application/json"):
            return _object(body.decode("utf-8"))
        if body.startswith(_PAYLOAD) and not body.removeprefix(_PAYLOAD).translate(None, _FORM_VALUE):
            return _object(_percent_decoded(body.removeprefix(_PAYLOAD)).decode("utf-8"))
        text = body.decode("utf-8")
        fields = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100))
        return _object(fields["payload"]) if "payload" in fields else dict(fields)
    except (ValueError, RecursionError) as unreadable:
        raise Refused(400, "unreadable") from unreadable


def _percent_decoded(value: bytes) -> bytes:
    """What `urllib.parse.unquote_plus` gives, 20 times as fast on a filled form (10 KB): it was a third of the ack.

    Percent-encoding is quoted-printable with another sign, which the standard library decodes in C.
    """
    return binascii.a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))


def _object(text: str) -> dict[str, Any]:
    payload = json.loads(text)
    if not isinstance(payload, dict):
        raise Refused(400, "not an object")
    return payload


# What each kind of payload must have, and of which type. Everything else in it is read with care.
_USER: dict[str, type] = {"user": dict}
_SHAPES: dict[str, dict[str, type]] = {
    "view_submission": _USER | {"view": dict},
    "view_closed": _USER | {"view": dict},
    "block_actions": _USER | {"actions": list, "trigger_id": str},
    "block_suggestion": _USER | {"action_id": str, "block_id": str},
    "shortcut": _USER | {"callback_id": str, "trigger_id": str},
    "message_action": _USER | {"callback_id": str, "trigger_id": str, "message": dict, "channel": dict},
    "event_callback": {"event": dict, "event_id": str, "team_id": str},
    "url_verification": {"challenge": str},
    "command": {"command": str, "user_id": str, "channel_id": str, "trigger_id": str, "team_id": str},
}
_OBJECTS = ("team", "user", "view", "channel", "container", "message", "enterprise", "event")
_TEXTS = (
    "response_url",
    "trigger_id",
    "team_id",
    "enterprise_id",
    "api_app_id",
    "type",
    "token",
    "callback_id",
    "text",
)
_EVENT_TEXTS = ("type", "channel", "ts", "text", "subtype", "bot_id", "channel_type", "thread_ts", "tab", "team")
_VIEW_TEXTS = ("id", "hash", "callback_id", "private_metadata", "type", "app_id", "team_id")
_ACTION_TEXTS = ("type", "action_id", "block_id", "value")


def kind_of(payload: Mapping[str, Any]) -> str:
    """The kind of payload, by Slack's `type`, or `command`."""
    return "command" if "command" in payload else str(payload.get("type"))


def _check_shape(payload: Mapping[str, Any]) -> None:
    if payload.get("ssl_check"):
        return
    kind = kind_of(payload)
    _typed(payload, _SHAPES.get(kind, {}), kind)
    _optional(payload, _OBJECTS, dict, kind)
    _optional(payload, _TEXTS, str, kind)
    _identified(payload, ("user_id", "channel_id", "team_id", "event_id"), kind)
    if isinstance(payload.get("user"), dict):
        _typed(payload["user"], {"id": str}, "user")
        _optional(payload["user"], ("team_id", "name", "username"), str, "user")
    for name in ("user", "team", "channel", "enterprise", "view"):
        part = payload.get(name)
        if isinstance(part, dict):
            _optional(part, ("id", "name", "domain"), str, name)
            _identified(part, ("id", "team_id"), name)
    _check_parts(payload, kind)


def _check_parts(payload: Mapping[str, Any], kind: str) -> None:
    view = payload.get("view")
    if isinstance(view, dict):
        _typed(view, {"id": str}, "view")
        _optional(view, _VIEW_TEXTS, str, "view")
        _optional(view, ("state",), dict, "view")
        _check_blocks(view)
    if kind == "block_actions":
        _check_actions(payload["actions"])
    if kind == "event_callback":
        _typed(payload["event"], {"type": str}, "event")
        _optional(payload["event"], _EVENT_TEXTS, str, "event")
        _identified(payload["event"], ("user", "channel", "ts", "thread_ts"), "event")
        _check_writers(payload["event"])
    _check_lists(payload, kind)


def _check_writers(event: Mapping[str, Any]) -> None:
    """Who wrote is an id or an object: of the event, of the message it is about, of what that message was before."""
    for written in (event, event.get("message"), event.get("previous_message")):
        if isinstance(written, dict) and not isinstance(written.get("user"), (str, dict, NoneType)):
            raise Refused(400, "shape of event.user")


def _check_lists(payload: Mapping[str, Any], kind: str) -> None:
    for name in ("authorizations", "response_urls"):
        _optional(payload, (name,), list, kind)
        if not all(isinstance(one, dict) for one in payload.get(name) or []):
            raise Refused(400, f"shape of {kind}.{name}")


def _check_blocks(view: Mapping[str, Any]) -> None:
    blocks = view.get("blocks") or []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused(400, "shape of view.blocks")
    for block in blocks:
        _optional(block, ("block_id", "type"), str, "block")


def _check_actions(actions: list[Any]) -> None:
    if not actions or not all(isinstance(action, dict) for action in actions):
        raise Refused(400, "shape of actions")
    for action in actions:
        _typed(action, {"action_id": str}, "action")
        _optional(action, _ACTION_TEXTS, str, "action")


def _typed(found: Mapping[str, Any], wanted: Mapping[str, type], where: str) -> None:
    for name, kind in wanted.items():
        if not isinstance(found.get(name), kind):
            raise Refused(400, f"shape of {where}.{name}")


def _identified(found: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    """Ids go into the database as they are: whatever Slack calls one, it has no controls, no surrogates and an end."""
    for name in names:
        value = found.get(name)
        if isinstance(value, str) and not _ID.fullmatch(value):
            raise Refused(400, f"shape of {where}.{name}")


def _optional(found: Mapping[str, Any], names: tuple[str, ...], kind: type, where: str) -> None:
    for name in names:
        value = found.get(name)
        if value is not None and not isinstance(value, kind):
            raise Refused(400, f"shape of {where}.{name}")
