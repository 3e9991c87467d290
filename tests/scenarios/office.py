"""A whole company in process: its Slack, the real bot over HTTP or Socket Mode, and a real database."""

import http.client
import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import SecretStr
from slack_bolt import App
from sqlalchemy import func, select

from bot.manifest import manifest
from bot.policy_file import Policy
from bot.process import Bot
from bot.settings import Settings
from domain.ports import Clock
from sandbox.slack.channels import Message
from sandbox.slack.elements import elements_of, text_in
from sandbox.slack.link import Answer, Parcel
from sandbox.slack.person import Person
from sandbox.slack.server import SlackServer
from sandbox.slack.submissions import Submission
from sandbox.slack.world import World
from storage.base import Base
from storage.jobs import enqueue
from storage.jobs.models import Job
from storage.models import Gap, Request
from tests.scenarios.lock_holder import locked
from tests.scenarios.wire import WatchedLink
from usecases.job_kinds import LOOK_AT_EVERYBODY, SlotCame

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
SIGNING_SECRET = "sandbox-signing-secret"


class Office:
    """What a scenario acts on. People are `office.ava`, `office.gus` …; see `small_world`."""

    def __init__(
        self,
        world: World,
        *,
        url: str,
        policy: Mapping[str, Any],
        now: Clock,
        log: io.StringIO,
        socket_mode: bool = False,
        more_settings: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.world = world
        self.now = now
        self.expected_problems: list[str] = []
        self.expected_statuses: set[int] = set()
        self.expects_dead_jobs = False
        self.slack = SlackServer(
            world,
            manifest=manifest(url=None if socket_mode else "https://bot.example"),
            retry_delays=(0.01, 0.02, 0.05),
        )
        self.slack.start()
        self._log = log
        self._changed = threading.Event()
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr("xoxb-sandbox"),
            slack_signing_secret=SecretStr(SIGNING_SECRET),
            slack_app_token=SecretStr("xapp-sandbox") if socket_mode else None,
            slack_api_url=self.slack.api_url,
            database_url=url,
            port=0,
            **more_settings,
        )
        self.bot = Bot(settings, Policy.model_validate(policy), now=now)
        self.database = self.bot.database
        self.database.on_commit(self._changed.set)
        self.seeded_requests = max((request.id for request in self.rows(Request)), default=0)
        self.address = self.bot.__enter__()
        self.wire: WatchedLink | None = None
        if socket_mode:
            self.slack.socket.wait_for_connections()
        else:
            self.wire = WatchedLink(
                self.address.url + "/slack/events",
                signing_secret=SIGNING_SECRET,
                clock=world.clock,
            )
            self.slack.link = self.wire

    def move_in(self) -> None:
        """Let the bot join every living channel but #sales, where it is not welcome."""
        for channel in list(self.world.channels.values()):
            if channel.kind != "im" and not channel.archived and channel.name != "sales":
                self.slack.join(channel, self.slack.app.bot_user_id)

    def close(self) -> None:
        self.bot.__exit__(None, None, None)
        self.slack.stop()

    # Who is there.

    def __getattr__(self, name: str) -> Person:
        if name.startswith("_") or all(user.name != name for user in self.world.users.values()):
            raise AttributeError(name)
        return self.slack.as_user(name)

    @property
    def logs(self) -> str:
        return self._log.getvalue()

    # What everybody does.

    def open_form(self, person: Person, text: str = "", *, channel: str = "general") -> None:
        outcome = person.command("/feature-request", text, channel=channel)
        assert outcome.ok, outcome

    def file(
        self,
        person: Person,
        title: str = "Single sign-on for contractors",
        *,
        account: str = "O’Brien Logistics",
        channel: str = "general",
        **more: str,
    ) -> Submission:
        """File a request as a person would; `more` are further fields by label, `_` for a space."""
        self.open_form(person, channel=channel)
        given = {"Priority": "P1", "What is at stake?": "Risks churn", "Product area": "Auth & SSO"}
        given |= {name.replace("_", " "): value for name, value in more.items()}
        person.fill({"Account": account, "What is missing?": title, **given})
        return person.submit()

    def filed(self, person: Person, title: str = "Single sign-on for contractors", **more: str) -> Message:
        """File a request and return its confirmation."""
        submission = self.file(person, title, **more)
        assert submission.response_action == "close", submission
        channel = more.get("channel", "general")
        self.settle()
        return person.last_message(channel)

    def send(self, kind: Any, payload: dict[str, Any]) -> Answer:
        """Hand the bot a payload of our own, properly signed."""
        return self.slack.link.send(Parcel(kind=kind, payload=payload))

    def act(self, action_id: str, value: str | None, *, by: Person) -> Answer:
        """Press a button as somebody whose screen has it from elsewhere: an old message, a copy, a changed client."""
        payload = {
            "type": "block_actions",
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
            "channel": {"id": "C0GENERAL", "name": "general"},
        }
        return self.send("interaction", self.envelope("interaction", payload, by=by.id))

    def envelope(self, kind: str, payload: dict[str, Any], *, by: str = "U0AVA") -> dict[str, Any]:
        """What Slack puts around everything of this kind."""
        user_id, team_id = by, self.world.team_id
        who: dict[str, Any]
        trigger = {"trigger_id": self.slack.triggers.issue(user_id)}
        match kind:
            case "command":
                who = {"user_id": user_id, "team_id": team_id, "channel_id": "C0GENERAL"}
            case "event":
                return {"event_id": self.world.ids.new("Ev"), "team_id": team_id, **payload}
            case _:
                who = {"user": {"id": user_id, "team_id": team_id}, "team": {"id": team_id}}
        return {**who, **trigger, **payload}

    def know_groups(self) -> None:
        """Let the bot look at the workspace, so that it knows who is in the groups that have a role."""
        with self.database.write() as session:
            enqueue(session, LOOK_AT_EVERYBODY, SlotCame(slot="now"))
        self.settle()

    def at_once(self, acts: Sequence[Callable[[], T]]) -> list[T]:
        """Let all of this happen at the same moment; return the results in the order of the acts."""
        ready = threading.Barrier(len(acts))

        def act(what: Callable[[], T]) -> T:
            ready.wait()
            return what()

        with ThreadPoolExecutor(len(acts)) as people:
            return list(people.map(act, acts))

    @property
    def bolt_app(self) -> App:
        """The bot's inside, to see what is registered."""
        slack = self.bot._slack
        assert slack is not None
        return slack._app

    @property
    def link(self) -> WatchedLink:
        """The signed way to the bot."""
        assert self.wire is not None, "this bot is reached by Socket Mode"
        return self.wire

    def page(self, path: str) -> str:
        """What the bot itself serves at this path."""
        connection = http.client.HTTPConnection(self.address.host, self.address.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    # What became of it.

    def settle(self, *, hasten: bool = False) -> None:
        """Wait until every event was delivered and every job done; `hasten` brings postponed ones forward."""
        self.slack.events.wait_until_quiet()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._has_open_jobs():
            if time.monotonic() > deadline:
                raise TimeoutError(f"still open: {[(job.kind, job.error) for job in self.rows(Job)]}")
            if hasten:
                self.hasten()
            self._changed.wait(0.05)
            self._changed.clear()
        self.slack.events.wait_until_quiet()

    def _has_open_jobs(self) -> bool:
        with self.database.read() as session:
            return bool(session.connection().exec_driver_sql("SELECT 1 FROM job WHERE state = 'open' LIMIT 1").all())

    def hasten(self) -> None:
        """Make waiting jobs due now and the paced targets free, as if their time had come."""
        with self.database.write() as session:
            session.execute(_WAITING_JOBS)
            session.execute(_CLOSED_TARGETS)

    def wait_for(self, condition: Callable[[], object], *, timeout: float = 10.0) -> None:
        self.slack.wait_for(condition, timeout=timeout)

    def wait_for_job(self, kind: str, condition: Callable[[Job], bool]) -> Job:
        """Wait until the newest job of a kind is as wanted, and return it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self.rows(Job, Job.kind == kind)
            if found and condition(found[-1]):
                job: Job = found[-1]
                return job
            self._changed.wait(0.05)
            self._changed.clear()
        raise TimeoutError(f"no such {kind}: {[(job.state, job.error) for job in self.rows(Job, Job.kind == kind)]}")

    def dead_jobs(self) -> list[Job]:
        return self.rows(Job, Job.state == "dead")

    @contextmanager
    def database_locked_for(self, *, seconds: float) -> Iterator[None]:
        """Let another process hold every lock of the database for so long; the block goes on meanwhile, and ends it."""
        with locked(self.database.engine.url.render_as_string(hide_password=False), seconds=seconds):
            yield

    def rows(self, model: type[Base], *where: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(model).where(*where).order_by(*model.__table__.primary_key)))

    def count(self, model: type[Base], *where: Any) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    def last_request(self) -> Request:
        found: Request = self.rows(Request)[-1]
        return found

    def last_gap(self) -> Gap:
        found: Gap = self.rows(Gap)[-1]
        return found

    def top_gaps(self, person: Person, text: str = "", *, channel: str = "general") -> str:
        """What `/top-gaps` shows this person, as text."""
        assert person.command("/top-gaps", text, channel=channel).ok
        return seen(person.last_message(channel))


_WAITING_JOBS = (
    Base.metadata.tables["job"].update().where(Job.state == "open", Job.token.is_(None)).values(due_at=Job.created_at)
)
_CLOSED_TARGETS = Base.metadata.tables["rate_limit"].delete()


def seen(message: Message) -> str:
    """What a reader sees of a message: its blocks, or its text where there are none."""
    return text_in(message.blocks) or message.text


def buttons_of(message: Message) -> list[str]:
    return [
        element["text"]["text"]
        for block in message.blocks
        for element in elements_of(block)
        if element["type"] == "button"
    ]
