"""What the bot receives when a person does something: commands and interactions in Slack's shapes."""

from sandbox.slack.channels import Channel, Message
from sandbox.slack.json_types import Json
from sandbox.slack.manifest import App, SlashCommand
from sandbox.slack.mentions import linked
from sandbox.slack.people import User
from sandbox.slack.views import View
from sandbox.slack.world import World


class Payloads:
    """Build payloads; nothing is sent or changed here."""

    def __init__(self, *, world: World, app: App) -> None:
        self._world = world
        self._app = app

    def command(
        self, *, user: User, channel: Channel, command: SlashCommand, text: str, trigger_id: str, response_url: str
    ) -> Json:
        """Return the form fields of a slash command."""
        return {
            "token": self._app.verification_token,
            "team_id": self._world.team_id,
            "team_domain": self._world.domain,
            "channel_id": channel.id,
            "channel_name": _channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command.command,
            "text": linked(text, self._world, with_names=True) if command.should_escape else text,
            "api_app_id": self._app.id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger_id,
        }

    def global_shortcut(self, *, user: User, callback_id: str, trigger_id: str) -> Json:
        return self._interaction("shortcut", user) | {
            "callback_id": callback_id,
            "action_ts": self._world.timestamps.new(),
            "trigger_id": trigger_id,
        }

    def message_shortcut(
        self,
        *,
        user: User,
        callback_id: str,
        channel: Channel,
        message: Message,
        trigger_id: str,
        response_url: str,
    ) -> Json:
        return self._interaction("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self._world.timestamps.new(),
            "trigger_id": trigger_id,
            "response_url": response_url,
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "message_ts": message.ts,
            "message": message.as_slack(),
        }

    def view_action(self, *, user: User, view: View, action: Json, trigger_id: str) -> Json:
        """Return `block_actions` for an element in a modal or in the App Home."""
        return self._interaction("block_actions", user) | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": trigger_id,
            "view": view.as_slack(),
            "actions": [{**action, "action_ts": self._world.timestamps.new()}],
        }

    def message_action(
        self,
        *,
        user: User,
        channel: Channel,
        message: Message,
        action: Json,
        values: Json,
        trigger_id: str,
        response_url: str,
    ) -> Json:
        """Return `block_actions` for an element in a message."""
        payload = self._interaction("block_actions", user) | {
            "container": self._message_container(channel, message),
            "trigger_id": trigger_id,
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "state": {"values": values},
            "response_url": response_url,
            "actions": [{**action, "action_ts": self._world.timestamps.new()}],
        }
        # Slack keeps no ephemeral messages, so it cannot send one along.
        return payload if message.ephemeral_to else payload | {"message": message.as_slack()}

    def suggestion(self, *, user: User, where: View | tuple[Channel, Message], action: Json) -> Json:
        """Return `block_suggestion`: what is typed into an external select."""
        payload = self._interaction("block_suggestion", user) | action
        if isinstance(where, View):
            return payload | {"container": {"type": "view", "view_id": where.id}, "view": where.as_slack()}
        channel, message = where
        return payload | {
            "container": self._message_container(channel, message),
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "message": message.as_slack(),
        }

    def view_submission(self, *, user: User, view: View, trigger_id: str, response_urls: list[Json]) -> Json:
        return self._interaction("view_submission", user) | {
            "trigger_id": trigger_id,
            "view": view.as_slack(),
            "response_urls": response_urls,
        }

    def view_closed(self, *, user: User, view: View, is_cleared: bool) -> Json:
        """Return `view_closed`; Slack leaves the typed state out of it."""
        shown = {**view.as_slack(), "state": {"values": {}}}
        return self._interaction("view_closed", user) | {"view": shown, "is_cleared": is_cleared}

    def _interaction(self, kind: str, user: User) -> Json:
        return {
            "type": kind,
            "team": self._world.team_as_slack(),
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": self._app.id,
            "token": self._app.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _message_container(self, channel: Channel, message: Message) -> Json:
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
        }
        return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _channel_name(channel: Channel) -> str:
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
