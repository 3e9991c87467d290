"""What every test may use: a migrated, empty database of either kind, and Hypothesis without a stopwatch.

And what every test is asked at its end: whether anything of a customer went to a local GitLab, into an address at
Salesforce or into the log.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from storage.database import Database
from tests.canary import Overheard, logged
from tests.choice_of_database import without_twins
from tests.databases import PostgresMissing, PostgresServer, SqliteFiles, must_have_postgres, postgres_server

settings.register_profile("local", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, max_examples=25, derandomize=True, print_blob=True)
settings.load_profile("ci" if must_have_postgres() else "local")

_A_FEW = 1_000
"""Whoever runs fewer tests than that wants to see each on both databases."""
_OVERHEARD = pytest.StashKey[Overheard]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-database", action="store_true", help="run each test on SQLite and on PostgreSQL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--every-database") and len(items) > _A_FEW:
        items[:], left_out = without_twins(items)
        config.hook.pytest_deselected(items=left_out)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_OVERHEARD] = overheard = Overheard()
    listening = overheard.listening()
    listening.__enter__()
    config.add_cleanup(lambda: listening.__exit__(None, None, None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Fail a test at whose end something of a customer is where it must not be.

    Events in the output count: where no bot has set its log up, that is where they go. Tracebacks there do not, nor
    what pytest itself catches of `logging`: the bot's own log leaves errors' texts out, and has filters.
    """
    report: pytest.TestReport = yield
    if call.when == "teardown":
        overheard = item.config.stash[_OVERHEARD]
        for name, text in report.sections:
            if name.startswith(("Captured stdout", "Captured stderr")):
                overheard.say(name, logged(text))
        if (found := overheard.leaks()) and report.passed:
            report.outcome = "failed"
            report.longrepr = "\n".join(["Data of customers is where it must not be:", *found])
        overheard.forget()
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running server of this test process; each test gets its own database in it."""
    with ExitStack() as running:
        try:
            server = running.enter_context(postgres_server())
        except PostgresMissing as missing:
            if must_have_postgres():
                pytest.fail(f"PostgreSQL is not optional here: {missing}")
            pytest.skip(str(missing))
        server.create_template()
        yield server


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated and empty database; the test runs once on SQLite and once on PostgreSQL.

    Ask for one kind only with `@pytest.mark.parametrize("database", ["sqlite"], indirect=True)`.
    """
    fresh: AbstractContextManager[Database]
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        fresh = files.fresh(tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        fresh = server.fresh()
    with fresh as ready:
        yield ready


@pytest.fixture
def second_door(database: Database) -> Iterator[Database]:
    """Another `Database` on the same store, with its own connections and lock, as another process has one."""
    door = Database(database.engine.url.render_as_string(hide_password=False))
    yield door
    door.dispose()
