"""The bot is killed again and again while people submit: whatever they were told is kept is there, and once."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.manifest import manifest
from domain.people import PersonKind
from sandbox.slack.errors import BotTrouble
from sandbox.slack.http_link import HttpLink
from sandbox.slack.link import Parcel
from sandbox.slack.server import SlackServer
from storage.database import Database
from storage.jobs.models import Job
from storage.models import AuditRow, Person, Request
from tests.scenarios import small_world
from tests.scenarios.bot_nursery import CARELESS
from tests.scenarios.forms import filled_in_form
from tests.scenarios.fresh_databases import FreshDatabases
from tests.scenarios.office import SIGNING_SECRET

KILLS = 4
SUBMITTERS = 4
START_LIMIT_SECONDS = 30.0
SEED = 20_261_122

FILED_BY_ONE = 100
"""Requests of one person; more in an hour are refused."""


@dataclass
class Crowd:
    """People who submit as fast as they are answered, and remember what they were told."""

    slack: SlackServer
    link: HttpLink | None = None
    acked: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)
    answered: threading.Event = field(default_factory=threading.Event)

    def meet(self, link: HttpLink) -> None:
        """Submit to this bot from now on; return when it has answered somebody, however slow the machine is."""
        self.answered.clear()
        self.link = link
        assert self.answered.wait(START_LIMIT_SECONDS), "the bot answers nobody"

    def submit_until_stopped(self, name: int) -> None:
        number = 0
        while not self.stopped.is_set():
            link = self.link
            if link is None:
                self.stopped.wait(0.01)
                continue
            title = f"Wish {name}-{number}"
            number += 1
            self.submit(link, title)

    def submit(self, link: HttpLink, title: str) -> None:
        payload = {
            "type": "view_submission",
            "team": {"id": self.slack.world.team_id},
            "user": {"id": _author(title), "team_id": self.slack.world.team_id},
            "view": filled_in_form(f"V{title.replace(' ', '')}", title=title),
        }
        try:
            answer = link.send(Parcel(kind="interaction", payload=payload))
        except BotTrouble:
            self.unsure.add(title)
            return
        assert (answer.status, answer.body) == (200, None), answer
        self.acked.add(title)
        self.answered.set()


def _author(title: str) -> str:
    name, number = title.removeprefix("Wish ").split("-")
    return f"U0CROWD{name}{int(number) // FILED_BY_ONE:02}"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(small_world.settle(), manifest=manifest(url="https://bot.example")) as server:
        yield server


@pytest.fixture
def database(fresh_databases: FreshDatabases) -> Iterator[Database]:
    lease = fresh_databases.lease("small")
    database = Database(lease.url, pool_size=2)
    with database.write() as session:
        session.add_all(
            Person(id=f"U0CROWD{name}{many:02}", team_id="T0ACME00001", name="x", kind=PersonKind.MEMBER, seen_at=now())
            for name in range(SUBMITTERS)
            for many in range(50)
        )
    yield database
    database.dispose()
    lease.give_back()


@pytest.fixture
def nursery() -> Iterator["Nursery"]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def start(
    nursery: "Nursery", slack: SlackServer, database: Database, tmp_path: Path
) -> Iterator[Callable[..., "RunningBot"]]:
    policy = tmp_path / "gapbot.toml"
    policy.write_text("[process]\nslack_threads = 8\njob_threads = 2\n")
    bots: list[RunningBot] = []

    def started(*, is_careless: bool) -> RunningBot:
        environment = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "GAPBOT_CONFIG": str(policy),
            "PORT": str(_free_port()),
        }
        bots.append(RunningBot(nursery, environment | ({CARELESS: "yes"} if is_careless else {})))
        return bots[-1]

    yield started
    for bot in bots:
        bot.kill()


class Nursery:
    """See `bot_nursery`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.scenarios.bot_nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, environment: dict[str, str]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(environment) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        with self._process:
            self._process.kill()


class RunningBot:
    """`gapbot run` as a process of its own."""

    def __init__(self, nursery: Nursery, environment: dict[str, str]) -> None:
        self._port = int(environment["PORT"])
        self._pid = nursery.start(environment)

    def link(self) -> HttpLink:
        """The way to it, once it listens."""
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                address = f"http://127.0.0.1:{self._port}/slack/events"
                return HttpLink(address, signing_secret=SIGNING_SECRET, clock=time.time)
            time.sleep(0.01)
        raise TimeoutError("the bot did not start")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)


def _free_port() -> int:
    """A port that nobody has, below those that the system hands out: no other test's server can get it meanwhile."""
    for port in itertools.islice(_PORTS, 1_000):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no free port")


_PORTS = itertools.cycle(range(20_000 + os.getpid() % 100 * 100, 20_000 + os.getpid() % 100 * 100 + 100))


def submit_while_killing(crowd: Crowd, start: Callable[..., RunningBot], *, is_careless: bool) -> None:
    """Let the crowd submit to one bot after the other; each is killed in the middle of its work."""
    random = Random(SEED)  # noqa: S311  when to kill is no secret
    following = start(is_careless=is_careless)
    with ThreadPoolExecutor(SUBMITTERS) as people:
        futures = [people.submit(crowd.submit_until_stopped, name) for name in range(SUBMITTERS)]
        try:
            for _ in range(KILLS):
                bot = following
                crowd.meet(bot.link())
                following = start(is_careless=is_careless)
                time.sleep(random.uniform(0, 0.2))
                bot.kill()
                crowd.link = None
        finally:
            crowd.stopped.set()
        for future in futures:
            future.result()
    crowd.link = following.link()


def kept(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Request.title).where(Request.title.like("Wish %"))))


def test_what_was_acked_is_there_and_once(
    slack: SlackServer, database: Database, start: Callable[..., RunningBot]
) -> None:
    crowd = Crowd(slack)
    submit_while_killing(crowd, start, is_careless=False)

    found = kept(database)
    assert crowd.acked <= set(found)
    assert len(found) == len(set(found))
    assert len(crowd.acked) >= KILLS
    assert crowd.unsure

    # Who got no answer tries again: what was stored already is found, what was not is stored now.
    assert crowd.link is not None
    for title in sorted(crowd.unsure):
        crowd.submit(crowd.link, title)
    assert sorted(kept(database)) == sorted(crowd.acked)
    with database.read() as session:
        trace = [row.subject for row in session.scalars(select(AuditRow).where(AuditRow.action == "request.filed"))]
        promised = [
            job.payload["request_id"] for job in session.scalars(select(Job).where(Job.kind == "request.filed"))
        ]
    assert len(trace) == len(set(trace)) == len(crowd.acked)
    assert sorted(promised) == sorted(int(subject.removeprefix("request:")) for subject in trace)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_bot_that_answers_before_it_stores_is_caught(
    slack: SlackServer, database: Database, start: Callable[..., RunningBot]
) -> None:
    crowd = Crowd(slack)
    submit_while_killing(crowd, start, is_careless=True)

    assert not crowd.acked <= set(kept(database))
