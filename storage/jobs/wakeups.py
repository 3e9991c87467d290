"""Hearing at once that another process may have added a job."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database, sqlite_module
from storage.jobs.queue import CHANNEL

log = structlog.get_logger(__name__)

# How often (seconds) a file is looked at: a look costs some 20 µs.
_LOOK_EVERY = 0.05
_RECONNECT_AFTER = 2.0
# How long (seconds) a listening connection takes to notice that it should stop.
_LISTEN_FOR = 0.25


class Wakeups:
    """A thread that calls `wake` when another process, or this one, may have committed a job.

    PostgreSQL notifies; on SQLite the file's data version is watched. It is a shortcut only: whoever waits still polls.
    """

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="job-wakeups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        errors = (SQLAlchemyError, psycopg.Error, sqlite_module().Error)
        follow = self._watch_file if self._database.is_sqlite else self._listen
        away = False
        while not self._stopping.is_set():
            try:
                connection = self._own_connection()
                try:
                    away = False
                    follow(connection)
                finally:
                    connection.close()
            except errors as error:
                if not away:
                    log.warning("jobs.wakeups_away", error=type(error).__name__)
                away = True
                self._stopping.wait(_RECONNECT_AFTER)

    def _own_connection(self) -> Any:
        """Return a driver's connection that is ours for good, so that it does not count against the pool."""
        pooled = self._database.engine.raw_connection()
        connection = pooled.dbapi_connection
        pooled.detach()
        return connection

    def _listen(self, listening: psycopg.Connection[Any]) -> None:
        listening.rollback()
        listening.autocommit = True
        listening.execute(f"LISTEN {CHANNEL}".encode())
        self._wake()  # something may have happened while nobody listened
        while not self._stopping.is_set():
            for _ in listening.notifies(timeout=_LISTEN_FOR, stop_after=1):
                self._wake()

    def _watch_file(self, watching: Any) -> None:
        watching.execute("PRAGMA busy_timeout=0")  # a locked file is about to change: no need to wait for the lock
        seen: int | None = None
        while not self._stopping.wait(_LOOK_EVERY):
            version = self._data_version(watching)
            if version is None or version != seen:
                seen = version
                self._wake()

    def _data_version(self, watching: Any) -> int | None:
        """Return a number that changes with each commit of another connection; None while the file is locked."""
        try:
            return int(watching.execute("PRAGMA data_version").fetchone()[0])
        except sqlite_module().OperationalError as error:
            if "locked" in str(error):
                return None
            raise
