"""Taking due jobs and ending them: leases, fencing tokens, and one job of a lane at a time."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.jobs.clock import Clock, database_clock
from storage.jobs.kinds import JobKind, LostLease
from storage.jobs.models import JOB_TABLE, Job
from storage.jobs.pacing import PATIENCE, Rate, Waits
from storage.jobs.queue import wake_workers
from storage.jobs.selection import Selection, selection


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """A job that is ours until its lease ends; `attempts` counts this one. Two claims are never the same."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    key: str | None
    lane: str | None
    attempts: int
    token: str


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Whether a job can be claimed now, and otherwise the seconds until one may become due (None: none is known)."""

    ready: bool
    next_in: float | None


class Claims:
    """One worker's hold on the queue. A job of a kind or version that this worker does not know stays untouched."""

    def __init__(
        self,
        database: Database,
        *,
        kinds: Collection[JobKind[Any]],
        rates: Mapping[str, Rate],
        lease: float,
        clock: Clock = database_clock,
    ) -> None:
        self._database = database
        self._kinds = tuple(kinds)
        self._targets = {kind.target: rates.get(kind.target, _UNLIMITED) for kind in kinds if kind.target}
        self._waits = Waits(self._targets)
        self._lease = timedelta(seconds=lease)
        self._clock = clock
        self._selections: dict[frozenset[str], Selection] = {}

    def outlook(self) -> Outlook:
        """Look without writing: a worker that only looks wakes nobody."""
        with self._database.read() as session:
            now = self._clock(session)
            chosen, reopens_in = self._selection(session, now)
            ready, next_at = session.connection().execute(chosen.look, {"now": now}).one()
        times = [seconds for seconds in (reopens_in, (next_at - now).total_seconds() if next_at else None) if seconds]
        return Outlook(ready=bool(ready), next_in=min(times, default=None))

    def claim(self, limit: int) -> list[Claim]:
        """Take up to `limit` due jobs, oldest first, at most one of a lane."""
        token = secrets.token_hex(8)
        try:
            with self._database.write() as session:
                now = self._clock(session)
                chosen, _ = self._selection(session, now)
                terms = {"now": now, "lease_end": now + self._lease, "new_token": token, "limit": limit}
                rows = session.connection().execute(chosen.take, terms).all()
        except IntegrityError:
            return []  # another worker took a job of the same lane in this very moment
        return [
            Claim(
                job_id=row.id,
                kind=row.kind,
                payload=row.payload,
                key=row.key,
                lane=row.lane,
                attempts=row.attempts,
                token=token,
            )
            for row in sorted(rows, key=lambda row: int(row.id))
        ]

    def renew(self, claims: Iterable[Claim]) -> set[int]:
        """Extend the leases of these claims; return the ids of the jobs that are ours no longer."""
        held = {claim.job_id: claim.token for claim in claims}
        if not held:
            return set()
        ours = tuple_(Job.id, Job.token).in_(list(held.items()))
        with self._database.write() as session:
            due_at = self._clock(session) + self._lease
            renewed = update(JOB_TABLE).where(ours).values(due_at=due_at).returning(Job.id)
            return set(held) - set(session.connection().execute(renewed).scalars())

    def finish(self, claim: Claim) -> None:
        """Record success. Raises `LostLease`, as the other endings do."""
        with self._database.write() as session:
            self._end(session, claim, state="done", ended_at=self._clock(session), error=None)

    def retry(self, claim: Claim, *, seconds: float, error: str) -> None:
        """Give the job back for another attempt in `seconds`."""
        with self._database.write() as session:
            self._end(session, claim, due_at=self._clock(session) + timedelta(seconds=seconds), error=error)

    def postpone(self, claim: Claim, *, seconds: float) -> None:
        """Give the job back as if this attempt had not been made."""
        with self._database.write() as session:
            due_at = self._clock(session) + timedelta(seconds=seconds)
            self._end(session, claim, due_at=due_at, attempts=Job.attempts - 1)

    def bury(self, claim: Claim, *, error: str) -> None:
        """Make it a dead letter, with the reason."""
        with self._database.write() as session:
            self._end(session, claim, state="dead", ended_at=self._clock(session), error=error)

    def _end(self, session: Session, claim: Claim, **values: Any) -> None:
        mine = update(JOB_TABLE).where(Job.id == claim.job_id, Job.token == claim.token)
        # Others may want the job itself, or the next one of its lane.
        told = (wake_workers(),) if claim.lane is not None or "state" not in values else ()
        ended = mine.values(token=None, **values).returning(Job.id, *told)
        if session.connection().execute(ended).first() is None:
            raise LostLease(f"job {claim.job_id}")

    def _selection(self, session: Session, now: datetime) -> tuple[Selection, float | None]:
        """Return the statements for the kinds whose target can be called soon, and when another target can be."""
        waiting = self._waits(session, now=now)
        reopening = {
            target: wait if self._targets[target] is _UNLIMITED else wait - PATIENCE / 2
            for target, wait in waiting.items()
            if wait >= PATIENCE or self._targets[target] is _UNLIMITED
        }
        closed = frozenset(reopening)
        if closed not in self._selections:
            kinds = [kind for kind in self._kinds if kind.target not in closed]
            self._selections[closed] = selection(kinds, self._kinds)
        return self._selections[closed], min(reopening.values(), default=None)


# Of a target that has no rate, only the closing times that it asked for matter.
_UNLIMITED = Rate(per_second=1e6)
