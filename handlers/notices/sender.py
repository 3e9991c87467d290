"""Send notices: each message once, and a note with a reaction on the gap's card."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.messenger import ChannelClosed, Messenger, translated
from handlers.notices import messages
from storage.jobs import Attempt
from usecases.job_kinds import GapChanged, NoticesReady
from usecases.tell_of_changes import TellOfChanges

# The reaction is there, or its message is not: both are as wanted.
_SETTLED = {"already_reacted", "message_not_found", "not_in_channel", "is_archived", "too_many_reactions"}


@dataclass(frozen=True, slots=True)
class NoticeSender:
    """Handlers of the jobs that tell people what became of a gap."""

    tell: TellOfChanges
    messenger: Messenger
    client: WebClient

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
        if note is None:
            return
        try:
            self.messenger.post(
                messages.thread_note(note),
                channel=note.card.channel_id,
                marker=f"gap_change:{attempt.payload.change_id}:thread",
                is_retry=attempt.number > 1,
                thread=note.card,
            )
        except ChannelClosed:
            return
        self._react(note.card.channel_id, note.card.ts, messages.emoji(note.kind))

    def _react(self, channel: str, ts: str, name: str) -> None:
        try:
            self.client.reactions_add(channel=channel, timestamp=ts, name=name)
        except SlackApiError as refused:
            if refused.response.get("error") not in _SETTLED:
                raise translated(refused) from refused
