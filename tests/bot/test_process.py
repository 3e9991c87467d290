"""The process as an operator runs it: it starts, says so, drains on SIGTERM and refuses what it cannot run on."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import select, text

import bot
from bot.policy_file import Policy
from bot.process import Bot
from domain.errors import Refusal
from domain.people import PersonKind
from sandbox.slack.server import SlackServer
from storage import schema
from storage.database import Database
from storage.jobs import Job
from storage.models import Person, Request
from storage.schema import WrongRevision
from tests.bot.edge import SECRET, settings
from tests.bot.worker_world import eventually
from tests.usecases.office import SELLER, Office

ROOT = Path(bot.__file__).parent.parent
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@contextmanager
def running(database: Database, slack: SlackServer, folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """`gapbot run` in a process of its own, ready; Slack delivers to it."""
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": url(database),
        "PORT": "0",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", "from bot.cli import main; main()", "run"]
    log = folder / "bot.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(command, env=environment, cwd=folder, stderr=stderr)
    try:
        eventually(lambda: process.poll() is not None or address_in(log), within=30)
        address = address_in(log)
        assert address, log.read_text()
        eventually(lambda: is_ready(address), within=30)
        slack.deliver_to(f"{address}/slack/events")
        yield process, log
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def address_in(log: Path) -> str | None:
    """Where the bot says that it listens."""
    match = re.search(r"running on (http://[\d.:]+)", log.read_text())
    return match[1] if match else None


def is_ready(address: str) -> bool:
    try:
        fetched(f"{address}/readyz")
    except (URLError, ConnectionError, TimeoutError):
        return False
    return True


def fetched(address: str) -> bytes:
    with urlopen(address, timeout=5) as answer:  # noqa: S310  our own loopback
        content: bytes = answer.read()
    return content


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # a kill is tried on both, see scenarios/test_kill
def test_what_was_acked_survives_a_sigterm_and_is_told_after_the_restart(
    database: Database, slack: SlackServer, tmp_path: Path
) -> None:
    office = Office(database)
    office.account("Acme")
    # Slack is slow, so that the confirmation is still on its way when the process has to end.
    slack.faults.script("chat.postEphemeral", "slow:0.5")
    with running(database, slack, tmp_path) as (process, log):
        file_by_hand(slack)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events.index("jobs.stopped") < events.index("bot.stopped")
    with running(database, slack, tmp_path):
        eventually(lambda: confirmations(slack) > 0)
        eventually(lambda: not open_jobs(database))
    assert confirmations(slack) == 1
    with database.read() as session:
        assert len(session.scalars(select(Request)).all()) == 1


def file_by_hand(slack: SlackServer) -> None:
    person = slack.as_user("sal")
    assert person.command("/feature-request", "SCIM", channel="general").ok
    person.choose("Account", "Acme")
    person.choose("Priority", "P1")
    person.choose("What is at stake?", "Risks churn")
    assert person.submit().response_action == "close"


def confirmations(slack: SlackServer) -> int:
    return sum("Your request is filed" in message.text for message in slack.as_user("sal").messages("general"))


def open_jobs(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Job.kind).where(Job.state == "open", Job.kind.like("request.%"))))


@only_sqlite
class TestInProcess:
    def test_starts_knows_its_people_and_stops(self, database: Database, slack: SlackServer) -> None:
        found = settings(slack_api_url=slack.api_url, database_url=url(database))
        with Bot(found, Policy()) as address:
            assert json.loads(fetched(f"{address.url}/readyz")) == {"ready": True, "faults": {}}
            assert b"gapbot_jobs_running" in fetched(f"{address.url}/metrics")
            eventually(lambda: kind(database, SELLER) is PersonKind.MEMBER)
        with pytest.raises(URLError):
            fetched(f"{address.url}/healthz")

    def test_is_not_ready_on_another_revision(self, database: Database, slack: SlackServer) -> None:
        found = settings(slack_api_url=slack.api_url, database_url=url(database))
        with Bot(found, Policy()) as address:
            with database.write() as session:
                session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            with pytest.raises(URLError) as unready:
                fetched(f"{address.url}/readyz")
            assert "newer than this release" in unready.value.read().decode()  # type: ignore[attr-defined]

    @pytest.mark.parametrize("revision", ["9999", None])
    def test_refuses_a_revision_that_it_was_not_written_for(
        self, database: Database, slack: SlackServer, revision: str | None
    ) -> None:
        if revision is None:
            schema.downgrade(database, "base")
        else:
            with database.write() as session:
                session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(WrongRevision):
            Bot(settings(slack_api_url=slack.api_url, database_url=url(database)), Policy())


def kind(database: Database, user_id: str) -> PersonKind | None:
    with database.read() as session:
        person = session.get(Person, user_id)
        return person.kind if person else None


@only_sqlite
def test_a_port_that_is_taken_is_said_before_anything_begins(database: Database, slack: SlackServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bot = Bot(settings(slack_api_url=slack.api_url, database_url=url(database), port=port), Policy())
        with pytest.raises(Refusal, match=f"^Port {port} is in use. Stop what listens there, or set PORT to another.$"):
            bot.run()
        bot.database.dispose()


@only_sqlite
def test_an_address_that_nobody_has_is_said_too(database: Database, slack: SlackServer) -> None:
    bot = Bot(settings(slack_api_url=slack.api_url, database_url=url(database), host="192.0.2.1"), Policy())
    with pytest.raises(Refusal, match=r"^I cannot listen on 192\.0\.2\.1:0: .*\. Check HOST and PORT\.$"):
        bot.run()
    bot.database.dispose()
