"""One office a test, on SQLite and on PostgreSQL.

There are many of these tests, and a PostgreSQL database of one's own takes a quarter of a second to copy: here they
share one, which is emptied before each test. Whoever changes its tables changes them back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.base import Base
from storage.database import Database
from tests.databases import PostgresServer, SqliteFiles
from tests.usecases.office import Office


@pytest.fixture(scope="session")
def shared_postgres(postgres: PostgresServer) -> Iterator[Database]:
    with postgres.fresh() as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with _ready(request, tmp_path) as ready:
        yield ready


@contextmanager
def _ready(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        with files.fresh(tmp_path) as database:
            yield database
        return
    shared: Database = request.getfixturevalue("shared_postgres")
    _empty(shared)
    yield shared


def _empty(database: Database) -> None:
    with database.write() as session:
        # Neither foreign keys nor the guard of the audit's rows apply to a replica.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.tables.values():
            session.execute(table.delete())


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
