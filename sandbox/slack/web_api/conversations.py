"""conversations.*: where people talk and what was said."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.slack.channels import Channel, Message
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.method import TIER_2, TIER_4, Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_SCOPE_PREFIX = {"public": "channels", "private": "groups", "im": "im"}


def info(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.readable(args.text("channel"))
    _need(slack, channel, "read")
    shown = channel.as_slack(viewer=slack.app.bot_user_id, with_members=args.flag("include_num_members"))
    return {"channel": shown}


def list_channels(slack: "Workspace", args: Arguments) -> Json:
    bot = slack.app.bot_user_id
    kinds = {_KINDS.get(name.strip()) for name in (args.optional("types") or "public_channel").split(",")}
    if None in kinds:
        raise SlackError("invalid_types")
    found = [
        channel
        for channel in slack.world.channels.values()
        if channel.kind in kinds and channel.may_see(bot) and not (args.flag("exclude_archived") and channel.archived)
    ]
    for channel in found:
        _need(slack, channel, "read")
    return args.page([channel.as_slack(viewer=bot, with_members=True) for channel in found], key="channels")


def open_direct_message(slack: "Workspace", args: Arguments) -> Json:
    if args.optional("channel"):
        return {"channel": {"id": slack.readable(args.text("channel")).id}}
    users = args.text("users").split(",")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    channel = slack.direct_message(users[0])
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}


def history(slack: "Workspace", args: Arguments) -> Json:
    channel = _read(slack, args)
    thread_roots = [message for message in channel.messages if message.thread_ts in {None, message.ts}]
    found = [message for message in reversed(thread_roots) if _in_window(message, args)]
    return _page(channel, found, args)


def replies(slack: "Workspace", args: Arguments) -> Json:
    channel = _read(slack, args)
    root = channel.message(args.text("ts"))
    if root is None or root.ephemeral_to:
        raise SlackError("thread_not_found")
    found = [message for message in [root, *channel.replies(root.ts)] if _in_window(message, args)]
    return _page(channel, found, args)


def members(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.readable(args.text("channel"))
    _need(slack, channel, "read")
    page = args.page([{"id": member} for member in channel.members], key="members")
    return {**page, "members": [member["id"] for member in page["members"]]}


def join(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.readable(args.text("channel"))
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    slack.join(channel, slack.app.bot_user_id)
    return {"channel": channel.as_slack(viewer=slack.app.bot_user_id)}


def _read(slack: "Workspace", args: Arguments) -> Channel:
    channel = slack.readable(args.text("channel"))
    _need(slack, channel, "history")
    if slack.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _need(slack: "Workspace", channel: Channel, right: str) -> None:
    slack.need_scope(f"{_SCOPE_PREFIX[channel.kind]}:{right}")


def _in_window(message: Message, args: Arguments) -> bool:
    """Ephemeral messages are nobody's history."""
    oldest, latest = args.optional("oldest") or "0", args.optional("latest") or "9999999999.999999"
    at, start, end = float(message.ts), float(oldest), float(latest)
    inside = start <= at <= end if args.flag("inclusive") else start < at < end
    return inside and message.ephemeral_to is None


def _page(channel: Channel, found: list[Message], args: Arguments) -> Json:
    with_metadata = args.flag("include_all_metadata")
    shown = [_with_replies(channel, message, with_metadata=with_metadata) for message in found]
    page = args.page(shown, key="messages")
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"]), "pin_count": 0}


def _with_replies(channel: Channel, message: Message, *, with_metadata: bool) -> Json:
    shown = message.as_slack(with_metadata=with_metadata)
    answers = channel.replies(message.ts)
    if not answers:
        return shown
    return shown | {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1].ts}


METHODS: Mapping[str, Method] = {
    "conversations.info": Method(run=info),
    "conversations.list": Method(run=list_channels, per_minute=TIER_2),
    "conversations.open": Method(run=open_direct_message, scope="im:write"),
    "conversations.history": Method(run=history),
    "conversations.replies": Method(run=replies),
    "conversations.members": Method(run=members, per_minute=TIER_4),
    "conversations.join": Method(run=join, scope="channels:join"),
}
