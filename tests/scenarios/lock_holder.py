"""Another process that holds every lock of the database for a while: a backup, a migration, a careless operator."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

from storage.base import Base
from storage.database import sqlite_module


@contextmanager
def locked(url: str, *, seconds: float) -> Iterator[None]:
    """Hold the locks for `seconds`, or until the end of the block if that comes first."""
    command = [sys.executable, "-m", "tests.scenarios.lock_holder", url, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            holder.kill()


def _hold(url: str, seconds: float) -> None:
    if url.startswith("sqlite"):
        connection = sqlite_module().connect(make_url(url).database, timeout=10, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
    else:
        connection = psycopg.connect(url.replace("+psycopg", ""))
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE".encode())
    sys.stdout.write("locked\n")
    sys.stdout.flush()
    time.sleep(seconds)
    connection.rollback()
    connection.close()


if __name__ == "__main__":
    import storage.models  # noqa: F401  so that the tables are known

    _hold(sys.argv[1], float(sys.argv[2]))
