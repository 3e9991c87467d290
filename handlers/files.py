"""Send files, each once: Slack gives them no metadata of ours, so their names tell them apart."""

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.messenger import Messenger, translated
from storage.messages import Posted

HISTORY_PAGE = 100


@dataclass(frozen=True, slots=True)
class Files:
    """Uploads. For jobs only."""

    client: WebClient
    messenger: Messenger

    def send(self, content: bytes, *, name: str, said: str, to: str, is_retry: bool) -> None:
        """Send the file; `name` has to be its own. On a retry it is looked up first. Raise what the worker knows."""
        channel = self.messenger.direct_channel(to)
        if is_retry and self._was_sent(channel, name):
            return
        try:
            self.client.files_upload_v2(
                channel=channel, filename=name, title=name, content=content, initial_comment=said
            )
        except SlackApiError as refused:
            raise translated(refused) from refused

    def show(self, content: bytes, *, name: str, described: str, thread: Posted) -> None:
        """Put a picture into a thread, unless it is there; `described` is for who cannot see it."""
        channel = thread.channel_id
        if self._was_sent(channel, name, thread=thread):
            return
        try:
            self.client.files_upload_v2(
                channel=channel, thread_ts=thread.ts, filename=name, title=name, alt_txt=described, content=content
            )
        except SlackApiError as refused:
            raise translated(refused) from refused

    def _was_sent(self, channel: str, name: str, *, thread: Posted | None = None) -> bool:
        try:
            if thread is None:
                page = self.client.conversations_history(channel=channel, limit=HISTORY_PAGE)
            else:
                page = self.client.conversations_replies(channel=channel, ts=thread.ts, limit=HISTORY_PAGE)
        except SlackApiError as refused:
            raise translated(refused) from refused
        found: dict[str, Any] = dict(page.data) if isinstance(page.data, dict) else {}
        return any(
            file.get("title") == name for message in found.get("messages", []) for file in message.get("files") or ()
        )
