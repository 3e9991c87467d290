"""A small office and a bot in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack.person import Person
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.bolt_counterpart import MANIFEST, bolt_app, served


@pytest.fixture
def world() -> World:
    world = World(seed=1)
    ann = world.add_user("ann", real_name="Ann Miller", user_id="U0ANN")
    bob = world.add_user("bob", real_name="Bob Ürgün", user_id="U0BOB")
    world.add_user("gus", kind="guest", user_id="U0GUS")
    world.add_channel("general", members=[ann, bob], channel_id="C0GENERAL")
    world.add_channel("secret", kind="private", members=[ann], channel_id="C0SECRET")
    return world


@pytest.fixture
def manifest() -> dict[str, Any]:
    return MANIFEST


@pytest.fixture
def slack(world: World, manifest: dict[str, Any]) -> Iterator[SlackServer]:
    with SlackServer(world, manifest=manifest, retry_delays=(0.0, 0.0, 0.0)) as server:
        world.channel("general").members.append(server.app.bot_user_id)
        yield server


@pytest.fixture
def bolt(slack: SlackServer) -> Iterator[App]:
    """A Bolt app without listeners that the sandbox delivers to."""
    app = bolt_app(api_url=slack.api_url)
    server = served(app)
    slack.deliver_to(server.start() + "/slack/events")
    yield app
    slack.events.wait_until_quiet()
    server.stop()


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    """The SDK without its blind retries."""
    return WebClient(token="xoxb-sandbox", base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ann(slack: SlackServer) -> Person:
    """Ann at her keyboard."""
    return slack.as_user("ann")
