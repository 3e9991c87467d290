"""Slack on a bad day: refusals, lost answers, cut connections, limits."""

import time
from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.faults import Faults
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.bolt_counterpart import MANIFEST


@pytest.fixture
def say(client: WebClient) -> Callable[[], Any]:
    return lambda: client.chat_postMessage(channel="C0GENERAL", text="x")


def texts(slack: SlackServer) -> list[str]:
    return [message.text for message in slack.as_user("ann").messages("general")]


@pytest.mark.parametrize(
    ("fault", "said", "heard"),
    [
        ("error_before_effect", [], (500, "internal_error")),
        ("error_after_effect", ["x"], (500, "internal_error")),
        ("error_after_effect:fatal_error", ["x"], (500, "fatal_error")),
        ("error:is_archived", [], (200, "is_archived")),
        ("429:7", [], (429, "ratelimited")),
    ],
)
def test_refusals(
    slack: SlackServer, say: Callable[[], Any], fault: str, said: list[str], heard: tuple[int, str]
) -> None:
    slack.faults.script("chat.postMessage", fault)

    with pytest.raises(SlackApiError) as refused:
        say()

    answer = refused.value.response
    assert (answer.status_code, answer["error"]) == heard
    assert texts(slack) == said
    say()
    assert texts(slack) == [*said, "x"]


def test_a_limit_says_when_to_come_back(slack: SlackServer, say: Callable[[], Any]) -> None:
    slack.faults.script("chat.postMessage", "429:7")

    with pytest.raises(SlackApiError) as refused:
        say()

    assert refused.value.response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("fault", "said"), [("drop_before_effect", []), ("drop_after_effect", ["x"])])
def test_cut_connections(slack: SlackServer, say: Callable[[], Any], fault: str, said: list[str]) -> None:
    slack.faults.script("chat.postMessage", fault)

    with pytest.raises((RemoteDisconnected, URLError, ConnectionResetError)):
        say()

    assert texts(slack) == said
    assert slack.records.of("chat.postMessage")[0]["answer"] is None


def test_the_default_sdk_posts_twice_after_a_cut_connection(slack: SlackServer) -> None:
    """What the bot must not rely on: the SDK's own retry is blind."""
    slack.faults.script("chat.postMessage", "drop_after_effect")

    WebClient(token="xoxb-sandbox", base_url=slack.api_url).chat_postMessage(channel="C0GENERAL", text="x")

    assert texts(slack) == ["x", "x"]


def test_nonsense_instead_of_json(slack: SlackServer, say: Callable[[], Any]) -> None:
    slack.faults.script("chat.postMessage", "malformed")

    with pytest.raises(SlackApiError, match="non-JSON"):
        say()
    assert texts(slack) == ["x"]


def test_slowness(slack: SlackServer, say: Callable[[], Any]) -> None:
    slack.faults.script("chat.postMessage", "slow:0.05")
    start = time.monotonic()

    say()

    assert time.monotonic() - start >= 0.05


def test_a_script_goes_on_call_by_call(slack: SlackServer, client: WebClient) -> None:
    slack.faults.script("auth.test", "ok", "error:fatal_error")
    slack.faults.script("*", "error:team_added_to_org")

    assert client.auth_test()["ok"]
    for error in ("fatal_error", "team_added_to_org"):
        with pytest.raises(SlackApiError, match=error):
            client.auth_test()
    assert client.auth_test()["ok"]


def test_a_typo_in_a_script_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such fault: explode"):
        Faults().script("auth.test", "explode")


class TestRateLimits:
    def test_one_message_a_second_and_channel_with_short_bursts(self) -> None:
        now = [1_800_000_000.0]
        world = World(seed=3, clock=lambda: now[0])
        world.add_channel("general", channel_id="C0GENERAL")
        world.add_channel("other", channel_id="C0OTHER")
        with SlackServer(world, manifest=MANIFEST, rate_limits=True, retry_delays=()) as slack:
            for channel in world.channels.values():
                slack.join(channel, slack.app.bot_user_id)
            client = WebClient(token="xoxb-sandbox", base_url=slack.api_url)
            for _ in range(5):
                client.chat_postMessage(channel="C0GENERAL", text="x")

            with pytest.raises(SlackApiError) as refused:
                client.chat_postMessage(channel="C0GENERAL", text="x")
            client.chat_postMessage(channel="C0OTHER", text="x")
            now[0] += 5
            client.chat_postMessage(channel="C0GENERAL", text="x")

        assert (refused.value.response["error"], refused.value.response.headers["Retry-After"]) == ("ratelimited", "5")

    def test_a_tier_is_calls_per_minute(self, world: World) -> None:
        with SlackServer(world, manifest=MANIFEST, rate_limits=True) as slack:
            client = WebClient(token="xoxb-sandbox", base_url=slack.api_url)
            for _ in range(20):
                client.users_list()

            with pytest.raises(SlackApiError, match="ratelimited"):
                client.users_list()
            assert client.auth_test()["ok"]
