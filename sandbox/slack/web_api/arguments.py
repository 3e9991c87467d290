"""The arguments of a Web API call, form-encoded or JSON, with Slack's refusals for wrong ones."""

import json
from urllib.parse import parse_qsl

from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json

_STRUCTURED = frozenset(
    {"blocks", "attachments", "metadata", "view", "files", "prompts", "loading_messages", "message", "unfurls"}
)
_PAGE_LIMIT = 1_000


def parse_arguments(*, content_type: str, body: bytes, query: bytes) -> Json:
    """Return what was sent, with JSON-encoded parts decoded; raise `invalid_json` or `invalid_form_data`."""
    arguments: Json = dict(parse_qsl(query.decode(), keep_blank_values=True))
    if "application/json" in content_type and body:
        arguments |= _json_object(body)
    elif body:
        try:
            arguments |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            raise SlackError("invalid_form_data") from None
    return {key: _decoded(key, value) for key, value in arguments.items()}


def _json_object(body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise SlackError("json_not_object")
    return parsed


def _decoded(key: str, value: object) -> object:
    if key not in _STRUCTURED or not isinstance(value, str):
        return value
    if key in {"message", "files"} and value[:1] not in "[{":
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError("invalid_arguments", messages=[f"[ERROR] invalid JSON [json-pointer:/{key}]"]) from None


class Arguments:
    """Read arguments by type."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw

    def text(self, name: str) -> str:
        """Return a required argument; raise `invalid_arguments` when it is missing."""
        value = self.raw.get(name)
        if value in (None, ""):
            raise SlackError("invalid_arguments", messages=[f"[ERROR] missing required field: {name}"])
        return str(value)

    def optional(self, name: str) -> str | None:
        value = self.raw.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        return self.raw.get(name) in (True, "true", "True", "1", 1)

    def page(self, items: list[Json], *, key: str) -> Json:
        """Return one page of `items` under `key`, by the arguments `limit` and `cursor`."""
        start = self._cursor()
        limit = int(self.optional("limit") or 0) or 100
        if not 0 < limit <= _PAGE_LIMIT:
            raise SlackError("invalid_limit")
        end = start + limit
        cursor = f"next:{end}" if end < len(items) else ""
        return {key: items[start:end], "response_metadata": {"next_cursor": cursor}}

    def _cursor(self) -> int:
        cursor = self.optional("cursor")
        if cursor is None:
            return 0
        kind, _, position = cursor.partition(":")
        if kind != "next" or not position.isdigit():
            raise SlackError("invalid_cursor")
        return int(position)
