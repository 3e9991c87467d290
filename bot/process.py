"""One running bot: web or Socket Mode, worker and scheduler in one process, started and stopped in order."""

import errno
import shutil
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType

import structlog
import uvicorn
from prometheus_client import CollectorRegistry
from sqlalchemy import make_url

from bot import clock
from bot.app import look_up_installation
from bot.gitlab_hook import GitLabHook
from bot.guard import Guard
from bot.policy_file import Policy
from bot.schedule import Scheduler
from bot.settings import Settings
from bot.socket_mode import SocketMode
from bot.web import Health, SlackEndpoint, build_web, limited_body
from bot.wiring import (
    SLACK_PACE,
    build_slack_app,
    build_use_cases,
    job_client,
    job_handlers,
    schedules,
)
from bot.wiring_of_customers import build_directory
from bot.wiring_of_issues import GITLAB_PACE, build_tracking
from bot.wiring_of_model import build_model
from bot.worker import Worker
from domain.errors import Refusal
from domain.ports import Clock
from storage import schema
from storage.database import Database, DatabaseBusy
from storage.jobs import enqueue
from usecases.job_kinds import LOOK_AT_EVERYBODY, SlotCame

log = structlog.get_logger(__name__)

SPARE_CONNECTIONS = 8
LEAST_FREE_BYTES = 100_000_000
PEOPLE_FRESH = timedelta(minutes=10)
DRAIN_SECONDS = 25
SWITCH_SECONDS = 0.001
"""How long a busy job thread may keep a listener from the interpreter; Python's own 5 ms are felt in every ack."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bot listens, once it does."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


class Bot:
    """Everything that `gapbot run` runs. Also started in process by the tests, on a free port."""

    def __init__(self, settings: Settings, policy: Policy, *, now: Clock = clock.now) -> None:
        """Open the database and ask Slack who we are; raise a `Refusal` when the bot cannot run."""
        threads = policy.process
        self._settings = settings
        self.registry = CollectorRegistry()
        self.database = Database(
            settings.database_url, pool_size=threads.slack_threads + threads.job_threads + SPARE_CONNECTIONS
        )
        schema.require_head(self.database)
        installation = look_up_installation(job_client(settings))
        use = build_use_cases(
            database=self.database,
            policy=policy,
            gitlab_url=settings.gitlab_url,
            now=now,
            directory=build_directory(settings, policy),
            tracking=build_tracking(settings, policy, now=now),
            model=build_model(settings, policy),
        )
        self._use = use
        app = build_slack_app(settings=settings, policy=policy, use=use, installation=installation)
        handlers = job_handlers(
            settings=settings, policy=policy, use=use, database=self.database, installation=installation, now=now
        )
        self._worker = Worker(
            self.database,
            handlers,
            registry=self.registry,
            threads=threads.job_threads,
            rates=SLACK_PACE | GITLAB_PACE,
            explained=(Refusal,),
        )
        self._scheduler = Scheduler(self.database, lambda: schedules(use, policy))
        self._socket: SocketMode | None = None
        self._slack: SlackEndpoint | None = None
        if settings.slack_app_token is not None:
            self._socket = SocketMode(
                app=app, app_token=settings.slack_app_token.get_secret_value(), threads=threads.slack_threads
            )
        else:
            guard = Guard(signing_secret=settings.slack_signing_secret.get_secret_value(), now=now)
            self._slack = SlackEndpoint(app=app, guard=guard, threads=threads.slack_threads, registry=self.registry)
        self._gitlab = self._gitlab_hook(now)
        web = build_web(slack=self._slack, health=self._health(), registry=self.registry, gitlab=self._gitlab)
        self._server = uvicorn.Server(
            uvicorn.Config(
                web,
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=10,
            )
        )

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain; raise a `Refusal` when somebody else has the port."""
        self._require_port()
        self._start_background()
        # uvicorn raises the signal again once it serves no more: that would end us before the jobs are drained.
        before = {number: signal.signal(number, self._stop_serving) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._server.run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._stop_background()

    def _stop_serving(self, *_: object) -> None:
        self._server.should_exit = True

    def __enter__(self) -> Address:
        """Serve on a thread of its own and return where."""
        self._require_port()
        self._start_background()
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise Refusal(f"I cannot listen on {self._settings.host}:{self._settings.port}.")
            self._thread.join(timeout=0.005)
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return Address(host=host, port=port)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=15)
        self._stop_background()

    def _require_port(self) -> None:
        """Try the port before anything begins: a second bot on it would do jobs, answer nobody, and end in a trace."""
        host, port = self._settings.host, self._settings.port
        try:
            # Bound and not listened on: whoever comes in this moment is refused, not taken in and dropped.
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((host, port))
        except OSError as refused:
            if refused.errno == errno.EADDRINUSE:
                raise Refusal(f"Port {port} is in use. Stop what listens there, or set PORT to another.") from refused
            why = refused.strerror or "no such address"
            raise Refusal(f"I cannot listen on {host}:{port}: {why}. Check HOST and PORT.") from refused

    def _start_background(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self._worker.start()
        self._scheduler.start()
        if self._use.people.is_stale(after=PEOPLE_FRESH):
            with self.database.write() as session:
                enqueue(session, LOOK_AT_EVERYBODY, SlotCame(slot="start"))
        if self._socket is not None:
            self._socket.connect()
        log.info("bot.started", socket_mode=self._socket is not None)

    def _stop_background(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._slack is not None:
            self._slack.close()
        if self._gitlab is not None:
            self._gitlab.close()
        self._scheduler.stop()
        self._worker.stop(grace=DRAIN_SECONDS)
        self.database.dispose()
        log.info("bot.stopped")

    def _gitlab_hook(self, now: Clock) -> GitLabHook | None:
        token, signing = self._settings.gitlab_webhook_token, self._settings.gitlab_webhook_signing_token
        if self._use.issues is None or (token is None and signing is None):
            return None
        return GitLabHook(
            database=self.database,
            token=token.get_secret_value() if token else None,
            signing_token=signing.get_secret_value() if signing else None,
            registry=self.registry,
            read_body=limited_body,
            now=now,
        )

    def _health(self) -> Health:
        return Health(
            checks={
                "database": self._database_fault,
                "disk": self._disk_fault,
                "jobs": lambda: (
                    None if self._worker.alive and self._scheduler.alive else "the job threads have stopped"
                ),
                "slack": lambda: (
                    None if self._socket is None or self._socket.is_connected else "the socket is not connected"
                ),
            }
        )

    def _database_fault(self) -> str | None:
        try:
            schema.require_head(self.database)
            with self.database.write() as session:
                session.connection()
        except DatabaseBusy:
            return "cannot be written to"
        except Refusal as refusal:
            return refusal.sentence
        return None

    def _disk_fault(self) -> str | None:
        path = make_url(self._settings.database_url).database
        if not self.database.is_sqlite or not path or path == ":memory:":
            return None
        free = shutil.disk_usage(Path(path).resolve().parent).free
        return None if free >= LEAST_FREE_BYTES else "the disk is almost full"
