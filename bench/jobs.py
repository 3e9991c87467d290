"""What durable jobs cost beside the plainest thing that could do the same. Run: `python -m bench.jobs`.

Ratios are the result: absolute figures belong to the machine. Compared ways take turns, so that a slow moment meets all
of them, and medians are shown. Both databases keep each commit on disk here, unlike in the tests. The plain baseline is
one table, one INSERT per transaction, and one thread that takes and ends a row at a time.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select, update

from bot.worker import Worker
from storage.database import Database
from storage.jobs import INSERT_JOB, Attempt, JobKind, enqueue, job_row
from tests.databases import SqliteFiles, postgres_server

JOBS = 1_000
THREADS = 8
PROBES = 50

_PLAIN = Table(
    "plain", MetaData(), Column("id", Integer, primary_key=True), Column("state", String(8)), Column("text", String(80))
)


@dataclass(frozen=True)
class Nothing:
    number: int


NOTHING = JobKind(name="bench.nothing", payload=Nothing)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, SqliteFiles(Path(folder)).fresh(Path(folder)) as database:
        report("SQLite", database)
    with postgres_server(durable=True) as server:
        server.create_template()
        with server.fresh() as database:
            report("PostgreSQL", database)


def report(name: str, database: Database) -> None:
    _PLAIN.create(database.engine)
    plain, typed, hot = _enqueue_rates(database)
    taken, done = _plain_take_rate(database), _drain_rate(database)
    idle_plain, idle_same, idle_other = _latencies(database)
    print(f"{name}: one transaction each")
    print(f"  insert a plain row                 {plain:7.0f}/s")
    print(f"  … and enqueue()                    {typed:7.0f}/s   {typed / plain:5.2f} x")
    print(f"  … and INSERT_JOB                   {hot:7.0f}/s   {hot / plain:5.2f} x")
    print(f"  take and end a plain row, 1 thread {taken:7.0f}/s")
    print(f"  run a no-op job, {THREADS} threads         {done:7.0f}/s   {done / taken:5.2f} x")
    print(f"  idle: commit, then tell a thread   {idle_plain:7.2f} ms")
    print(f"  idle: commit to handler, same door {idle_same:7.2f} ms  {idle_same / idle_plain:5.2f} x")
    print(f"  idle: … another process's door     {idle_other:7.2f} ms  {idle_other / idle_plain:5.2f} x")


def _enqueue_rates(database: Database) -> tuple[float, float, float]:
    row = {"state": "open", "text": "a plain row"}

    def plain() -> None:
        with database.write() as session:
            session.execute(insert(_PLAIN), row)

    def typed() -> None:
        with database.write() as session:
            session.execute(insert(_PLAIN), row)
            enqueue(session, NOTHING, Nothing(1))

    def hot() -> None:
        with database.write() as session:
            session.execute(insert(_PLAIN), row)
            session.execute(INSERT_JOB, job_row(NOTHING, Nothing(1)))

    plain_rate, typed_rate, hot_rate = _rates([plain, typed, hot], JOBS // 2)
    return plain_rate, typed_rate, hot_rate


def _plain_take_rate(database: Database) -> float:
    first = select(func.min(_PLAIN.c.id)).where(_PLAIN.c.state == "open").scalar_subquery()

    def take_and_end() -> None:
        with database.write() as session:
            taken = session.execute(
                update(_PLAIN).where(_PLAIN.c.id == first).values(state="taken").returning(_PLAIN.c.id)
            ).scalar_one()
        with database.write() as session:
            session.execute(update(_PLAIN).where(_PLAIN.c.id == taken).values(state="done"))

    return _rates([take_and_end], JOBS // 2)[0]


def _drain_rate(database: Database) -> float:
    """Run what `_enqueue_rates` left in the queue: one job per call of two of its three ways."""
    finished = threading.Event()
    left = JOBS
    lock = threading.Lock()

    def handler(_attempt: Attempt[Nothing]) -> None:
        nonlocal left
        with lock:
            left -= 1
            if not left:
                finished.set()

    started = time.perf_counter()
    with _working(database, handler):
        finished.wait()
        return JOBS / (time.perf_counter() - started)


def _latencies(database: Database) -> tuple[float, float, float]:
    """Median milliseconds from before the commit to the handler's first line, with nothing else to do."""
    arrived = threading.Event()
    other = Database(database.engine.url.render_as_string(hide_password=False))

    def through(door: Database) -> Callable[[], None]:
        def probe() -> None:
            with door.write() as session:
                enqueue(session, NOTHING, Nothing(1))

        return probe

    def plain() -> None:
        with database.write() as session:
            session.execute(insert(_PLAIN), {"state": "open", "text": "a plain row"})
        threading.Thread(target=arrived.set).start()

    idle_plain = _median_wait(plain, arrived)
    with _working(database, lambda _attempt: arrived.set()):
        time.sleep(0.5)
        same, far = _median_wait(through(database), arrived), _median_wait(through(other), arrived)
    other.dispose()
    return idle_plain, same, far


def _median_wait(act: Callable[[], None], arrived: threading.Event) -> float:
    waits = []
    for _ in range(PROBES):
        arrived.clear()
        started = time.perf_counter()
        act()
        arrived.wait()
        waits.append(time.perf_counter() - started)
        time.sleep(0.02)
    return statistics.median(waits) * 1000


@contextmanager
def _working(database: Database, handler: Callable[[Attempt[Nothing]], object]) -> Iterator[None]:
    worker = Worker(database, {NOTHING: handler}, registry=CollectorRegistry(), threads=THREADS)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def _rates(ways: list[Callable[[], None]], times: int) -> list[float]:
    """Return how often each way could be gone in a second, from the median of its times."""
    took: list[list[float]] = [[] for _ in ways]
    for _ in range(times):
        for way, mine in zip(ways, took, strict=True):
            started = time.perf_counter()
            way()
            mine.append(time.perf_counter() - started)
    return [1 / statistics.median(mine) for mine in took]


if __name__ == "__main__":
    main()
