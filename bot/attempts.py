"""One attempt at a job: run its handler, decide what the result means, and make sure that this is recorded."""

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias

import structlog

from bot.outage import DATABASE_ERRORS
from storage.database import Database
from storage.jobs import (
    Attempt,
    Clock,
    JobKind,
    LostLease,
    PermanentFailure,
    Rate,
    RetryLater,
    penalise,
    take,
)
from storage.jobs.claims import Claim, Claims

log = structlog.get_logger(__name__)

Handler: TypeAlias = Callable[[Attempt[Any]], object]
Outcome: TypeAlias = Literal["done", "retried", "postponed", "dead", "lost"]

_LONGEST_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Seconds before the next attempt: doubled each time up to a cap, and spread so that failures do not march."""

    first: float = 2.0
    cap: float = 600.0

    def seconds(self, *, attempt: int, random: Random) -> float:
        return min(self.cap, self.first * 2.0 ** min(attempt - 1, 30)) * random.uniform(0.5, 1.0)


@dataclass(frozen=True, kw_only=True)
class Ending:
    outcome: Outcome
    seconds: float = 0.0
    error: str = ""
    target: str | None = None
    recorded: bool = False


class Attempts:
    """Runs claims. `explained` are the types of exception whose text is ours and may be stored and logged."""

    def __init__(
        self,
        database: Database,
        *,
        claims: Claims,
        handlers: Mapping[JobKind[Any], Handler],
        rates: Mapping[str, Rate],
        backoff: Backoff,
        explained: tuple[type[Exception], ...],
        record_for: float,
        clock: Clock,
        random: Random,
    ) -> None:
        self._database = database
        self._claims = claims
        self._handlers = {kind.name: (kind, handler) for kind, handler in handlers.items()}
        self._rates = rates
        self._backoff = backoff
        self._explained: tuple[type[Exception], ...] = (PermanentFailure, *explained)
        self._record_for = record_for
        self._clock = clock
        self._random = random
        self.abandoned = threading.Event()

    def run(self, claim: Claim) -> Outcome:
        """Run the job's handler and record how it ended; what a handler raises never gets further than this."""
        kind, handler = self._handlers[claim.kind]
        try:
            ending = self._attempt(kind, handler, claim)
        except RetryLater as later:
            ending = Ending(outcome="postponed", seconds=later.seconds, target=later.target)
        except LostLease:
            ending = Ending(outcome="lost")
        except PermanentFailure as failure:
            ending = Ending(outcome="dead", error=self._describe(failure))
        except (Exception, SystemExit) as error:  # noqa: BLE001  it ends the attempt, not the worker
            ending = self._failed(kind, claim, error)
        return self._record(claim, ending)

    def _attempt(self, kind: JobKind[Any], handler: Handler, claim: Claim) -> Ending:
        if claim.attempts > kind.max_attempts:
            raise PermanentFailure("no attempt lived to its end: each took its worker with it, or outlived its lease")
        attempt: Attempt[Any] = Attempt(
            job_id=claim.job_id,
            kind=kind,
            payload=kind.load(claim.payload),
            number=claim.attempts,
            key=claim.key,
            lane=claim.lane,
            token=claim.token,
            clock=self._clock,
        )
        self._wait_for_turn(kind.target)
        handler(attempt)
        return Ending(outcome="done", recorded=attempt.completed)

    def _wait_for_turn(self, target: str | None) -> None:
        if target is not None and target in self._rates:
            take(self._database, target, self._rates[target], clock=self._clock, sleep=self.abandoned.wait)
        if self.abandoned.is_set():
            raise LostLease  # the worker stopped while we waited, and gave the job to others

    def _failed(self, kind: JobKind[Any], claim: Claim, error: BaseException) -> Ending:
        described = self._describe(error)
        log.warning(
            "job.failed",
            job_id=claim.job_id,
            kind=claim.kind,
            attempt=claim.attempts,
            error=described,
            at=_places(error),
        )
        if claim.attempts >= kind.max_attempts:
            return Ending(outcome="dead", error=described)
        seconds = self._backoff.seconds(attempt=claim.attempts, random=self._random)
        return Ending(outcome="retried", seconds=seconds, error=described)

    def _describe(self, error: BaseException) -> str:
        """Return what may be stored of an error: its class, and its text only where that text is ours."""
        name = type(error).__name__
        return f"{name}: {error}"[:_LONGEST_ERROR] if isinstance(error, self._explained) else name

    def _record(self, claim: Claim, ending: Ending) -> Outcome:
        """Write the ending down, through a short outage too: an unrecorded success is a repeated effect."""
        deadline = time.monotonic() + self._record_for
        pause = 0.05
        while True:
            try:
                self._write(claim, ending)
            except LostLease:
                if not ending.recorded:  # else it was the handler's own transaction that ended the job
                    log.warning("job.lost", job_id=claim.job_id, kind=claim.kind, attempt=claim.attempts)
                    return "lost"
            except DATABASE_ERRORS as error:
                if time.monotonic() > deadline or self.abandoned.wait(pause):
                    log.warning("job.unrecorded", job_id=claim.job_id, kind=claim.kind, error=type(error).__name__)
                    return "lost"
                pause = min(2.0, pause * 2)
                continue
            if ending.outcome == "dead":
                log.error("job.dead", job_id=claim.job_id, kind=claim.kind, error=ending.error)
            return ending.outcome

    def _write(self, claim: Claim, ending: Ending) -> None:
        match ending.outcome:
            case "done":
                self._claims.finish(claim)
            case "dead":
                self._claims.bury(claim, error=ending.error)
            case "retried":
                self._claims.retry(claim, seconds=ending.seconds, error=ending.error)
            case "postponed":
                if ending.target is not None:
                    penalise(self._database, ending.target, seconds=ending.seconds, clock=self._clock)
                self._claims.postpone(claim, seconds=ending.seconds)
            case "lost":
                raise LostLease


def _places(error: BaseException) -> list[str]:
    """Return where an error came from, innermost last, without any text that could hold data."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
