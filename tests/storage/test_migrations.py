"""Migrations on both databases: forth, back and forth again; killed anywhere; by two processes at once."""

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from hypothesis import settings
from sqlalchemy import event, inspect, text

from storage import schema
from storage.database import Database
from storage.schema import WrongRevision

SAMPLES = settings.default.max_examples // 5
"""Of the statements at which an upgrade is killed: all of them would take minutes."""


@pytest.fixture
def empty(database: Database) -> Database:
    schema.downgrade(database, "base")
    return database


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head() -> None:
    assert ScriptDirectory.from_config(schema._config()).get_heads() == [schema.head()]


def test_forth_back_and_forth_again_without_drift(database: Database) -> None:
    schema.check_drift(database)
    forth = tables(database)
    schema.downgrade(database, "base")
    assert tables(database) == set()
    assert schema.current(database) is None
    schema.upgrade(database)
    assert tables(database) == forth
    schema.check_drift(database)


def test_a_second_upgrade_does_nothing(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO inbox VALUES ('k', NULL, '2026-11-02 09:00:00+00:00')"))
    schema.upgrade(database)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM inbox")) == 1


class Killed(BaseException):
    """The process is gone at this very statement."""


@contextmanager
def killed_at(database: Database, number: int) -> Iterator[list[str]]:
    """Die before the statement of this number; the list holds what was run before."""
    seen: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if len(seen) == number:
            raise Killed
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def test_killed_at_any_statement_nothing_is_left_and_the_next_try_succeeds(empty: Database) -> None:
    whole: dict[str | None, set[str]] = {None: set()}
    for script in reversed(list(ScriptDirectory.from_config(schema._config()).walk_revisions())):
        schema.upgrade(empty, script.revision)
        whole[script.revision] = tables(empty)
    schema.downgrade(empty, "base")
    with killed_at(empty, 10_000) as statements:
        schema.upgrade(empty)
    assert len(statements) > 40
    schema.downgrade(empty, "base")
    some = range(5, len(statements), len(statements) // SAMPLES)
    for number in sorted({0, 1, 2, *some, len(statements) - 2, len(statements) - 1}):
        if tables(empty):  # killed after the commit, the last time
            schema.downgrade(empty, "base")
        with killed_at(empty, number), pytest.raises(Killed):
            schema.upgrade(empty)
        empty.dispose()
        assert tables(empty) == whole[schema.current(empty)], f"half a migration at statement {number}"
    schema.upgrade(empty)
    assert (tables(empty), schema.current(empty)) == (whole[schema.head()], schema.head())


def _upgrade(url: str, start: Any, ended: Any) -> None:
    database = Database(url)
    start.wait()
    try:
        schema.upgrade(database)
        ended.put("ok")
    except Exception as error:  # noqa: BLE001  the other process reports it
        ended.put(repr(error))
    finally:
        database.dispose()


def test_two_processes_may_upgrade_at_once(empty: Database) -> None:
    spawn = multiprocessing.get_context("spawn")
    start, ended = spawn.Barrier(2), spawn.Queue()
    empty.dispose()
    other = spawn.Process(target=_upgrade, args=(_url(empty), start, ended))
    other.start()
    _upgrade(_url(empty), start, ended)
    assert [ended.get(timeout=60), ended.get(timeout=60)] == ["ok", "ok"]
    other.join()
    assert schema.current(empty) == schema.head()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_whoever_comes_second_waits_longer_than_a_listener_would(empty: Database) -> None:
    """A long migration of the first replica must not make the second one fail after the usual lock timeout."""
    with empty.engine.connect() as first:
        first.execute(text("SELECT pg_advisory_lock(4720042)"))
        first.commit()
        second = threading.Thread(target=_upgrade_and_leave, args=(_url(empty),))
        second.start()
        second.join(timeout=2.0)
        assert second.is_alive(), "it still waits"
        first.execute(text("SELECT pg_advisory_unlock(4720042)"))
        first.commit()
    second.join(timeout=20)
    assert schema.current(empty) == schema.head()


def _upgrade_and_leave(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.dispose()


def _url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_connection_has_the_usual_timeouts_again_afterwards(database: Database) -> None:
    def timeouts() -> list[Any]:
        with database.read() as session:
            return [session.scalar(text(f"SHOW {name}_timeout")) for name in ("lock", "statement")]

    before = timeouts()
    schema.upgrade(database)
    assert timeouts() == before == ["1500ms", "10s"]


class TestTheRevisionThatTheBotRunsOn:
    def test_head_is_fine(self, database: Database) -> None:
        schema.require_head(database)

    def test_an_empty_database_is_refused(self, empty: Database) -> None:
        with pytest.raises(WrongRevision, match="gapbot db upgrade"):
            schema.require_head(empty)

    @pytest.mark.parametrize(
        ("revision", "says"), [("9999", "newer than this release"), ("", "newer than this release")]
    )
    def test_an_unknown_revision_is_refused(self, database: Database, revision: str, says: str) -> None:
        with database.write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        with pytest.raises(WrongRevision, match=says):
            schema.require_head(database)

    def test_an_older_one_is_refused_with_what_to_do(self, database: Database) -> None:
        scripts = list(ScriptDirectory.from_config(schema._config()).walk_revisions())
        if len(scripts) == 1:
            assert scripts[0].revision == schema.head(), "there is no older one yet"
            return
        schema.downgrade(database, "-1")
        with pytest.raises(WrongRevision, match="Run `gapbot db upgrade`"):
            schema.require_head(database)


def test_a_new_migration_is_written_where_the_others_are(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The template and the spelling of our column types work; nothing is left behind."""
    made: list[Any] = []

    def keep(_self: ScriptDirectory, *_arguments: Any, **options: Any) -> None:
        made.append(options)

    monkeypatch.setattr(ScriptDirectory, "generate_revision", keep)
    schema.make_revision(database, "nothing new")
    assert len(made) == 1
    assert not list(tmp_path.glob("*.py"))
