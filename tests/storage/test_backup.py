"""Backups under load, restored elsewhere: the same rows, and nothing that was promised is done twice."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from storage import backup, inbox, schema
from storage.backup import BackupRefused
from storage.base import Base
from storage.database import Database, sqlite_module
from storage.jobs import Job
from storage.models import InboxEntry
from tests.databases import PostgresServer, _find_binaries
from tests.usecases.office import Office
from usecases.job_kinds import REQUEST_FILED

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs that belong to the server of the tests."""
    monkeypatch.setenv("PATH", f"{_find_binaries()}:/usr/bin:/bin")


def url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def hashes(database: Database) -> dict[str, str]:
    """One hash over all rows of each table."""
    found = {}
    with database.read() as session:
        for name, table in Base.metadata.tables.items():
            rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


@pytest.fixture
def elsewhere(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty place to restore into."""
    if database.is_sqlite:
        yield f"sqlite:///{tmp_path}/elsewhere.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    server._execute("CREATE DATABASE elsewhere")
    try:
        yield server.url("elsewhere")
    finally:
        server._execute("DROP DATABASE elsewhere WITH (FORCE)")


class TestRoundTrip:
    def test_every_row_comes_back(self, database: Database, elsewhere: str, tmp_path: Path) -> None:
        office = Office(database)
        for number in range(5):
            office.file(
                account_id=office.account(f"Ümläut’s {number}"), title=f"Gap {number}", area_key="auth", arr="€5k"
            )
        with database.write() as session:
            session.execute(text("UPDATE job SET attempts = 1"))
        backup.back_up(database, tmp_path / "kept")
        backup.restore(elsewhere, tmp_path / "kept")
        restored = Database(elsewhere)
        try:
            assert hashes(restored) == hashes(database)
            schema.require_head(restored)
            schema.check_drift(restored)
        finally:
            restored.dispose()

    def test_while_somebody_writes_it_is_one_moment(self, database: Database, elsewhere: str, tmp_path: Path) -> None:
        """Each transaction writes a pair: a backup with half a pair would be no moment that ever was."""
        stop, wrote = threading.Event(), threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                with database.write() as session:
                    for half in ("a", "b"):
                        inbox.first_time(session.connection(), key=f"{number}{half}", at=NOW)
                number += 1
                if number > 20:
                    wrote.set()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert wrote.wait(timeout=20)
            backup.back_up(database, tmp_path / "kept")
        finally:
            stop.set()
            writer.join()
        backup.restore(elsewhere, tmp_path / "kept")
        restored = Database(elsewhere)
        with restored.read() as session:
            keys = set(session.scalars(select(InboxEntry.key)))
        restored.dispose()
        assert len(keys) > 40
        assert {key[:-1] + "b" for key in keys if key.endswith("a")} == {key for key in keys if key.endswith("b")}

    def test_open_jobs_are_marked_as_tried_so_that_they_look_first(
        self, database: Database, elsewhere: str, tmp_path: Path
    ) -> None:
        office = Office(database)
        office.file(new_account="Nova")
        running = office.file(new_account="Nova")
        done = office.file(new_account="Nova")
        with database.write() as session:
            jobs = session.scalars(select(Job).order_by(Job.id)).all()
            jobs[1].token, jobs[1].attempts = "somebody", 3
            jobs[2].state, jobs[2].ended_at = "done", NOW
        backup.back_up(database, tmp_path / "kept")
        backup.restore(elsewhere, tmp_path / "kept")
        restored = Database(elsewhere)
        with restored.read() as session:
            found = [(job.state, job.attempts, job.token) for job in session.scalars(select(Job).order_by(Job.id))]
        restored.dispose()
        assert found == [("open", 1, None), ("open", 3, None), ("done", 0, None)]
        assert running.request_id < done.request_id
        assert len(office.jobs(REQUEST_FILED)) == 3

    def test_a_backup_is_for_its_owners_eyes(self, database: Database, tmp_path: Path) -> None:
        backup.back_up(database, tmp_path / "kept")
        assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600

    @only_sqlite
    def test_the_connection_is_as_it_was_afterwards(self, database: Database, tmp_path: Path) -> None:
        backup.back_up(database, tmp_path / "kept")
        with database.write() as session:
            inbox.first_time(session.connection(), key="k", at=NOW)
            assert session.connection().connection.driver_connection.isolation_level is None  # type: ignore[union-attr]
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(InboxEntry)) == 1


class TestRefusals:
    def test_an_existing_target(self, database: Database, tmp_path: Path) -> None:
        (tmp_path / "kept").write_text("mine")
        with pytest.raises(BackupRefused, match="exists already"):
            backup.back_up(database, tmp_path / "kept")
        assert (tmp_path / "kept").read_text() == "mine"

    def test_a_folder_that_is_not_there(self, database: Database, tmp_path: Path) -> None:
        with pytest.raises(BackupRefused):
            backup.back_up(database, tmp_path / "no" / "such" / "folder")

    def test_an_empty_database(self, database: Database, tmp_path: Path) -> None:
        schema.downgrade(database, "base")
        with pytest.raises(BackupRefused, match="nothing to back up"):
            backup.back_up(database, tmp_path / "kept")

    def test_restoring_from_nothing(self, database: Database, tmp_path: Path) -> None:
        with pytest.raises(BackupRefused, match="is not there"):
            backup.restore(url(database), tmp_path / "none")

    @only_sqlite
    @pytest.mark.parametrize("content", [b"", b"no database at all" * 300, b"SQLite format 3\0" + b"\0" * 5000])
    def test_restoring_what_is_no_backup_touches_nothing(
        self, database: Database, tmp_path: Path, content: bytes
    ) -> None:
        before = hashes(database)
        (tmp_path / "wrong").write_bytes(content)
        with pytest.raises(BackupRefused):
            backup.restore(url(database), tmp_path / "wrong")
        assert hashes(database) == before

    @only_sqlite
    def test_restoring_another_programs_database_touches_nothing(self, database: Database, tmp_path: Path) -> None:
        other = sqlite_module().connect(tmp_path / "other.db")
        other.execute("CREATE TABLE t (x)")
        other.close()
        with pytest.raises(BackupRefused, match="is not a backup of gapbot"):
            backup.restore(url(database), tmp_path / "other.db")

    @only_sqlite
    def test_a_damaged_backup_touches_nothing(self, database: Database, tmp_path: Path) -> None:
        office = Office(database)
        for _ in range(50):
            office.file(new_account="Nova", use_case="x" * 3000)
        backup.back_up(database, tmp_path / "kept")
        whole = bytearray((tmp_path / "kept").read_bytes())
        middle = len(whole) // 2
        whole[middle : middle + 20_000] = b"\xaa" * 20_000
        (tmp_path / "kept").write_bytes(whole)
        with pytest.raises(BackupRefused):
            backup.restore(url(database), tmp_path / "kept")
        assert office.counts()["request"] == 50

    @pytest.mark.parametrize("database", ["postgresql"], indirect=True)
    def test_a_postgres_that_is_not_empty(self, database: Database, tmp_path: Path) -> None:
        backup.back_up(database, tmp_path / "kept")
        with pytest.raises(BackupRefused, match="not empty"):
            backup.restore(url(database), tmp_path / "kept")

    @pytest.mark.parametrize("database", ["postgresql"], indirect=True)
    def test_missing_programs_are_named(
        self, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupRefused, match="pg_dump is not installed"):
            backup.back_up(database, tmp_path / "kept")


def keys(address: str) -> list[str]:
    database = Database(address)
    with database.read() as session:
        found = list(session.scalars(select(InboxEntry.key)))
    database.dispose()
    return found


@only_sqlite
class TestTheReplacedFile:
    def test_is_kept_with_everything_that_was_committed(self, database: Database, tmp_path: Path) -> None:
        """The bot was killed: its last commits are in the log beside the file, and go with it."""
        backup.back_up(database, tmp_path / "kept")
        with database.write() as session:
            inbox.first_time(session.connection(), key="after the backup", at=NOW)
        path = Path(str(database.engine.url.database))
        killed = tmp_path / "killed"
        killed.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(path.with_name(path.name + suffix), killed / f"gapbot.db{suffix}")
        kept = backup.restore(f"sqlite:///{killed}/gapbot.db", tmp_path / "kept")
        assert kept is not None
        assert keys(f"sqlite:///{kept}") == ["after the backup"]
        assert keys(f"sqlite:///{killed}/gapbot.db") == []

    def test_is_not_overwritten_by_the_next_restore(self, database: Database, tmp_path: Path) -> None:
        backup.back_up(database, tmp_path / "kept")
        database.dispose()
        backup.restore(url(database), tmp_path / "kept")
        with pytest.raises(BackupRefused, match="Move it away first"):
            backup.restore(url(database), tmp_path / "kept")
