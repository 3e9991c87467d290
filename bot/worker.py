"""The worker: claims due jobs, runs them on its threads, keeps their leases, and drains before it stops."""

import queue
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from bot.attempts import Attempts, Backoff, Handler
from bot.job_metrics import JobMetrics
from bot.outage import DATABASE_ERRORS, Outage
from storage.database import Database, patience
from storage.jobs import Clock, JobKind, LostLease, Rate, database_clock, statistics
from storage.jobs.claims import Claim, Claims
from storage.jobs.wakeups import Wakeups

log = structlog.get_logger(__name__)

_MEASURE_EVERY = 15.0
# Pause (seconds) after a claim that got nothing although something was due: another worker is at it.
_AFTER_MISS = 0.05


class Worker:
    """Runs the jobs of the kinds it is given handlers for, beside any number of other workers.

    Times are seconds. `poll` is only the longest time between two looks: a job enqueued in this process or in another
    one wakes the worker at once. `rates` paces the kinds that name a target. `explained`: see `Attempts`.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[JobKind[Any], Handler],
        *,
        registry: CollectorRegistry,
        threads: int = 8,
        lease: float = 60.0,
        poll: float = 5.0,
        rates: Mapping[str, Rate] | None = None,
        backoff: Backoff | None = None,
        explained: tuple[type[Exception], ...] = (),
        clock: Clock = database_clock,
        random: Random | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._poll = poll
        self._random = random or Random()  # noqa: S311  it spreads load and keeps no secret
        self._limits = {kind.name: kind.time_limit for kind in handlers}
        self._metrics = JobMetrics(registry)
        self._claims = Claims(database, kinds=tuple(handlers), rates=rates or {}, lease=lease, clock=clock)
        self._attempts = Attempts(
            database,
            claims=self._claims,
            handlers=handlers,
            rates=rates or {},
            backoff=backoff or Backoff(),
            explained=explained,
            record_for=lease,
            clock=clock,
            random=self._random,
        )
        self._running: dict[Claim, float] = {}
        self._changed = threading.Condition()
        self._claiming = threading.Lock()
        self._wake = threading.Event()
        self._draining = threading.Event()
        self._halted = threading.Event()
        self._given: queue.SimpleQueue[Claim | None] = queue.SimpleQueue()
        self._wakeups = Wakeups(database, self._wake.set)
        self._loop = threading.Thread(target=self._work, name="job-loop", daemon=True)
        # Daemons: a handler that hangs for ever must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._serve, name=f"job-{number}", daemon=True) for number in range(threads)
        ]

    @property
    def alive(self) -> bool:
        """Whether the worker looks for jobs at all, be the database there or not."""
        return self._loop.is_alive()

    def start(self) -> None:
        self._database.on_commit(self._wake.set)
        self._wakeups.start()
        for thread in (*self._threads, self._loop):
            thread.start()
        log.info("jobs.started", threads=len(self._threads), kinds=len(self._limits))

    def stop(self, *, grace: float = 25.0) -> int:
        """Claim nothing more, let running jobs finish for `grace` seconds, and return how many were handed back."""
        self._draining.set()
        with self._claiming:  # a claim that is on its way still counts as running
            pass
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout=grace)
        self._halted.set()
        self._wake.set()
        self._loop.join(timeout=5)
        self._attempts.abandoned.set()
        handed_back = self._hand_back()
        for _ in self._threads:
            self._given.put(None)
        self._wakeups.stop()
        log.info("jobs.stopped", handed_back=handed_back)
        return handed_back

    def _hand_back(self) -> int:
        with self._changed:
            left = list(self._running)
        for claim in left:
            # Already finished after all, or the database is away: then the lease ends by itself.
            with suppress(LostLease, *DATABASE_ERRORS):
                self._claims.postpone(claim, seconds=0)
        return len(left)

    @patience()
    def _serve(self) -> None:
        while (claim := self._given.get()) is not None:
            started = time.perf_counter()
            outcome = self._attempts.run(claim)
            self._metrics.seconds.labels(kind=claim.kind).observe(time.perf_counter() - started)
            self._metrics.attempts.labels(kind=claim.kind, outcome=outcome).inc()
            with self._changed:
                del self._running[claim]
                self._metrics.running.set(len(self._running))
                self._changed.notify_all()
            self._wake.set()

    @patience()
    def _work(self) -> None:
        outage = Outage(what="worker", log=log)
        renewed = measured = float("-inf")
        while not self._halted.is_set():
            self._wake.clear()
            now = time.monotonic()
            try:
                if now - renewed >= self._lease / 4:
                    self._renew(now)
                    renewed = now
                if now - measured >= _MEASURE_EVERY:
                    self._measure()
                    measured = now
                pause = self._claim()
                outage.over()
            except DATABASE_ERRORS as error:
                self._halted.wait(outage.met(error))
            else:
                self._wake.wait(min(pause, self._lease / 4))

    def _claim(self) -> float:
        """Claim what the free threads can run; return how long to wait for the next look, if nothing happens."""
        longest = self._poll * self._random.uniform(0.8, 1.0)
        free = len(self._threads) - len(self._running)
        if not free or self._draining.is_set():
            return longest
        outlook = self._claims.outlook()
        if not outlook.ready:
            return min(longest, outlook.next_in if outlook.next_in is not None else longest)
        with self._claiming:
            if self._draining.is_set():
                return longest
            claimed = self._claims.claim(free)
            self._give(claimed)
        if not claimed:
            self._halted.wait(_AFTER_MISS)
        return 0.0

    def _give(self, claimed: list[Claim]) -> None:
        with self._changed:
            self._running |= dict.fromkeys(claimed, time.monotonic())
            self._metrics.running.set(len(self._running))
        for claim in claimed:
            self._given.put(claim)

    def _renew(self, now: float) -> None:
        """Extend the leases of what we run; a hung attempt's lease is left to end, so that another may start."""
        with self._changed:
            running = dict(self._running)
        hung = {claim for claim, started in running.items() if now - started > self._limits[claim.kind]}
        for claim in hung:
            log.warning("job.hung", job_id=claim.job_id, kind=claim.kind)
        self._claims.renew(running.keys() - hung)

    def _measure(self) -> None:
        with self._database.read() as session:
            self._metrics.show(statistics(session, clock=self._clock))
