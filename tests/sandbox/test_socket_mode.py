"""Socket Mode, with the adapter that the bot uses."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

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
    opened: list[Any] = []
    ended: SimpleQueue[Any] = SimpleQueue()
    handler = SocketModeHandler(app, app_token="xapp-sandbox", ping_interval=1)
    handler.client.on_open_listeners.append(lambda session: opened.append(session.sock.sock))
    handler.client.on_close_listeners.append(ended.put)
    handler.connect()
    slack.socket.wait_for_connections()
    yield handler
    # Closing its own socket, the adapter may overlook that for ten seconds: its reader sleeps on a dead descriptor.
    handler.client.auto_reconnect_enabled = False
    slack.socket.drop()
    for descriptor in opened:
        ended.get(timeout=10)
        descriptor.close()  # nor does it close one that the server closed
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


def acking(connection: ClientConnection, heard: list[Any]) -> None:
    """Be a well-behaved client until the connection ends or is to be replaced."""
    for text in connection:
        envelope = json.loads(text)
        if envelope["type"] == "disconnect":
            return
        if "envelope_id" in envelope:
            heard.append(envelope)
            connection.send(json.dumps({"envelope_id": envelope["envelope_id"]}))


def test_a_refresh_loses_nothing(slack: SlackServer) -> None:
    heard: list[Any] = []
    ann = slack.as_user("ann")
    with ThreadPoolExecutor(2) as pool, connect(slack.new_socket_url()) as old:
        before = pool.submit(acking, old, heard)
        slack.socket.wait_for_connections()
        ann.post("before", channel="general")
        slack.events.wait_until_quiet()

        slack.socket.refresh()
        before.result(timeout=5)
        ann.post("meanwhile", channel="general")
        with connect(slack.new_socket_url()) as new:
            pool.submit(acking, new, heard)
            slack.events.wait_until_quiet()

    assert [envelope["payload"]["event"]["text"] for envelope in heard] == ["before", "meanwhile"]
    assert {envelope["accepts_response_payload"] for envelope in heard} == {False}


def test_connections_share_the_traffic(slack: SlackServer) -> None:
    heard: list[list[Any]] = [[], []]
    with ThreadPoolExecutor(2) as pool, connect(slack.new_socket_url()) as one, connect(slack.new_socket_url()) as two:
        for connection, list_ in zip((one, two), heard, strict=True):
            pool.submit(acking, connection, list_)
        slack.socket.wait_for_connections(2)
        for number in range(4):
            slack.as_user("ann").post(str(number), channel="general")
        slack.events.wait_until_quiet()
        slack.socket.refresh()

    assert sorted(map(len, heard)) == [2, 2]


def test_a_lost_ack_means_another_try(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.slack.socket_link.ANSWER_SECONDS", 1.0)
    with connect(slack.new_socket_url()) as connection:
        slack.socket.wait_for_connections()
        slack.as_user("ann").post("hello", channel="general")
        tries = [json.loads(text) for text in (connection.recv() for _ in range(3))][1:]
        connection.send(json.dumps({"envelope_id": tries[1]["envelope_id"]}))
        slack.events.wait_until_quiet()

    assert [(t["retry_attempt"], t["retry_reason"]) for t in tries] == [(0, ""), (1, "http_timeout")]
    assert tries[0]["payload"]["event_id"] == tries[1]["payload"]["event_id"]
    assert slack.events.given_up == []


def test_takes_ten_connections(slack: SlackServer) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(connect(slack.new_socket_url()))
        slack.socket.wait_for_connections(10)
        eleventh = stack.enter_context(connect(slack.new_socket_url()))

        assert json.loads(eleventh.recv())["reason"] == "too_many_websockets"


def test_a_ticket_is_good_for_one_connection(slack: SlackServer) -> None:
    url = slack.new_socket_url()
    with connect(url) as first:
        assert '"type": "hello"' in str(first.recv())
    with pytest.raises(InvalidStatus):
        connect(url)
