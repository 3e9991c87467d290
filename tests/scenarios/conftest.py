"""An office for each scenario: Slack, bot and database are real, and what must always hold is checked at its end."""

import io
import os
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pytest

from bot import clock
from sandbox import book, town
from sandbox.seed import seed
from sandbox.slack.world import World
from storage.database import Database
from storage.jobs import Rate
from tests.databases import PostgresServer
from tests.scenarios import promises, small_world
from tests.scenarios.captured_log import log_captured
from tests.scenarios.fresh_databases import FreshDatabases, FreshFiles, FreshPostgres, Lease, Seeds
from tests.scenarios.office import Office
from tests.scenarios.payload_file import REPOSITORY, PayloadFile
from tests.scenarios.shared_sql import SharedSql

BOOK_SEED = 7
IN_A_HURRY = Rate(per_second=1_000.0, burst=1_000)
_ENVIRONMENT = os.environ  # noqa: TID251  where the contracts are is the developer's affair, not the bot's


@pytest.fixture(scope="session")
def whole_book() -> book.Book:
    """The demo's invented company, as of today."""
    return book.write_book(seed=BOOK_SEED, as_of=clock.now().date())


@pytest.fixture(scope="session")
def payload_file() -> Iterator[PayloadFile]:
    """Collects what is sent; at the end it is written down, and judged where the contracts are."""
    run_id = _ENVIRONMENT.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{clock.now():%H%M%S}"
    file = PayloadFile(run_id)
    yield file
    file.write()
    contracts = Path(_ENVIRONMENT.get("GAPBOT_CONTRACTS", REPOSITORY / ".." / "shared" / "contracts"))
    if contracts.is_dir():
        violations = file.violations(contracts)
        assert violations == []


@pytest.fixture(scope="session")
def seeds(whole_book: book.Book) -> Seeds:
    return {"small": _fill_small, "book": lambda database: _fill_book(database, whole_book), "empty": _fill_nothing}


@pytest.fixture(scope="session")
def sqlite_offices(tmp_path_factory: pytest.TempPathFactory, seeds: Seeds) -> FreshFiles:
    return FreshFiles(tmp_path_factory.mktemp("offices"), seeds)


@pytest.fixture(scope="session")
def postgresql_offices(postgres: PostgresServer, seeds: Seeds) -> Iterator[FreshPostgres]:
    databases = FreshPostgres(postgres, seeds)
    yield databases
    databases.wait_until_given_back()  # else the server would go while bots still say goodbye


@pytest.fixture
def fresh_databases(request: pytest.FixtureRequest, database_kind: str) -> FreshDatabases:
    """Of the kind that this test runs on; PostgreSQL is only started when somebody wants it."""
    found: FreshDatabases = request.getfixturevalue(f"{database_kind}_offices")
    return found


def _fill_small(database: Database) -> None:
    with database.write() as session:
        small_world.load(session, now=clock.now())
        small_world.mirror(session, small_world.settle(), now=clock.now())


def _fill_nothing(database: Database) -> None:
    with database.write() as session:
        small_world.mirror(session, small_world.settle(), now=clock.now())


def _fill_book(database: Database, written: book.Book) -> None:
    seed(database, written)
    world = World(name=written.company)
    town.settle(world, written)
    with database.write() as session:
        small_world.mirror(session, world, now=clock.now())


class OpenOffice(Protocol):
    """Open an office in a chosen way; its promises are checked at the end of the test, and it is closed."""

    def __call__(
        self,
        *,
        seed: str = "small",
        socket_mode: bool = False,
        pace: Rate = IN_A_HURRY,
        more_policy: Mapping[str, Any] = MappingProxyType({}),
        more_settings: Mapping[str, Any] = MappingProxyType({}),
    ) -> Office: ...


@pytest.fixture(scope="session")
def closing() -> Iterator[ThreadPoolExecutor]:
    """Offices are closed beside the next test: a server takes 150 ms to notice that it should stop."""
    with ThreadPoolExecutor(2, thread_name_prefix="closing") as pool:
        yield pool


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def shared_sql() -> SharedSql:
    return SharedSql()


@pytest.fixture
def open_office(  # noqa: PLR0917  pytest calls it, by name
    fresh_databases: FreshDatabases,
    whole_book: book.Book,
    payload_file: PayloadFile,
    closing: ThreadPoolExecutor,
    tmp_path: Path,
    shared_sql: SharedSql,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[OpenOffice]:
    """Opens offices. Ask for `office` where the usual one will do."""
    monkeypatch.setattr("storage.database.create_engine", shared_sql)
    with ExitStack() as at_the_end:

        def opened(
            *,
            seed: str = "small",
            socket_mode: bool = False,
            pace: Rate = IN_A_HURRY,
            more_policy: Mapping[str, Any] = MappingProxyType({}),
            more_settings: Mapping[str, Any] = MappingProxyType({}),
        ) -> Office:
            # Slack's second between two messages is kept in the test that is about it.
            monkeypatch.setattr("handlers.messenger.PER_CHANNEL", pace)
            lease = fresh_databases.lease(seed)
            log = io.StringIO()
            at_the_end.enter_context(log_captured(log))
            policy: Mapping[str, Any] = small_world.POLICY
            world = small_world.settle()
            if seed == "book":
                world = World(name=whole_book.company)
                town.settle(world, whole_book)
                written = tomllib.loads(town.policy_text(whole_book))
                # No test meets a Monday by accident.
                policy = {name: one for name, one in written.items() if name not in {"digests", "top10"}}
            office = Office(
                world,
                url=lease.url,
                policy={**policy, **more_policy},
                now=clock.now,
                log=log,
                socket_mode=socket_mode,
                more_settings=more_settings,
            )
            at_the_end.callback(lambda: closing.submit(_close, office, lease))
            at_the_end.callback(lambda: payload_file.keep(office.slack.records, tmp_path))
            at_the_end.callback(lambda: promises.check(office))
            if seed == "book":
                town.move_in(office.slack, whole_book)
            else:
                office.move_in()
            return office

        yield opened


def _close(office: Office, lease: Lease) -> None:
    try:
        office.close()
    finally:
        lease.give_back()


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    """The small company, its bot reached over HTTP."""
    return open_office()
