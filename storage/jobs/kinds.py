"""What a job is to the code that writes it: a typed kind, its payload, one attempt at it, and how an attempt ends."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.jobs.clock import Clock, database_clock
from storage.jobs.models import JOB_TABLE, Job

P = TypeVar("P")


class RetryLater(Exception):
    """Not a failure: run again in `seconds`. With a `target`, nobody calls that target before then."""

    def __init__(self, seconds: float, *, target: str | None = None) -> None:
        super().__init__(f"again in {seconds:.1f} s")
        self.seconds = seconds
        self.target = target


class PermanentFailure(Exception):
    """No further attempt can help. Its text is stored: a sentence of ours, without customer data."""


class LostLease(Exception):
    """Another worker has the job by now: nothing of this attempt may be kept."""


class InvalidPayload(PermanentFailure):
    """A stored payload does not fit its kind; the text names the fields, never their values."""


@dataclass(frozen=True, kw_only=True)
class JobKind(Generic[P]):
    """A kind of job.

    `payload` is a frozen dataclass of ids and numbers. A new field needs a default and a higher `version`: a replica of
    the release before leaves jobs of a newer version alone, as it does with kinds that it does not know.
    `target` is the outside system it calls, for pacing. `time_limit` (seconds) ends the renewal of a hung
    attempt's lease, so that another one can start.
    """

    name: str
    payload: type[P]
    version: int = 1
    target: str | None = None
    max_attempts: int = 8
    time_limit: float = 600.0

    def dump(self, payload: P) -> dict[str, Any]:
        dumped: dict[str, Any] = self._adapter.dump_python(payload, mode="json")
        return dumped

    def load(self, stored: dict[str, Any]) -> P:
        """Rebuild a payload from its JSON. Raises `InvalidPayload`."""
        try:
            return self._adapter.validate_json(json.dumps(stored), strict=True)
        except ValidationError as invalid:
            fields = sorted({".".join(map(str, error["loc"])) for error in invalid.errors(include_input=False)})
            raise InvalidPayload(f"the payload of {self.name} does not fit: {', '.join(fields)}") from None

    @cached_property
    def _adapter(self) -> TypeAdapter[P]:
        return TypeAdapter(self.payload)


@dataclass(kw_only=True)
class Attempt(Generic[P]):
    """One run of a job, as its handler sees it. `number` counts from 1; from 2 on, an effect may have happened."""

    job_id: int
    kind: JobKind[P]
    payload: P
    number: int
    key: str | None
    lane: str | None
    token: str = field(repr=False)
    clock: Clock = field(default=database_clock, repr=False)
    completed: bool = field(default=False, init=False)

    def confirm(self, session: Session) -> None:
        """Make sure, in the handler's transaction, that the job is still ours. Raises `LostLease`."""
        self._fenced(session, {"token": self.token})

    def complete(self, session: Session) -> None:
        """End the job in the handler's own transaction: its rows and the end are kept together. Raises `LostLease`."""
        now: datetime = self.clock(session)
        self._fenced(session, {"state": "done", "token": None, "error": None, "ended_at": now})
        self.completed = True

    def _fenced(self, session: Session, values: dict[str, Any]) -> None:
        mine = update(JOB_TABLE).where(Job.id == self.job_id, Job.token == self.token)
        if session.connection().execute(mine.values(values)).rowcount != 1:
            raise LostLease(f"job {self.job_id}")
