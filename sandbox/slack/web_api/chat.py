"""chat.*: say, change and take back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.slack.channels import Channel, Message
from sandbox.slack.content import authored, check_content, content_fields
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.method import SPECIAL, TIER_4, Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def post_message(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.destination(args.text("channel"))
    check_content(args.raw)
    _check_may_post(slack, channel)
    message = authored(slack.author, ts=slack.world.timestamps.new(), fields=content_fields(args.raw, slack.world.ids))
    message.thread_ts = args.optional("thread_ts")
    slack.messages.post(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack(with_metadata=True)}


def post_ephemeral(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.destination(args.text("channel"))
    user = slack.world.users.get(args.text("user"))
    check_content(args.raw)
    if slack.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "public" else "channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if user is None or user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = authored(slack.author, ts=slack.world.timestamps.new(), fields=content_fields(args.raw, slack.world.ids))
    message.ephemeral_to = user.id
    message.thread_ts = args.optional("thread_ts")
    slack.messages.post(channel, message)
    return {"message_ts": message.ts}


def update(slack: "Workspace", args: Arguments) -> Json:
    channel, message = _own_message(slack, args, refusal="cant_update_message")
    check_content(args.raw)
    changes = content_fields(args.raw, slack.world.ids)
    if "attachments" not in args.raw:
        changes["attachments"] = message.attachments
    slack.messages.update(channel, message, changes)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_slack()}


def delete(slack: "Workspace", args: Arguments) -> Json:
    channel, message = _own_message(slack, args, refusal="cant_delete_message")
    slack.messages.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.readable(args.text("channel"))
    message = channel.message(args.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": slack.permalink(channel, message)}


def _own_message(slack: "Workspace", args: Arguments, *, refusal: str) -> tuple[Channel, Message]:
    channel = slack.readable(args.text("channel"))
    message = channel.message(args.text("ts"))
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    if message.bot_id != slack.app.bot_id:
        raise SlackError(refusal)
    if channel.archived:
        raise SlackError("is_archived")
    return channel, message


def _check_may_post(slack: "Workspace", channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    if channel.posting_restricted:
        raise SlackError("restricted_action")
    if channel.kind == "im" and not slack.app.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    if slack.app.bot_user_id in channel.members:
        return
    if channel.kind != "public":
        raise SlackError("channel_not_found")
    if "chat:write.public" not in slack.app.manifest.bot_scopes:
        raise SlackError("not_in_channel")


METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(run=post_message, scope="chat:write", per_minute=SPECIAL),
    "chat.postEphemeral": Method(run=post_ephemeral, scope="chat:write", per_minute=TIER_4),
    "chat.update": Method(run=update, scope="chat:write"),
    "chat.delete": Method(run=delete, scope="chat:write"),
    "chat.getPermalink": Method(run=get_permalink, per_minute=SPECIAL),
}
