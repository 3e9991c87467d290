"""Back up and restore the database with the engine's own tools: copying a live SQLite file loses what is in its log."""

import shutil
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL, make_url, text

from domain.errors import Refusal
from storage import schema
from storage.database import Database, sqlite_module


class BackupRefused(Refusal):
    """The backup or restore was not done; the text says why and what to do."""


def back_up(database: Database, target: Path) -> None:
    """Write a consistent copy to `target` while the bot may be running; raise `BackupRefused`."""
    if target.exists():
        raise BackupRefused(f"{target} exists already. Choose another name.")
    if not target.resolve().parent.is_dir():
        raise BackupRefused(f"The folder of {target} is not there.")
    if schema.current(database) is None:
        raise BackupRefused("The database is empty: there is nothing to back up.")
    url = database.engine.url
    if database.is_sqlite:
        _copy_sqlite(database, target)
        target.chmod(0o600)
        return
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}", str(url.database))
    target.chmod(0o600)


def _copy_sqlite(database: Database, target: Path) -> None:
    source = database.engine.raw_connection()
    try:
        if source.driver_connection is None:
            raise BackupRefused("The database cannot be read.")
        with closing(sqlite_module().connect(target)) as copy:
            source.driver_connection.backup(copy)
    finally:
        source.close()


def restore(url_text: str, source: Path) -> Path | None:
    """Put a backup in the place of the database; return where the replaced SQLite file was moved to.

    The bot must not be running. What was promised before the backup may have been done after it: every open job is
    marked as tried before, so that it looks for its effect first. Raises `BackupRefused`.
    """
    if not source.is_file():
        raise BackupRefused(f"{source} is not there.")
    url = make_url(url_text)
    kept = None
    if url.get_backend_name() == "sqlite":
        kept = _restore_sqlite(url, source)
    else:
        _restore_postgres(url, source)
    database = Database(url_text)
    try:
        with database.write() as session:
            session.execute(
                text(
                    "UPDATE job SET attempts = CASE WHEN attempts < 1 THEN 1 ELSE attempts END, token = NULL"
                    " WHERE state = 'open'"
                )
            )
    finally:
        database.dispose()
    return kept


def _restore_sqlite(url: URL, source: Path) -> Path | None:
    _check_sqlite(source)
    target = Path(url.database or "gapbot.db")
    kept = None
    if target.exists():
        kept = target.with_name(target.name + ".before-restore")
        if kept.exists():
            raise BackupRefused(f"{kept} is still there from an earlier restore. Move it away first.")
        # With its log: when the bot was killed, its last commits are still in there.
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                target.with_name(target.name + suffix).rename(kept.with_name(kept.name + suffix))
    shutil.copyfile(source, target)
    target.chmod(0o600)
    return kept


def _check_sqlite(source: Path) -> None:
    driver = sqlite_module()
    connection = driver.connect(f"file:{source}?mode=ro", uri=True)
    try:
        sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except driver.DatabaseError as broken:
        raise BackupRefused(f"{source} is not a backup of gapbot's database.") from broken
    finally:
        connection.close()
    if not sound or revision is None:
        raise BackupRefused(f"{source} is damaged.")


def _restore_postgres(url: URL, source: Path) -> None:
    database = Database(url.render_as_string(hide_password=False), pool_size=1)
    try:
        if schema.current(database) is not None:
            raise BackupRefused("That PostgreSQL database is not empty. Restore into a new one, then point to it.")
    finally:
        database.dispose()
    _run("pg_restore", url, "--no-owner", "--exit-on-error", f"--dbname={url.database}", str(source))


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no process list shows it."""
    found = shutil.which(program)
    if found is None:
        raise BackupRefused(f"{program} is not installed here. Install PostgreSQL's client programs.")
    host = url.host or url.query.get("host")
    where = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
    }
    environment = {name: value for name, value in where.items() if value} | {"PATH": str(Path(found).parent)}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BackupRefused(f"{program} failed with exit status {done.returncode}.")
