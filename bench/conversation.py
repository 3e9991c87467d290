"""`make bench-conversation`: how long people wait for the bot's reply in a conversation, over the local Slack.

The whole bot runs on the demo's company, at Slack's pace and with its own threads. People take turns, each in a thread
of their own, so that nobody writes faster than a person can; timed is from the moment a message is written until the
reply stands below it. Between two rounds everything that the round promised is done.
"""

import argparse
import io
import statistics
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot import clock
from bot.logs import configure_logs
from sandbox import book, town
from sandbox.seed import seed
from sandbox.slack.person import Person
from sandbox.slack.world import World
from storage.database import Database
from tests.databases import SqliteFiles, postgres_server
from tests.scenarios import small_world
from tests.scenarios.office import Office

LIMIT_SECONDS = 0.5
# What one person writes; the account's name is filled in. Each line is answered by one message at least.
SAID = (
    "{} needs quantum-safe signatures, total blocker for their €200k renewal in March",
    "no, P1",
    "make it 150k",
    "needed in April",
    "cancel",
    "hello",
    "{} wants louder alarms for the night shift",
    "P1",
    "they would downgrade",
    "yes, file it",
)


def main() -> int:
    wanted = _arguments()
    written = book.write_book(seed=7, as_of=clock.now().date())
    slowest_median = 0.0
    for name, fresh in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with fresh() as database, _office(database, written) as office:
            times = _talk(office, written, people=wanted.people)
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
        print(f"{name:<11} {len(times)} replies: median {median * 1e3:6.1f} ms   p95 {p95 * 1e3:6.1f} ms", end="   ")
        print(f"slowest {max(times) * 1e3:6.1f} ms   (median at most {LIMIT_SECONDS * 1e3:.0f})")
        slowest_median = max(slowest_median, median)
    return 0 if slowest_median <= LIMIT_SECONDS else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=12, help=f"each writes {len(SAID)} messages")
    return parser.parse_args()


def _talk(office: Office, written: book.Book, *, people: int) -> list[float]:
    names = [one.name for one in written.accounts if one.kind == "customer"]
    members = [user for user in office.world.users.values() if user.kind == "member" and not user.deleted][:people]
    assert len(members) == people, "the company has fewer people"
    persons = [office.slack.as_user(one.name) for one in members]
    office.settle()
    times = []
    for line in SAID:
        for number, person in enumerate(persons):
            times.append(_reply_seconds(office, person, line.format(names[number % len(names)])))
        office.settle()
    return times


def _reply_seconds(office: Office, person: Person, text: str) -> float:
    channel, bot = person.channel("app"), office.slack.app.bot_user_id

    def replies() -> int:
        return sum(one.user == bot for one in channel.messages)

    before, started = replies(), time.perf_counter()
    person.post(text)
    office.slack.wait_for(lambda: replies() > before, timeout=20)
    return time.perf_counter() - started


@contextmanager
def _office(database: Database, written: book.Book) -> Iterator[Office]:
    world = World(name=written.company)
    town.settle(world, written)
    seed(database, written)
    with database.write() as session:
        small_world.mirror(session, world, now=clock.now())
    log = io.StringIO()
    configure_logs(log)
    policy = tomllib.loads(town.policy_text(written))
    url = database.engine.url.render_as_string(hide_password=False)
    office = Office(world, url=url, policy=policy, now=clock.now, log=log)
    try:
        town.move_in(office.slack, written)
        yield office
    finally:
        office.close()


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder, SqliteFiles(Path(folder)).fresh(Path(folder)) as database:
        yield database


@contextmanager
def _postgres() -> Iterator[Database]:
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        server.create_template()
        yield stack.enter_context(server.fresh())


if __name__ == "__main__":
    raise SystemExit(main())
