"""What Slack has to know of the app, derived from the code: commands, shortcuts, events and scopes cannot drift."""

from typing import Any

import yaml

from handlers.conversation import ids as conversation
from handlers.feature_request import ids as feature_request
from handlers.gap_card import ids as gap_card
from handlers.top_gaps import ids as top_gaps
from handlers.welcome.listeners import EVENTS

EVENTS_PATH = "/slack/events"

COMMANDS = (
    {
        "command": feature_request.COMMAND,
        "description": "File what a customer is missing",
        "usage_hint": "[what is missing]",
    },
    {
        "command": top_gaps.COMMAND,
        "description": "The gaps that cost us most, ranked",
        "usage_hint": "[filters] [how many]",
    },
    {"command": gap_card.COMMAND, "description": "Show one gap", "usage_hint": "GAP-42"},
)

SHORTCUTS = (
    {
        "name": "File feature request",
        "type": "global",
        "callback_id": feature_request.SHORTCUT,
        "description": "File what a customer is missing",
    },
    {
        "name": "File as feature request",
        "type": "message",
        "callback_id": conversation.MESSAGE_SHORTCUT,
        "description": "Make a request of this message",
    },
)

SCOPES = {
    "app_mentions:read": "hear when somebody mentions the bot",
    "assistant:write": "suggest prompts in the Messages tab",
    "channels:history": "look up whether a message was posted before posting it again",
    "channels:read": "check a channel before something is posted there",
    "chat:write": "post",
    "chat:write.public": "post to a product area's channel without being invited",
    "commands": "slash commands and shortcuts",
    "files:write": "send the ranked list as a file to who asks for it",
    "groups:history": "the same as channels:history, in private channels",
    "groups:read": "the same as channels:read, for private channels",
    "im:history": "read what people write to the bot",
    "im:read": "see the conversation that people write in",
    "im:write": "open a direct message for a confirmation",
    "reactions:write": "mark the card of a gap that shipped, was planned or declined",
    "reactions:read": "make a request of a message that somebody marked with the reaction of the policy",
    "usergroups:read": "know who is in the user groups that have a role",
    "users:read": "know who is a full member and who a guest",
    "users:read.email": "know who the owner of an account in the CRM is",
}
"""Each bot scope with its reason."""


def manifest(*, url: str | None = None) -> dict[str, Any]:
    """The app manifest: for HTTP at a public address, or for Socket Mode without one."""
    endpoint = {} if url is None else {"request_url": url.rstrip("/") + EVENTS_PATH}
    command_url = {} if url is None else {"url": url.rstrip("/") + EVENTS_PATH}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if url is not None:
        interactivity |= {**endpoint, "message_menu_options_url": url.rstrip("/") + EVENTS_PATH}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "gapbot",
            "description": "Turns what account teams hear into a ranked list of what to build",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {
                "agent_description": "Files what customers are missing and shows which gaps cost us most.",
            },
            "bot_user": {"display_name": "gapbot", "always_online": True},
            "shortcuts": [dict(one) for one in SHORTCUTS],
            "slash_commands": [{**one, **command_url, "should_escape": False} for one in COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**endpoint, "bot_events": sorted(EVENTS)},
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(found: dict[str, Any]) -> str:
    """The manifest as the text that Slack's *Create app from manifest* takes."""
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120)
