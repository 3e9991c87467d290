# ruff: noqa: S608  table names are our own
"""A seeded database for each test within a few milliseconds: a copied file, or a PostgreSQL database put back.

Creating a PostgreSQL database takes 150 to 500 ms, so there are two of them, used in turn: while a bot that is being
stopped still holds the one, the next test has the other.
"""

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from storage.base import Base
from storage.database import Database
from tests.databases import PostgresServer, create_schema

Seeds = Mapping[str, Callable[[Database], None]]
"""Name → what fills a migrated, empty database."""


class FreshDatabases(Protocol):
    def lease(self, seed: str) -> "Lease": ...


class Lease:
    """A database of one's own until `give_back`."""

    def __init__(self, url: str, give_back: Callable[[], None]) -> None:
        self.url = url
        self.give_back = give_back


class FreshFiles:
    """SQLite files, copied from one per seed."""

    def __init__(self, folder: Path, seeds: Seeds) -> None:
        self._folder = folder
        self._seeds = seeds
        self._numbers = itertools.count()
        self._migrated = folder / "migrated.db"
        with _opened(f"sqlite:///{self._migrated}") as database:
            create_schema(database)

    def lease(self, seed: str) -> Lease:
        seeded = self._folder / f"seed-{seed}.db"
        if not seeded.exists():
            shutil.copyfile(self._migrated, seeded)
            with _opened(f"sqlite:///{seeded}") as database:
                self._seeds[seed](database)
        path = self._folder / f"office{next(self._numbers)}.db"
        shutil.copyfile(seeded, path)
        return Lease(f"sqlite:///{path}", lambda: path.unlink(missing_ok=True))


class FreshPostgres:
    """Two databases; the rows of each seed are kept in a schema of their own beside the tables."""

    def __init__(self, server: PostgresServer, seeds: Seeds) -> None:
        self._seeds = seeds
        self._free = {name: threading.Lock() for name in ("office_a", "office_b")}
        self._turns = itertools.cycle(self._free)
        self._kept = set[tuple[str, str]]()
        self._urls = {name: server.url(name) for name in self._free}
        with psycopg.connect(_address(server.url()), autocommit=True) as connection:
            for name in self._free:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template_gapbot".encode())

    def lease(self, seed: str) -> Lease:
        name = next(self._turns)
        url, lock = self._urls[name], self._free[name]
        lock.acquire()
        with psycopg.connect(_address(url), autocommit=True) as connection:
            if (name, seed) not in self._kept:
                self._kept.add((name, seed))
                _empty(connection)
                with _opened(url) as database:
                    self._seeds[seed](database)
                _keep(connection, seed)
            _restore(connection, seed)
        return Lease(url, lock.release)

    def wait_until_given_back(self) -> None:
        for lock in self._free.values():
            lock.acquire()


def _address(url: str) -> str:
    return url.replace("+psycopg", "")


def _keep(connection: psycopg.Connection[tuple[object, ...]], seed: str) -> None:
    statements = [f"CREATE SCHEMA seed_{seed}"]
    statements += [
        f"CREATE TABLE seed_{seed}.{table.name} AS TABLE public.{table.name}" for table in Base.metadata.sorted_tables
    ]
    connection.execute(";".join(statements).encode())
    _empty(connection)


def _restore(connection: psycopg.Connection[tuple[object, ...]], seed: str) -> None:
    _empty(connection)
    statements = []
    for table in Base.metadata.sorted_tables:
        statements.append(f"INSERT INTO public.{table.name} SELECT * FROM seed_{seed}.{table.name}")
        column = table.autoincrement_column
        if column is not None and column.name == "id":
            highest = f"(SELECT coalesce(max({column.name}), 0) + 1 FROM public.{table.name})"
            sequence = f"pg_get_serial_sequence('public.{table.name}', '{column.name}')"
            statements.append(f"SELECT setval({sequence}, {highest}, false)")
    connection.execute(";".join(statements).encode())


def _empty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    # A replica neither runs triggers (the audit's refuses to delete) nor checks references.
    statements = ["SET session_replication_role = replica"]
    statements += [f"DELETE FROM public.{table.name}" for table in Base.metadata.sorted_tables]
    connection.execute(";".join(statements).encode())


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()
