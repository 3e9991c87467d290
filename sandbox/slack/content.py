"""What a message consists of, and what is wrong with it, whichever way it came."""

import json
from collections.abc import Mapping

from sandbox.slack.block_kit.check import message_problems
from sandbox.slack.block_kit.problem import Problem
from sandbox.slack.channels import Message
from sandbox.slack.elements import text_in, with_ids
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids
from sandbox.slack.json_types import Json

TEXT_LIMIT = 40_000
METADATA_BYTES = 8_000
_CONTENT = ("text", "blocks", "attachments", "markdown_text", "metadata")


def check_content(args: Mapping[str, object]) -> None:
    """Raise the refusal that Slack would give for this message."""
    if not any(args.get(key) for key in ("text", "blocks", "attachments", "markdown_text")):
        raise SlackError("no_text")
    if args.get("markdown_text") and (args.get("text") or args.get("blocks")):
        raise SlackError("markdown_text_conflict")
    if len(str(args.get("text") or "")) > TEXT_LIMIT:
        raise SlackError("msg_too_long")
    _check_metadata(args.get("metadata"))
    problems = message_problems({key: args[key] for key in _CONTENT if args.get(key) not in (None, "", [])})
    if problems:
        raise refusal(problems)


def refusal(problems: list[Problem]) -> SlackError:
    """Return the error for problems in a message."""
    messages = [str(problem) for problem in problems]
    codes = [problem.code for problem in problems]
    return SlackError(codes[0], messages=messages, errors=messages)


def content_fields(args: Mapping[str, object], ids: Ids) -> Json:
    """Return the fields of a `Message` that these arguments fill; without a text, Slack builds one from the blocks."""
    blocks = args.get("blocks")
    attachments = args.get("attachments")
    kept = with_ids(blocks, ids) if isinstance(blocks, list) else []
    text = args.get("text") or args.get("markdown_text") or text_in(kept)
    fields: Json = {
        "text": str(text),
        "blocks": kept,
        "attachments": attachments if isinstance(attachments, list) else [],
    }
    metadata = args.get("metadata")
    return fields | ({"metadata": metadata} if isinstance(metadata, dict) else {})


def authored(author: Json, *, ts: str, fields: Json) -> Message:
    """Return a message by the app's bot."""
    return Message(ts=ts, **author, **fields)


def _check_metadata(metadata: object) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
