"""Socket Mode, with the adapter that the bot uses."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sandbox.slack.server import SlackServer
from tests.sandbox.bolt_counterpart import MANIFEST, bolt_app
from tests.sandbox.test_story import filing


@pytest.fixture
def manifest() -> dict[str, Any]:
    return {**MANIFEST, "settings": {**MANIFEST["settings"], "socket_mode_enabled": True}}


@pytest.fixture
def app(slack: SlackServer) -> App:
    return bolt_app(api_url=slack.api_url)


@pytest.fixture
def handler(slack: SlackServer, app: App) -> Iterator[SocketModeHandler]:
    # The adapter notices its own end only at its next ping.
    handler = SocketModeHandler(app, app_token="xapp-sandbox", ping_interval=0.2)
    handler.connect()
    slack.socket.wait_for_connections()
    yield handler
    handler.close()


@pytest.mark.usefixtures("handler")
def test_tells_the_same_story(slack: SlackServer, app: App) -> None:
    filing(app)
    ann = slack.as_user("ann")

    assert ann.command("/feature-request", "SSO", channel="general").ok
    ann.fill({"What is missing?": "bad", "Priority": "P1"})
    assert ann.submit().errors == {"title": "Say more."}
    ann.fill({"What is missing?": "SSO for Okta"})
    assert ann.submit().response_action == "close"

    assert ann.last_message("general").text == "Filed: SSO for Okta"


@pytest.mark.usefixtures("handler")
def test_shows_the_answer_to_a_command(slack: SlackServer, app: App) -> None:
    @app.command("/echo")
    def echo(ack: Ack, command: dict[str, Any]) -> None:
        ack(command["text"])

    slack.as_user("bob").command("/echo", "hello", channel="general")

    assert slack.as_user("bob").last_message("general").text == "hello"


@pytest.mark.usefixtures("handler")
def test_an_unhandled_event_is_given_up_after_three_retries(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.slack.socket_link.ANSWER_SECONDS", 0.05)

    slack.as_user("ann").post("nobody listens", channel="general")
    slack.events.wait_until_quiet()

    assert [envelope["event"]["text"] for envelope in slack.events.given_up] == ["nobody listens"]


@pytest.mark.usefixtures("handler")
def test_a_refresh_loses_nothing(slack: SlackServer, app: App) -> None:
    heard: list[str] = []

    @app.event("message")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    slack.as_user("ann").post("before", channel="general")
    slack.socket.refresh()
    slack.as_user("ann").post("after", channel="general")
    slack.events.wait_until_quiet()

    assert sorted(heard) == ["after", "before"]
    assert slack.socket.opened == 2


def test_a_ticket_is_good_for_one_connection(slack: SlackServer) -> None:
    url = slack.new_socket_url()
    with connect(url) as first:
        assert '"type": "hello"' in str(first.recv())
    with pytest.raises(InvalidStatus):
        connect(url)
