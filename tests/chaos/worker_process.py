"""A worker process of the chaos tests: it leaves a line in a file for each effect, and may be killed at any moment."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from bot.attempts import Backoff
from bot.recurrence import Every
from bot.schedule import Schedule, Scheduler
from bot.worker import Worker
from storage.database import Database
from storage.jobs import Attempt, JobKind, RetryLater

LEASE = 1.0
# Of eleven steps, which fails at its first attempt, and which is told to come back now and then.
FAILS_ONCE, COMES_BACK = 1, 2


@dataclass(frozen=True)
class Step:
    lane: str
    number: int


@dataclass(frozen=True)
class Tick:
    slot: str


STEP = JobKind(name="chaos.step", payload=Step)
STAY = JobKind(name="chaos.stay", payload=Step)
TICK = JobKind(name="chaos.tick", payload=Tick)


@dataclass(frozen=True)
class Effect:
    """One line of the file: what was done, for which lane, by which attempt in which process."""

    lane: str
    what: str
    attempt: int
    process: int = field(default_factory=os.getpid, compare=False)


class Effects:
    """The outside world: whole lines are appended, so a killed process leaves a line or none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, effect: Effect) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, f"{effect.lane} {effect.what} {effect.attempt} {effect.process}\n".encode())
        os.close(file)

    def read(self) -> list[Effect]:
        if not self.path.exists():
            return []
        lines = (line.split() for line in self.path.read_text().splitlines())
        return [Effect(lane, what, int(attempt), int(process)) for lane, what, attempt, process in lines]


@dataclass(frozen=True)
class Orders:
    """What a process is to do. `forgetful` is the mistake that the test must notice: done first, effect later."""

    url: str
    effects: Path
    threads: int = 4
    forgetful: bool = False


class Handlers:
    """Handlers with the faults of real ones: some fail once, some are told to come back."""

    def __init__(self, orders: Orders, database: Database) -> None:
        self._effects = Effects(orders.effects)
        self._forgetful = orders.forgetful
        self._database = database
        self._pause = threading.Event()

    def step(self, attempt: Attempt[Step]) -> None:
        number = attempt.payload.number
        if number % 11 == FAILS_ONCE and attempt.number == 1:
            raise TimeoutError
        if number % 11 == COMES_BACK and time.monotonic_ns() % 2:
            raise RetryLater(0.1)
        if self._forgetful:
            with self._database.write() as session:
                attempt.complete(session)
            self._pause.wait(0.1)
        self._pause.wait(0.02)
        self._effects.add(Effect(attempt.payload.lane, str(number), attempt.number))
        self._pause.wait(0.015)

    def stay(self, attempt: Attempt[Step]) -> None:
        """Leave an effect, and on the first attempt stay until the test lets go by making a file."""
        self._effects.add(Effect(attempt.payload.lane, str(attempt.payload.number), attempt.number))
        while attempt.number == 1 and not self._effects.path.with_suffix(".go").exists():
            self._pause.wait(0.01)

    def tick(self, attempt: Attempt[Tick]) -> None:
        self._effects.add(Effect("tick", attempt.payload.slot, attempt.number))


def run(orders: Orders) -> None:
    """Work until SIGTERM, then drain."""
    _die_with_the_parent()
    # Blocked for every thread, and waited for: after a stop and a continue, a waiting main thread may miss its handler.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    database = Database(orders.url, pool_size=orders.threads + 4)
    handlers = Handlers(orders, database)
    worker = Worker(
        database,
        {STEP: handlers.step, STAY: handlers.stay, TICK: handlers.tick},
        registry=CollectorRegistry(),
        threads=orders.threads,
        lease=LEASE,
        poll=0.5,
        backoff=Backoff(first=0.4, cap=0.4),
    )
    seconds = Schedule(
        name="tick", recurrence=Every(period=timedelta(seconds=1)), kind=TICK, payload=lambda slot: Tick(slot.label)
    )
    scheduler = Scheduler(database, lambda: [seconds], every=0.1)
    worker.start()
    scheduler.start()
    signal.sigwait({signal.SIGTERM})
    scheduler.stop()
    worker.stop(grace=5)


def context() -> ForkServerContext:
    """Return the context whose processes are forked from one that has everything imported: they start in 20 ms."""
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([__name__])
    return forking


@contextmanager
def processes(orders: Orders, number: int) -> Iterator[list[ForkServerProcess]]:
    """Run worker processes; whoever replaces one in the list leaves the new one to us."""
    running = [start(orders) for _ in range(number)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.join(10)


def start(orders: Orders) -> ForkServerProcess:
    process = context().Process(target=run, args=(orders,), daemon=True)
    process.start()
    return process


def _die_with_the_parent() -> None:
    if sys.platform == "linux":
        set_death_signal = 1
        library: Any = ctypes.CDLL(None)
        library.prctl(set_death_signal, signal.SIGKILL)
