"""The bot's edge without its threads of jobs: guard, Bolt and listeners, on a real database and beside a real Slack."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from bot import clock
from bot.app import look_up_installation
from bot.guard import Guard
from bot.manifest import manifest
from bot.policy_file import Policy
from bot.settings import Settings
from bot.web import Health, SlackEndpoint, build_web
from bot.wiring import UseCases, build_slack_app, build_use_cases, job_client
from sandbox.slack.background import BackgroundServer
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from storage.database import Database
from tests.bot.asgi import Headers, Reply, Wire
from tests.usecases.office import ADMIN, GUEST, PM, POLICY, SELLER

SECRET = "sandbox-signing-secret"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def settings(**values: Any) -> Settings:
    """Settings that come from nowhere but here."""
    given: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-sandbox"),
        "slack_signing_secret": SecretStr(SECRET),
        "host": "127.0.0.1",
        "port": 0,
    } | values
    return Settings(_env_file=None, **given)


def signed(body: bytes, *, content_type: str = FORM, secret: str = SECRET, at: float | None = None) -> Headers:
    """The headers that Slack sends with this body."""
    timestamp = str(int(clock.now().timestamp() if at is None else at))
    base = b"v0:" + timestamp.encode() + b":" + body
    signature = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return [
        ("Content-Type", content_type),
        ("X-Slack-Request-Timestamp", timestamp),
        ("X-Slack-Signature", signature),
    ]


def encoded(payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """A payload as Slack sends it: events as JSON, commands as fields, interactions as a field of JSON."""
    if "event" in payload or payload.get("type") == "url_verification":
        return json.dumps(payload).encode(), JSON
    if "command" in payload:
        return urlencode({name: str(value) for name, value in payload.items()}, errors="replace").encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


@dataclass
class Edge:
    """What a test holds: the wire to the bot, Slack on the other side, and the database between them."""

    wire: Wire
    slack: SlackServer
    database: Database
    use: UseCases
    registry: CollectorRegistry

    def send(self, payload: Mapping[str, Any]) -> Reply:
        """Deliver a payload, signed."""
        body, content_type = encoded(payload)
        return self.wire.post(body, headers=signed(body, content_type=content_type))


def small_world() -> World:
    world = World(seed=1)
    seller = world.add_user("sal", real_name="Sal Seller", user_id=SELLER)
    pm = world.add_user("pam", real_name="Pam Manager", user_id=PM)
    world.add_user("ada", real_name="Ada Admin", user_id=ADMIN)
    world.add_user("gus", kind="guest", user_id=GUEST)
    world.add_channel("general", members=[seller, pm], channel_id="CGENERAL")
    world.add_channel("auth", members=[pm], channel_id="CAUTH")
    return world


@contextmanager
def running_slack(**options: Any) -> Iterator[SlackServer]:
    with SlackServer(small_world(), manifest=manifest(url="https://bot.example"), **options) as slack:
        for channel in ("general", "auth"):
            slack.join(slack.world.channel(channel), slack.app.bot_user_id)
        yield slack


@contextmanager
def open_edge(
    database: Database, slack: SlackServer, *, policy: Policy = POLICY, faults: Mapping[str, str] | None = None
) -> Iterator[Edge]:
    """Build what `bot.process` builds for HTTP, without worker and scheduler; Slack delivers to it as well."""
    registry = CollectorRegistry()
    found = settings(slack_api_url=slack.api_url)
    use = build_use_cases(database=database, policy=policy, gitlab_url=None, now=clock.now)
    installation = look_up_installation(job_client(found))
    app = build_slack_app(settings=found, policy=policy, use=use, installation=installation)
    guard = Guard(signing_secret=SECRET, now=clock.now)
    endpoint = SlackEndpoint(app=app, guard=guard, threads=4, registry=registry)
    checks = {name: lambda fault=fault: fault for name, fault in (faults or {}).items()}
    web = build_web(slack=endpoint, health=Health(checks=checks), registry=registry)
    server = BackgroundServer(web)
    try:
        slack.deliver_to(server.start() + "/slack/events")
        with Wire(web) as wire:
            yield Edge(wire=wire, slack=slack, database=database, use=use, registry=registry)
    finally:
        slack.events.wait_until_quiet()
        server.stop()
        endpoint.close()
