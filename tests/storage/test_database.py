"""How connections are set up, the two kinds of transaction, and what a busy database is to somebody who waits."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from subprocess import PIPE
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

import storage.database
from domain.people import PersonKind
from storage import audit, inbox
from storage.address import DatabaseUnusable, address
from storage.base import UtcDateTime
from storage.database import BUSY_TIMEOUT_MS, Database, DatabaseBusy, sqlite_module, wal_is_safe
from storage.models import AuditRow, Person

ROOT = Path(storage.database.__file__).parent.parent
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@only_sqlite
def test_every_pooled_connection_has_the_safe_settings(database: Database) -> None:
    with ExitStack() as held:
        for _ in range(6):
            connection = held.enter_context(database.engine.execution_options(readonly=True).connect())
            settings = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert settings[0] == ("wal" if wal_is_safe(sqlite_module().sqlite_version_info) else "delete")
            assert settings[1] == 2, "FULL: an acked commit survives a power cut"
            assert settings[2] == 1
            assert 0 < settings[3] <= BUSY_TIMEOUT_MS
            assert connection.connection.driver_connection.isolation_level is None  # type: ignore[union-attr]


@only_postgres
def test_every_pooled_connection_gives_up_in_time(database: Database) -> None:
    with database.read() as session:
        assert [session.scalar(text(f"SHOW {name}")) for name in ("lock_timeout", "statement_timeout", "TimeZone")] == [
            *("1500ms", "10s", "UTC")
        ]


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 9), True),
        ((3, 45, 3), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_it_is_safe(version: tuple[int, int, int], is_safe: bool) -> None:
    assert wal_is_safe(version) == is_safe


@pytest.mark.parametrize(
    ("text_", "driver"),
    [
        ("sqlite:///x.db", "sqlite"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg"),
        ("postgresql://h/d", "postgresql+psycopg"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
    ],
)
def test_addresses_that_are_understood(text_: str, driver: str) -> None:
    assert address(text_).drivername == driver


@pytest.mark.parametrize(
    "text_", ["", "x", "mysql://u:CANARY@h/d", "sqlite+aiosqlite:///x", "postgresql://h:port/d", "://"]
)
def test_addresses_that_are_not(text_: str) -> None:
    with pytest.raises(DatabaseUnusable, match="DATABASE_URL") as refused:
        address(text_)
    assert "CANARY" not in refused.value.sentence


class TestTransactions:
    def test_a_write_is_kept_when_its_block_ends(self, database: Database) -> None:
        with database.write() as session:
            inbox.first_time(session.connection(), key="k", at=NOW)
        with database.read() as session:
            assert inbox.subject_of(session, "k") is None
            assert session.scalar(text("SELECT count(*) FROM inbox")) == 1

    def test_nothing_is_kept_when_it_raises(self, database: Database) -> None:
        def fail() -> None:
            with database.write() as session:
                inbox.first_time(session.connection(), key="k", at=NOW)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        with database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM inbox")) == 0

    def test_nothing_written_in_a_read_is_kept(self, database: Database) -> None:
        with database.read() as session:
            inbox.first_time(session.connection(), key="k", at=NOW)
        with database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM inbox")) == 0

    def test_listeners_hear_of_commits_and_not_of_failures(self, database: Database) -> None:
        heard: list[int] = []
        database.on_commit(lambda: heard.append(1))
        with database.write():
            pass
        with pytest.raises(RuntimeError), database.write():
            raise RuntimeError
        with database.read():
            pass
        assert heard == [1]

    def test_readers_do_not_wait_for_a_writer(self, database: Database) -> None:
        with database.write() as writing:
            inbox.first_time(writing.connection(), key="k", at=NOW)
            with database.read() as reading:
                assert reading.scalar(text("SELECT count(*) FROM inbox")) == 0


@contextmanager
def locked_by_another_process(database: Database) -> Iterator[None]:
    hold = (
        "import sys; from storage.database import sqlite_module;"
        "c = sqlite_module().connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE');"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database.engine.url.database)], stdin=PIPE, stdout=PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            assert holder.stdin is not None
            holder.stdin.close()


class TestBusy:
    @only_sqlite
    def test_another_process_holding_the_lock_is_said_within_the_bound(self, database: Database) -> None:
        with locked_by_another_process(database):
            started = time.monotonic()
            with pytest.raises(DatabaseBusy), database.write() as session:
                inbox.first_time(session.connection(), key="k", at=NOW)
            assert 1.0 < time.monotonic() - started < 2.5
        with database.write() as session:
            assert inbox.first_time(session.connection(), key="k", at=NOW)

    @only_sqlite
    def test_so_is_a_writer_of_this_process_that_does_not_end(self, database: Database) -> None:
        go_on = threading.Event()
        holding = threading.Event()

        def hold() -> None:
            with database.write():
                holding.set()
                go_on.wait()

        holder = threading.Thread(target=hold)
        holder.start()
        holding.wait()
        started = time.monotonic()
        try:
            with pytest.raises(DatabaseBusy), database.write():
                pass
            assert time.monotonic() - started < 2.5
        finally:
            go_on.set()
            holder.join()

    @only_postgres
    @pytest.mark.parametrize(
        "wait",
        [
            lambda session: inbox.first_time(session.connection(), key="k", at=NOW),
            lambda session: session.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE")),
        ],
        ids=["by the driver", "by the ORM"],
    )
    def test_so_is_a_row_that_somebody_else_holds(self, database: Database, wait: Callable[[Session], object]) -> None:
        with database.write() as holder:
            inbox.first_time(holder.connection(), key="k", at=NOW)
            started = time.monotonic()
            with pytest.raises(DatabaseBusy), database.write() as session:
                wait(session)
            assert time.monotonic() - started < 2.5

    @only_postgres
    def test_so_is_a_pool_without_a_free_connection(self, database: Database) -> None:
        small = Database(database.engine.url.render_as_string(hide_password=False), pool_size=1)
        try:
            with ExitStack() as held:
                for _ in range(9):  # eight more than the pool are allowed
                    held.enter_context(small.engine.connect())
                with pytest.raises(DatabaseBusy), small.read() as session:
                    session.execute(text("SELECT 1"))
        finally:
            small.dispose()

    def test_a_mistake_of_ours_is_not_called_busy(self, database: Database) -> None:
        with pytest.raises(DBAPIError) as wrong, database.write() as session:
            session.execute(text("INSERT INTO inbox (key) VALUES ('k')"))
        assert not isinstance(wrong.value, DatabaseBusy)


def test_what_is_given_back_after_the_end_is_closed(database: Database) -> None:
    with database.engine.connect() as late:
        connection = late.connection.dbapi_connection
        assert connection is not None
        database.dispose()
        late.execute(text("SELECT 1"))
    with pytest.raises((psycopg.OperationalError, sqlite_module().ProgrammingError)):
        connection.cursor().execute("SELECT 1")


class TestTimes:
    def test_come_back_as_they_were_in_utc(self, database: Database) -> None:
        east = NOW.astimezone(timezone(timedelta(hours=9)))
        with database.write() as session:
            session.add(Person(id="U1", team_id="T", name="A", kind=PersonKind.MEMBER, time_zone=None, seen_at=east))
        with database.read() as session:
            seen = session.scalars(select(Person.seen_at)).one()
        assert seen == NOW
        assert seen.tzinfo is UTC or seen.utcoffset() == timedelta(0)

    def test_microseconds_are_kept(self, database: Database) -> None:
        at = NOW.replace(microsecond=123_456)
        with database.write() as session:
            inbox.first_time(session.connection(), key="k", at=at)
        with database.read() as session:
            assert session.execute(text("SELECT count(*) FROM inbox")).scalar() == 1

    def test_without_a_zone_are_refused(self, database: Database) -> None:
        person = Person(
            id="U1", team_id="T", name="A", kind=PersonKind.MEMBER, time_zone=None, seen_at=NOW.replace(tzinfo=None)
        )
        with pytest.raises(StatementError, match="without a zone"), database.write() as session:
            session.add(person)
        with pytest.raises(ValueError, match="without a zone"), database.write() as session:
            inbox.first_time(session.connection(), key="k", at=NOW.replace(tzinfo=None))

    def test_none_stays_none(self, database: Database) -> None:
        kind = UtcDateTime()
        assert kind.process_bind_param(None, database.engine.dialect) is None
        assert kind.process_result_value(None, database.engine.dialect) is None


class TestHistory:
    """Rows of the audit are only ever added, whoever asks and however."""

    @pytest.fixture
    def told(self, database: Database) -> Database:
        with database.write() as session:
            for number in range(2):
                audit.record(
                    session.connection(), at=NOW, actor_id="U1", action="x", subject="gap:1", after={"number": number}
                )
        return database

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit SET actor_id = 'U2'",
            "UPDATE audit SET reason = 'x' WHERE id = 1",
            "DELETE FROM audit",
            "DELETE FROM audit WHERE id = 1",
        ],
    )
    def test_cannot_be_rewritten(self, told: Database, statement: str) -> None:
        with pytest.raises(DBAPIError, match="append-only"), told.write() as session:
            session.execute(text(statement))
        with told.read() as session:
            assert [row.after for row in audit.history(session, "gap:1")] == [{"number": 0}, {"number": 1}]

    def test_cannot_be_emptied(self, told: Database) -> None:
        if told.is_sqlite:
            return  # SQLite has no TRUNCATE; its DELETE is refused above
        with pytest.raises(DBAPIError, match="append-only"), told.write() as session:
            session.execute(text("TRUNCATE audit"))

    def test_cannot_be_rewritten_through_the_model(self, told: Database) -> None:
        def rewrite() -> None:
            with told.write() as session:
                row: Any = session.scalars(select(AuditRow).limit(1)).one()
                row.actor_id = "U2"

        with pytest.raises(DBAPIError, match="append-only"):
            rewrite()

    def test_cannot_be_replaced(self, told: Database) -> None:
        columns = {"id": 1, "at": NOW, "actor_id": "U2", "action": "x", "subject": "gap:1"}
        with pytest.raises(DBAPIError), told.write() as session:
            session.execute(insert(AuditRow).values(**columns))


def test_foreign_keys_are_checked(database: Database) -> None:
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(
            text(
                "INSERT INTO link (gap_id, url, created_at, created_by)"
                " VALUES (999, 'https://x', '2026-11-02 09:00:00+00:00', 'U1')"
            )
        )


def test_a_word_that_does_not_exist_is_refused_before_it_reaches_the_database(database: Database) -> None:
    wrong: Any = "emperor"
    with pytest.raises(StatementError, match="emperor"), database.write() as session:
        session.add(Person(id="U1", team_id="T", name="A", kind=wrong, time_zone=None, seen_at=NOW))


def test_a_sqlite_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/no/such/x.db")
    with pytest.raises(DatabaseBusy), database.write() as session:
        session.connection()
    database.dispose()
