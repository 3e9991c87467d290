"""Pace towards outside targets, over all replicas: one row per target, and the generic cell rate algorithm."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.database import Database
from storage.jobs.clock import Clock, database_clock
from storage.jobs.kinds import RetryLater
from storage.jobs.models import RateLimit

# A thread may sleep for its slot so long (seconds); who would wait longer gives the thread back instead.
PATIENCE = 1.0

RATE_LIMIT_TABLE = cast("Table", RateLimit.__table__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """`per_second` calls on average, and at most `burst` at once after a pause."""

    per_second: float
    burst: int = 1

    def __post_init__(self) -> None:
        if self.per_second <= 0 or self.burst < 1:
            raise ValueError("a rate allows something")

    @property
    def gap(self) -> timedelta:
        return timedelta(seconds=1 / self.per_second)

    def opens_at(self, limit: RateLimit | Row[*tuple[Any, ...]]) -> datetime:
        """Return when the next call conforms to the rate and to what the target asked for."""
        conforms = limit.free_at - self.gap * (self.burst - 1)
        return max(conforms, limit.closed_until or _EPOCH)

    def after(self, limit: RateLimit, *, now: datetime) -> datetime:
        """Return the limit's `free_at` once its next slot is given away."""
        return max(limit.free_at, now, limit.closed_until or _EPOCH) + self.gap


def take(
    database: Database,
    target: str,
    rate: Rate,
    *,
    clock: Clock = database_clock,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Reserve the target's next slot and sleep until it comes. Raises `RetryLater` if that is `PATIENCE` or more away.

    Sleeping for a slot that is already ours, instead of trying again, is what uses the whole allowance.
    """
    with database.write() as session:
        wait = reserve(session, target, rate, clock=clock)
    if wait > 0:
        sleep(wait)


def reserve(session: Session, target: str, rate: Rate, *, clock: Clock = database_clock) -> float:
    """Reserve the target's next slot and return the seconds until it. Raises `RetryLater`, reserving nothing."""
    limit = _locked(session, target)
    now = clock(session)
    wait = (rate.opens_at(limit) - now).total_seconds()
    if wait >= PATIENCE:
        # Back before the slots that others reserved are used up, or the target would idle.
        raise RetryLater(wait - PATIENCE / 2)
    limit.free_at = rate.after(limit, now=now)
    session.flush()
    return max(wait, 0.0)


def penalise(database: Database, target: str, *, seconds: float, clock: Clock = database_clock) -> None:
    """Leave the target alone for `seconds`, in every replica: it answered with Retry-After."""
    with database.write() as session:
        limit = _locked(session, target)
        until = clock(session) + timedelta(seconds=seconds)
        limit.closed_until = max(until, limit.closed_until or _EPOCH)


class Waits:
    """How long to wait for some targets. Asked at every look for work: its statement is made once."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates
        limits = RATE_LIMIT_TABLE.c
        self._limits = select(limits.target, limits.free_at, limits.closed_until).where(
            limits.target.in_([literal(target) for target in rates])
        )

    def __call__(self, session: Session, *, now: datetime) -> dict[str, float]:
        """Return the seconds to wait for each of the targets that would make a caller wait at all."""
        if not self._rates:
            return {}
        limits = session.connection().execute(self._limits)
        opening = {limit.target: (self._rates[limit.target].opens_at(limit) - now).total_seconds() for limit in limits}
        return {target: wait for target, wait in opening.items() if wait > 0}


def _locked(session: Session, target: str) -> RateLimit:
    row = select(RateLimit).where(RateLimit.target == target).with_for_update()
    limit = session.scalars(row).first()
    if limit is None:
        insert_ = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        new = insert_(RateLimit).values(target=target, free_at=_EPOCH).on_conflict_do_nothing()
        session.execute(new)
        limit = session.scalars(row).one()
    return limit
