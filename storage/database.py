"""One door to the database: how connections are set up, and the two kinds of transaction there are."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import Refusal
from storage.address import address

# A commit racing a checkpoint can corrupt a WAL database in these SQLite releases (fixed in 3.51.3, 3.50.7, 3.44.6).
_WAL_RESET_FIXED = (3, 51, 3)
_WAL_RESET_BACKPORTS = {(3, 50): 7, (3, 44): 6}

# Shorter than Slack's three seconds: a listener that cannot write says so while somebody is still listening.
BUSY_TIMEOUT_MS = 1_500


def sqlite_module() -> ModuleType:
    """Return the SQLite driver to use: the bundled current one where it is installed, else Python's own."""
    try:
        import pysqlite3  # noqa: PLC0415  optional: not every platform has a wheel
    except ImportError:
        return sqlite3
    return pysqlite3  # type: ignore[no-any-return]


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite release is free of the WAL-reset bug."""
    fixed_patch = _WAL_RESET_BACKPORTS.get(version[:2])
    return version >= _WAL_RESET_FIXED or (fixed_patch is not None and version[2] >= fixed_patch)


# Background threads step back for people, who must not be able to starve them into an error at once.
PATIENT_TIMEOUT_SECONDS = 10.0


class Database:
    """An engine with the product's two kinds of transaction: `read()` and `write()`.

    SQLite allows one writer. Writers of one process queue on a lock instead of on SQLite's sleeping busy handler
    (measured with 32 writers: p99 338 ms with the handler, 32 ms with the lock).
    """

    def __init__(self, url: str, *, pool_size: int = 40, echo: bool = False) -> None:
        where = address(url)
        is_sqlite = where.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(where, echo) if is_sqlite else _postgres_engine(where, pool_size, echo)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turns = WriteTurns() if self.is_sqlite else None
        self._after_commit: list[Callable[[], None]] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read-only transaction with one consistent snapshot on SQLite; nothing in it is kept."""
        with (
            _said_plainly(),
            Session(self.engine.execution_options(readonly=True), expire_on_commit=False, autoflush=False) as session,
        ):
            yield session  # closing rolls back, and unlike rollback() leaves what was loaded readable

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits when the block ends and keeps nothing when it raises.

        Raises `DatabaseBusy` when the database stays locked for `BUSY_TIMEOUT_MS` or is away.
        """
        with _said_plainly(), self._turn(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()
        for committed in self._after_commit:
            committed()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every committed write of this process (the worker wakes up by it)."""
        self._after_commit.append(callback)

    def dispose(self) -> None:
        """Close all connections; one that a thread still works with is closed when it is given back."""
        pool = self.engine.pool
        self.engine.dispose()
        event.listen(pool, "checkin", _close)
        pool.dispose()  # what was given back meanwhile

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._turns is None:
            yield
            return
        started = time.monotonic()
        if not self._turns.take(timeout=PATIENT_TIMEOUT_SECONDS if _is_patient() else BUSY_TIMEOUT_MS / 1000):
            raise DatabaseBusy(_BUSY)
        _thread.waited_ms = 0 if _is_patient() else int((time.monotonic() - started) * 10) * 100
        try:
            yield
        finally:
            self._turns.give_back()


def _close(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.close()


class WriteTurns:
    """One writer at a time, and somebody who waits for an answer before any background thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_taken = False
        self._people_waiting = 0

    def take(self, *, timeout: float) -> bool:
        """Wait for the turn; False when it did not come in time."""
        patient = _is_patient()
        with self._changed:
            self._people_waiting += not patient
            try:
                taken = self._changed.wait_for(
                    lambda: not self._is_taken and not (patient and self._people_waiting), timeout=timeout
                )
            finally:
                self._people_waiting -= not patient
            self._is_taken = self._is_taken or taken
            return taken

    def give_back(self) -> None:
        with self._changed:
            self._is_taken = False
            self._changed.notify_all()


_thread = threading.local()


@contextmanager
def patience() -> Iterator[None]:
    """Let the writes of this thread wait until no person's do: what runs in the background goes on inside of it."""
    before, _thread.is_patient = _is_patient(), True
    try:
        yield
    finally:
        _thread.is_patient = before


def _is_patient() -> bool:
    return getattr(_thread, "is_patient", False)


class DatabaseBusy(Refusal):
    """The database was locked or away for longer than somebody can be kept waiting; this transaction is not kept.

    Only when the connection breaks during the COMMIT itself may it have been kept after all: whoever repeats it uses
    the same inbox key, and finds it.
    """


# Prepared statements run on the driver's own cursor, so its errors come as they are.
_AWAY: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    sqlite_module().OperationalError,
)
_BUSY = "I could not save this: my database is busy. Please try again in a moment."


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except _AWAY as trouble:
        raise DatabaseBusy(_BUSY) from trouble


def _sqlite_engine(url: URL, echo: bool) -> Engine:
    driver = sqlite_module()
    engine = create_engine(
        url, module=driver, echo=echo, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
    )
    journal = "WAL" if wal_is_safe(driver.sqlite_version_info) else "DELETE"

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver would begin too late, after the reads
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE locks before the first read: a deferred writer fails at once with SQLITE_BUSY_SNAPSHOT.
        readonly = connection.get_execution_options().get("readonly", False)
        if not readonly:
            _wait_no_longer_than_is_left(connection)
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _wait_no_longer_than_is_left(connection: Connection) -> None:
    """Take what was spent on waiting for other threads off what may be spent on waiting for other processes."""
    left = max(0, BUSY_TIMEOUT_MS - getattr(_thread, "waited_ms", 0))
    if connection.info.get("busy_timeout", BUSY_TIMEOUT_MS) != left:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={left}")
        connection.info["busy_timeout"] = left


def _postgres_engine(url: URL, pool_size: int, echo: bool) -> Engine:
    return create_engine(
        url,
        echo=echo,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=8,
        pool_timeout=2,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c statement_timeout=10000 -c timezone=UTC",
        },
    )
