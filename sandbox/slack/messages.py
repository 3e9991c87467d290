"""Say something in a channel: keep it, show it on the open pages, tell the bot about it."""

from collections.abc import Iterable
from dataclasses import replace

from sandbox.slack.channels import Channel, Message
from sandbox.slack.feed import Feed
from sandbox.slack.json_types import Json
from sandbox.slack.outbox import Outbox
from sandbox.slack.world import World

CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}


class Messages:
    """The one door for messages, whoever they come from."""

    def __init__(self, *, world: World, feed: Feed, outbox: Outbox, bot_user_id: str) -> None:
        self._world = world
        self._feed = feed
        self._outbox = outbox
        self._bot_user_id = bot_user_id

    def post(self, channel: Channel, message: Message) -> Message:
        """Add a message; the bot hears of it as `message` and, when mentioned, as `app_mention`."""
        with self._world.changing():
            channel.messages.append(message)
            self._show(channel, message, event="ephemeral" if message.ephemeral_to else "message")
            if message.ephemeral_to is None:
                self._tell(channel, message)
        return message

    def update(self, channel: Channel, message: Message, changes: Json) -> Message:
        """Change a message in place. People see it as edited only when a person edited it."""
        with self._world.changing():
            before = replace(message)
            for key, value in changes.items():
                setattr(message, key, value)
            self._show(channel, message, event="message_changed")
            if message.ephemeral_to is None:
                self._tell_changed(channel, message, before)
        return message

    def delete(self, channel: Channel, message: Message) -> None:
        with self._world.changing():
            channel.messages.remove(message)
            self._feed.publish(
                self._audience(channel, message), {"type": "message_deleted", "channel": channel.id, "ts": message.ts}
            )
            if message.ephemeral_to is None:
                gone = {"previous_message": message.as_slack(), "deleted_ts": message.ts}
                self._emit(channel, {"subtype": "message_deleted", "hidden": True, **gone})

    def visible_to(self, channel: Channel, user_id: str) -> list[Message]:
        """Return what this person sees in the channel, oldest first."""
        return [message for message in channel.messages if message.ephemeral_to in {None, user_id}]

    def for_client(self, channel: Channel, message: Message) -> Json:
        return message.as_client(reply_count=len(channel.replies(message.ts)))

    def _show(self, channel: Channel, message: Message, *, event: str) -> None:
        if channel.kind == "im" and len(channel.messages) == 1:
            for member in channel.members:
                self._feed.publish([member], {"type": "channel", "channel": channel.as_client(viewer=member)})
        shown = {"type": event, "channel": channel.id, "message": self.for_client(channel, message)}
        self._feed.publish(self._audience(channel, message), shown)

    def _audience(self, channel: Channel, message: Message) -> Iterable[str]:
        return [message.ephemeral_to] if message.ephemeral_to else list(channel.members)

    def _tell(self, channel: Channel, message: Message) -> None:
        said = {**message.as_slack(), "client_msg_id": self._world.ids.secret("message")}
        self._emit(channel, {key: value for key, value in said.items() if key != "type"})
        if f"<@{self._bot_user_id}" in message.text and message.user != self._bot_user_id and channel.kind != "im":
            mention = {**said, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
            self._outbox.emit(mention, channel=channel)

    def _tell_changed(self, channel: Channel, message: Message, before: Message) -> None:
        change = {"message": message.as_slack(), "previous_message": before.as_slack()}
        self._emit(channel, {"subtype": "message_changed", "hidden": True, **change})

    def _emit(self, channel: Channel, details: Json) -> None:
        ts = details.get("ts") or self._world.timestamps.new()
        event = {
            "type": "message",
            **details,
            "ts": ts,
            "event_ts": ts,
            "channel": channel.id,
            "channel_type": CHANNEL_TYPES[channel.kind],
        }
        self._outbox.emit(event, channel=channel)
