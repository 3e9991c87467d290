"""Send notices: each message once; a note and a reaction where the gap's card is, and where requests were made."""

from contextlib import suppress
from dataclasses import dataclass, replace

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.audience import Audience
from handlers.messenger import ChannelClosed, Messenger, translated
from handlers.notices import messages
from storage.jobs import Attempt
from usecases.job_kinds import ChangeAtOrigin, GapChanged, NoticesReady
from usecases.tell_of_changes import TellOfChanges, ThreadNote, origin_marker

# The reaction is there, or its message is not: both are as wanted.
_SETTLED = {"already_reacted", "message_not_found", "not_in_channel", "is_archived", "too_many_reactions"}


@dataclass(frozen=True, slots=True)
class NoticeSender:
    """Handlers of the jobs that tell people what became of a gap."""

    tell: TellOfChanges
    messenger: Messenger
    client: WebClient
    audience: Audience

    def send(self, attempt: Attempt[NoticesReady]) -> None:
        """Send one person one message."""
        ready = attempt.payload
        told = self.tell.told(user_id=ready.user_id, batch=ready.batch)
        if not told:
            return
        try:
            self.messenger.post(
                messages.notices(told),
                channel=self.messenger.direct_channel(ready.user_id),
                marker=f"notices:{ready.user_id}:{ready.batch}",
                is_retry=attempt.number > 1,
            )
        except ChannelClosed:
            return  # they left, or will not be written to: nobody can be told

    def note_in_thread(self, attempt: Attempt[GapChanged]) -> None:
        """Answer the gap's card in its channel, and mark it."""
        note = self.tell.thread_note(attempt.payload.change_id)
        if note is not None:
            marker = f"gap_change:{attempt.payload.change_id}:thread"
            with suppress(ChannelClosed):
                self._note(note, marker=marker, is_retry=attempt.number > 1)

    def note_at_origin(self, attempt: Attempt[ChangeAtOrigin]) -> None:
        """Answer the message that a request was made from, and mark it; guests and others there read no title."""
        note = self.tell.origin_note(attempt.payload)
        if note is None:
            return
        with suppress(ChannelClosed):  # we were never there, or are not any more
            if not self.audience.is_only_ours(note.thread.channel_id):
                note = replace(note, title="")
            marker = origin_marker(attempt.payload.change_id, note.marked)
            self._note(note, marker=marker, is_retry=attempt.number > 1)

    def _note(self, note: ThreadNote, *, marker: str, is_retry: bool) -> None:
        channel = note.thread.channel_id
        self.messenger.post(
            messages.thread_note(note), channel=channel, marker=marker, is_retry=is_retry, thread=note.thread
        )
        self._react(channel, note.marked.ts, messages.emoji(note.kind))

    def _react(self, channel: str, ts: str, name: str) -> None:
        try:
            self.client.reactions_add(channel=channel, timestamp=ts, name=name)
        except SlackApiError as refused:
            if refused.response.get("error") not in _SETTLED:
                raise translated(refused) from refused
