"""Schedules: each slot enqueues one job, however many processes look at the clock."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.outage import DATABASE_ERRORS, Outage
from bot.recurrence import Recurrence, Slot
from storage.database import Database, patience
from storage.jobs import Clock, Job, JobKind, database_clock, enqueue

log = structlog.get_logger(__name__)

P = TypeVar("P")
Fate: TypeAlias = Literal["enqueued", "known", "missed", "broken"]


@dataclass(frozen=True, kw_only=True)
class Schedule(Generic[P]):
    """What to enqueue, when.

    Each slot has the key `name@label`, which is unique, so one process wins. A slot that passed while nothing ran is
    made up for inside `catch_up`, the latest one only, and else skipped. Slots before `since` never were due.
    """

    name: str
    recurrence: Recurrence
    kind: JobKind[P]
    payload: Callable[[Slot], P]
    catch_up: timedelta = timedelta(hours=24)
    since: datetime | None = None
    lane: str | None = None

    def key(self, slot: Slot) -> str:
        return f"{self.name}@{slot.label}"


class Scheduler:
    """A thread that enqueues due slots. `schedules` is asked anew each time, since subscriptions come and go."""

    def __init__(
        self,
        database: Database,
        schedules: Callable[[], Iterable[Schedule[Any]]],
        *,
        every: float = 1.0,
        clock: Clock = database_clock,
    ) -> None:
        self._database = database
        self._schedules = schedules
        self._every = every
        self._clock = clock
        self._settled: dict[str, str] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedules", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def tick(self) -> dict[str, Fate]:
        """Settle the latest slot of each schedule; return what became of those that were not settled before."""
        with self._database.read() as session:
            now = self._clock(session)
        fates: dict[str, Fate] = {}
        for schedule in self._schedules():
            slot = schedule.recurrence.latest(now)
            if self._settled.get(schedule.name) == slot.label or (schedule.since and slot.at < schedule.since):
                continue
            try:
                fates[schedule.name] = self._settle(schedule, slot, now)
            except DATABASE_ERRORS:
                raise
            except Exception as error:  # noqa: BLE001  one broken schedule must not stop the others
                log.error("schedule.broken", schedule=schedule.name, slot=slot.label, error=type(error).__name__)  # noqa: TRY400
                fates[schedule.name] = "broken"
            self._settled[schedule.name] = slot.label
        return fates

    def _settle(self, schedule: Schedule[Any], slot: Slot, now: datetime) -> Fate:
        fields = {"schedule": schedule.name, "slot": slot.label, "late_seconds": round((now - slot.at).total_seconds())}
        if now - slot.at <= schedule.catch_up:
            with self._database.write() as session:
                added = enqueue(
                    session,
                    schedule.kind,
                    schedule.payload(slot),
                    key=schedule.key(slot),
                    lane=schedule.lane,
                    clock=self._clock,
                )
            if added is None:
                return "known"
            log.info("schedule.enqueued", job_id=added, **fields)
            return "enqueued"
        with self._database.read() as session:
            if _was_enqueued(session, schedule.key(slot)):
                return "known"
        log.warning("schedule.missed", **fields)
        return "missed"

    @patience()
    def _run(self) -> None:
        outage = Outage(what="schedules", log=log)
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                self.tick()
                outage.over()
                pause = self._every
            except DATABASE_ERRORS as error:
                pause = max(self._every, outage.met(error))


def _was_enqueued(session: Session, key: str) -> bool:
    return bool(session.scalar(select(exists().where(Job.key == key))))
