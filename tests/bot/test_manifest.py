"""The manifest is what the code needs: commands, events and scopes cannot drift."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import bot
from bot.manifest import COMMANDS, SCOPES, SHORTCUTS, as_yaml, manifest
from sandbox.slack.web_api.router import METHODS
from tests.architecture.recording import recorded

ROOT = Path(bot.__file__).parent.parent
SCHEMA = ROOT.parent / "shared" / "contracts" / "slack-manifest.schema.json"
HTTP, SOCKET = manifest(url="https://bot.example/"), manifest()
# Methods that need no scope of their own, with what they are good for.
FREE = {"auth.test", "views.open", "views.push", "views.update", "views.publish", "apps.connections.open"}

# By Slack's reference of events.
EVENT_SCOPES = {
    "reaction_added": "reactions:read",
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "subteam_members_changed": "usergroups:read",
    "team_join": "users:read",
    "user_change": "users:read",
}


def test_the_file_is_what_the_command_prints() -> None:
    file = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(file) == SOCKET
    assert as_yaml(SOCKET) in file


@pytest.mark.parametrize("found", [HTTP, SOCKET], ids=["http", "socket"])
def test_is_valid_by_slacks_schema(found: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's schema of manifests is not on this machine")
    jsonschema.validate(found, json.loads(SCHEMA.read_text()))


def test_http_says_where_and_socket_mode_says_nothing() -> None:
    assert HTTP["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert {one["url"] for one in HTTP["features"]["slash_commands"]} == {"https://bot.example/slack/events"}
    assert HTTP["settings"]["interactivity"]["message_menu_options_url"] == "https://bot.example/slack/events"
    assert (HTTP["settings"]["socket_mode_enabled"], SOCKET["settings"]["socket_mode_enabled"]) == (False, True)
    assert "http" not in json.dumps(SOCKET)


def test_its_commands_are_those_that_somebody_listens_to() -> None:
    assert {one["command"] for one in COMMANDS} == recorded().names("command")


def test_its_shortcuts_are_those_that_somebody_listens_to() -> None:
    assert {one["callback_id"] for one in SHORTCUTS} == recorded().names("shortcut")


def test_its_events_are_those_that_somebody_listens_to() -> None:
    subscribed = {name.partition(".")[0] for name in SOCKET["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == recorded().names("event")


def test_its_scopes_cover_the_methods_that_the_code_calls() -> None:
    called = _called_methods()
    assert len(called) >= 10
    needed = {_scope_of(method) for method in called} - {""}
    assert needed <= set(SCOPES), f"calls need {sorted(needed - set(SCOPES))}"


def test_its_scopes_cover_its_events() -> None:
    assert set(SOCKET["settings"]["event_subscriptions"]["bot_events"]) == set(EVENT_SCOPES)
    assert set(EVENT_SCOPES.values()) - {""} <= set(SCOPES)


def test_every_scope_has_its_reason() -> None:
    assert all(reason for reason in SCOPES.values())
    assert SOCKET["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def _scope_of(method: str) -> str:
    if method in FREE:
        return ""
    return METHODS[method].scope or ""


def _called_methods() -> set[str]:
    """Web API methods, as the code names them: `client.chat_postMessage` or `api_call("assistant…")`."""
    by_attribute = {name.replace(".", "_"): name for name in METHODS}
    called = set()
    for path in [*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        source = path.read_text(encoding="utf-8")
        called |= {
            by_attribute[node.attr]
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Attribute) and node.attr in by_attribute
        }
        called |= {name for name in re.findall(r'"([a-z]+(?:\.[a-zA-Z]+)+)"', source) if name in METHODS}
    return called
