"""auth.*, api.*, apps.*, blocks.*, assistant.*, reactions.*: the rest of what the bot asks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.slack.block_kit.check import message_problems, view_problems
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.method import SPECIAL, TIER_1, Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

_MOST_PROMPTS = 4


def auth_test(slack: "Workspace", _: Arguments) -> Json:
    return {
        "url": f"{slack.base_url}/",
        "team": slack.world.name,
        "user": slack.app.manifest.bot_name,
        "team_id": slack.world.team_id,
        "user_id": slack.app.bot_user_id,
        "bot_id": slack.app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(_: "Workspace", args: Arguments) -> Json:
    if args.optional("error"):
        raise SlackError(args.text("error"), args=args.raw)
    return {"args": args.raw}


def open_connection(slack: "Workspace", _: Arguments) -> Json:
    if not slack.app.manifest.socket_mode:
        raise SlackError("forbidden_team")
    return {"url": slack.new_socket_url()}


def validate_blocks(_: "Workspace", args: Arguments) -> Json:
    """Judge without a token, as the real method does."""
    given = [key for key in ("blocks", "message", "view") if key in args.raw]
    if len(given) != 1:
        raise SlackError("invalid_arguments", messages=["[ERROR] give exactly one of blocks, message, view"])
    value = args.raw[given[0]]
    problems = {
        "blocks": lambda: message_problems({"blocks": value}),
        "message": lambda: message_problems(value),
        "view": lambda: view_problems(value),
    }[given[0]]()
    errors = [
        {"pointer": problem.pointer, "code": problem.code, "message": problem.text, "constraint": ""}
        for problem in problems
    ]
    if errors:
        raise SlackError("invalid_blocks", errors=errors)
    return {}


def set_suggested_prompts(slack: "Workspace", args: Arguments) -> Json:
    """Show prompts in the Messages tab. With `thread_ts` an agent app's call has no effect, silently."""
    channel = slack.readable(args.text("channel_id"))
    prompts = args.raw.get("prompts")
    if not isinstance(prompts, list) or len(prompts) > _MOST_PROMPTS:
        raise SlackError("invalid_arguments", messages=["[ERROR] at most 4 prompts [json-pointer:/prompts]"])
    if not (slack.app.manifest.agent and args.optional("thread_ts")):
        slack.show_prompts(channel, prompts)
    return {}


def set_status(slack: "Workspace", args: Arguments) -> Json:
    slack.readable(args.text("channel_id"))
    args.text("thread_ts")
    return {}


def add_reaction(slack: "Workspace", args: Arguments) -> Json:
    channel = slack.readable(args.text("channel"))
    message = channel.message(args.text("timestamp"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    if slack.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    slack.react(channel, message, user_id=slack.app.bot_user_id, name=args.text("name"))
    return {}


METHODS: Mapping[str, Method] = {
    "auth.test": Method(run=auth_test, per_minute=SPECIAL),
    "api.test": Method(run=api_test, caller="anybody", per_minute=SPECIAL),
    "apps.connections.open": Method(run=open_connection, caller="app", per_minute=TIER_1),
    "blocks.validate": Method(run=validate_blocks, caller="anybody", per_minute=SPECIAL),
    "assistant.threads.setSuggestedPrompts": Method(run=set_suggested_prompts, scope="assistant:write"),
    "assistant.threads.setStatus": Method(run=set_status, scope="assistant:write", per_minute=SPECIAL),
    "reactions.add": Method(run=add_reaction, scope="reactions:write"),
}
