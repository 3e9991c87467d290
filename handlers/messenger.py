"""Slack as we call it: every message goes out once, at Slack's pace, and its errors become ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from domain.ports import Clock
from handlers.blocks import as_json
from handlers.messages import Words, composed
from storage import messages
from storage.database import Database
from storage.jobs import PermanentFailure, Rate, RetryLater, take
from storage.messages import Posted

log = structlog.get_logger(__name__)

PER_CHANNEL = Rate(per_second=1.0, burst=3)
EVENT_TYPE = "gapbot_message"
LONGEST_RETRY_AFTER = 900.0
HISTORY_PAGES = 5
_CHANNEL_CLOSED = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "user_not_in_channel",
    "cannot_dm_bot",
    "user_disabled",
    "no_permission",
}


class ChannelClosed(PermanentFailure):
    """Slack will not let us speak there, however often we try."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused the channel: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Messenger:
    """Posts, edits and looks up messages. For jobs only: it waits, and raises what the worker understands."""

    client: WebClient
    database: Database
    now: Clock

    def post(
        self,
        words: Words,
        *,
        channel: str,
        marker: str,
        is_retry: bool,
        thread: Posted | None = None,
        instead_of: Posted | None = None,
    ) -> Posted:
        """Post once: known by its marker, a message is found instead of posted again, but for one that is gone.

        `is_retry` says that an earlier attempt may have reached Slack without our knowing: then the channel's history
        is read first. Raises `ChannelClosed`, `RetryLater`, or a Slack error for the worker's backoff.
        """
        known = self._known(marker)
        if known == instead_of:
            known = None
        if known is None and is_retry:
            known = self._in_history(channel, marker, thread)
        if known is None:
            known = self._post(words, channel, marker, thread)
        with self.database.write() as session:
            messages.remember(session, marker, known, at=self.now())
        return known

    def edit(self, words: Words, posted: Posted) -> bool:
        """Replace a message of ours; False when somebody deleted it."""
        self._take_turn(posted.channel_id)
        message = composed(words)
        try:
            self._call(
                self.client.chat_update,
                channel=posted.channel_id,
                ts=posted.ts,
                text=message.text,
                blocks=as_json(message.blocks),
            )
        except SlackApiError as refused:
            if refused.response.get("error") in {"message_not_found", "cant_update_message"}:
                return False
            raise
        return True

    def whisper(self, words: Words, *, channel: str, user_id: str) -> None:
        """Show a message to one person in a channel. It cannot be looked up, so a crash may show it twice."""
        self._take_turn(channel)
        message = composed(words)
        self._call(
            self.client.chat_postEphemeral,
            channel=channel,
            user=user_id,
            text=message.text,
            blocks=as_json(message.blocks),
        )

    def direct_channel(self, user_id: str) -> str:
        """The id of the conversation between this person and us."""
        answer = self._call(self.client.conversations_open, users=user_id)
        channel: Mapping[str, Any] = answer["channel"]
        return str(channel["id"])

    def _post(self, words: Words, channel: str, marker: str, thread: Posted | None) -> Posted:
        self._take_turn(channel)
        message = composed(words)
        answer = self._call(
            self.client.chat_postMessage,
            channel=channel,
            text=message.text,
            blocks=as_json(message.blocks),
            thread_ts=thread.ts if thread else None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"marker": marker}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(channel_id=str(answer["channel"]), ts=str(answer["ts"]))

    def _known(self, marker: str) -> Posted | None:
        with self.database.read() as session:
            return messages.find(session, marker)

    def _in_history(self, channel: str, marker: str, thread: Posted | None) -> Posted | None:
        """Look for our marker among the latest messages, newest first."""
        cursor = None
        for _ in range(HISTORY_PAGES):
            where: dict[str, Any] = {"channel": channel, "limit": 200, "include_all_metadata": True, "cursor": cursor}
            if thread is None:
                page = self._call(self.client.conversations_history, **where)
            else:
                page = self._call(self.client.conversations_replies, ts=thread.ts, **where)
            answer: dict[str, Any] = dict(page.data) if isinstance(page.data, dict) else {}
            for found in answer.get("messages", []):
                payload = found.get("metadata", {}).get("event_payload", {})
                if payload.get("marker") == marker:
                    return Posted(channel_id=channel, ts=str(found["ts"]))
            cursor = answer.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return None
        return None

    def _take_turn(self, channel: str) -> None:
        take(self.database, f"slack:{channel}", PER_CHANNEL)

    def _call(self, method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
        try:
            return method(**{name: value for name, value in arguments.items() if value is not None})
        except SlackApiError as refused:
            raise translated(refused) from refused
        except (OSError, SlackRequestError) as broken:
            # The class only: texts of connection errors carry addresses.
            log.warning("slack.unreachable", error=type(broken).__name__)
            raise


def translated(refused: SlackApiError) -> Exception:
    """A refusal of Slack's as the worker understands it: later, never, or try again."""
    code = str(refused.response.get("error", ""))
    if refused.response.status_code == 429 or code in {"ratelimited", "rate_limited"}:  # noqa: PLR2004
        return RetryLater(_retry_after(refused.response.headers.get("Retry-After")), target="slack")
    if code in _CHANNEL_CLOSED:
        return ChannelClosed(code)
    return refused


def _retry_after(value: object) -> float:
    """Seconds to wait; Slack sends whole seconds, and nothing else is worth trusting."""
    text = value[0] if isinstance(value, list) and value else value
    seconds = float(text) if isinstance(text, str) and text.isdigit() else 30.0
    return min(max(seconds, 1.0), LONGEST_RETRY_AFTER)
