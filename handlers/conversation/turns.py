"""The jobs that answer in conversations, and those that read and answer messages somebody pointed at."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.audience import Audience
from handlers.conversation import views
from handlers.messages import Message
from handlers.messenger import ChannelClosed, Messenger, translated
from storage.conversations import Origin
from storage.jobs import Attempt
from storage.messages import Posted
from usecases.converse import Converse
from usecases.intake_job_kinds import MessagePointedAt, OriginKnown, StrangerCame, TurnTaken
from usecases.point_at_message import PointAtMessage
from usecases.show_conversation import ConversationNow, ShowConversation

_TS = re.compile(r"\d+\.\d+")
_GONE = {"thread_not_found", "message_not_found"}


@dataclass(frozen=True, slots=True)
class Turns:
    """Handlers of the jobs that turns promise."""

    client: WebClient
    messenger: Messenger
    audience: Audience
    show: ShowConversation
    converse: Converse
    point: PointAtMessage

    def answer(self, attempt: Attempt[TurnTaken]) -> None:
        """Say where the conversation stands; a turn that another one has followed is not answered any more."""
        taken = attempt.payload
        now = self.show(taken.conversation_id)
        if now is None or now.version > taken.version:
            return
        message = _message(now)
        card = Posted(channel_id=now.channel_id, ts=taken.ts) if taken.ts else None
        if taken.redraws is not None:
            card = self.show.card(now.conversation_id, version=taken.redraws)
        if card is not None and self.messenger.edit(message, card):
            return
        has_thread = bool(_TS.fullmatch(now.thread_ts))
        posted = self.messenger.post(
            message,
            channel=now.channel_id,
            marker=f"conversation:{now.conversation_id}:{taken.version}",
            is_retry=attempt.number > 1,
            thread=Posted(channel_id=now.channel_id, ts=now.thread_ts) if has_thread else None,
        )
        if not has_thread:
            self.converse.settle_thread(now.conversation_id, ts=posted.ts)

    def read(self, attempt: Attempt[MessagePointedAt]) -> None:
        """Read the message, and open a conversation about it with whoever pointed at it."""
        wanted = attempt.payload
        message = self._message(wanted.channel_id, wanted.ts)
        if message is None:
            return  # deleted since: there is nothing to talk about
        author = message.get("user")
        origin = Origin(
            channel_id=wanted.channel_id,
            ts=wanted.ts,
            thread_ts=str(message.get("thread_ts") or wanted.ts),
            author_id=author if isinstance(author, str) else None,
        )
        text = message.get("text")
        self.point.read(
            wanted,
            text=text if isinstance(text, str) else "",
            origin=origin,
            channel_id=self.messenger.direct_channel(wanted.user_id),
        )

    def tell_thread(self, attempt: Attempt[OriginKnown]) -> None:
        """Keep the message's address, and say in its thread what it became; guests and others there read no title."""
        origin = self.show.origin(attempt.payload.request_id)
        if origin is None or origin.is_withdrawn:
            return
        with suppress(ChannelClosed):  # whoever points at a message can do so where we are not
            self.show.keep_permalink(origin.request_id, self._permalink(origin.channel_id, origin.ts))
            title = origin.gap_title if self.audience.is_only_ours(origin.channel_id) else ""
            self.messenger.post(
                views.thread_note(key=origin.gap_key, title=title, by=origin.requester_id),
                channel=origin.channel_id,
                marker=f"request:{origin.request_id}:thread",
                is_retry=attempt.number > 1,
                thread=Posted(channel_id=origin.channel_id, ts=origin.thread_ts),
            )

    def tell_stranger(self, attempt: Attempt[StrangerCame]) -> None:
        """Say why they get no answer: beside what they wrote to us, elsewhere for their eyes alone."""
        came = attempt.payload
        message = views.turned_away(came.kind)
        with suppress(ChannelClosed):  # Slack lets us not answer there
            if came.channel_id.startswith("D"):
                marker = f"stranger:{attempt.job_id}"
                self.messenger.post(message, channel=came.channel_id, marker=marker, is_retry=attempt.number > 1)
            else:
                self.messenger.whisper(message, channel=came.channel_id, user_id=came.user_id)

    def _message(self, channel: str, ts: str) -> Mapping[str, Any] | None:
        """The message at this address, if it is still there; a reply is found in its thread only."""
        try:
            answer = self.client.conversations_replies(channel=channel, ts=ts, limit=1, inclusive=True)
        except SlackApiError as refused:
            if refused.response.get("error") in _GONE:
                return None
            raise translated(refused) from refused
        found = next((one for one in answer.get("messages") or [] if one.get("ts") == ts), None)
        return dict(found) if found else None

    def _permalink(self, channel: str, ts: str) -> str:
        try:
            return str(self.client.chat_getPermalink(channel=channel, message_ts=ts).get("permalink") or "")
        except SlackApiError as refused:
            raise translated(refused) from refused


def _message(now: ConversationNow) -> Message:
    if now.gap_id is not None:
        return views.filed(key=now.gap_key, gap_id=now.gap_id, title=now.gap_title)
    if now.is_ended:
        return views.ended()
    return views.turn(
        views.Turn(
            conversation_id=now.conversation_id,
            draft=now.draft,
            suggestions=now.suggestions,
            renewal=now.renewal,
            author_id=now.author_id,
        )
    )
