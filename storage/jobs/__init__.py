"""Durable jobs in the bot's own database: what a transaction promised to do later, and is done though we crash.

A job is enqueued *in the caller's transaction*, so it exists exactly if the caller's rows do, and runs at least once:
an effect outside the database needs a marker to look up first (`Attempt.number > 1` says that it may have happened).

Declare a kind once, with ids in its payload, never text of a customer::

    @dataclass(frozen=True)
    class AnnounceRequest:
        request_id: int

    ANNOUNCE = JobKind(name="request.announce", payload=AnnounceRequest, target="slack")

Enqueue, in a use case::

    with database.write() as session:
        ...
        enqueue(session, ANNOUNCE, AnnounceRequest(request_id=7), key="announce:7", lane=channel_id)

`enqueue(session, kind, payload, *, key, delay, lane, clock)` returns the job's id, or None when the key was used before
(keys are remembered until the done job is pruned). `delay` is in seconds. The hot path may run the prebuilt statement:
`session.execute(INSERT_JOB, job_row(ANNOUNCE, payload, key=…, lane=…))`; there a used key is an `IntegrityError`.

Run them: `bot.worker.Worker(database, {ANNOUNCE: handler}, …)`. A handler takes an `Attempt[AnnounceRequest]`:
`attempt.payload`, `attempt.number` (1 = first), `attempt.job_id`, `attempt.key`; `attempt.complete(session)` ends the
job in the handler's own transaction, `attempt.confirm(session)` only makes sure that the job is still ours (both raise
`LostLease`, and nothing of that transaction may be kept). It returns when done, and raises

- `RetryLater(seconds, target=None)`: not now, and no fault of ours; uses no attempt. With a target, nobody calls that
  target before (Retry-After);
- `PermanentFailure("sentence of ours")`: dead letter at once;
- anything else: another attempt with backoff, up to `kind.max_attempts`, then a dead letter. Of such an error only
  its class is stored, never its text: texts of errors carry customer data.

Pace: `take(database, "slack:C1", Rate(per_second=1))` waits its turn over all replicas, or raises `RetryLater`.
`penalise(database, "slack:C1", seconds=30)`. A kind's `target` is paced by the worker itself (`Worker(rates=…)`).

Lanes: jobs of one lane run one at a time in the order of their ids; a waiting or retrying one holds up the younger
ones, a dead one does not. State: `open` (waiting, running or to be retried), `done`, `dead`.

Operate: `dead_letters(session)`, `redrive(session, job_id)`, `redrive_kind(session, name)`,
`discard(session, job_id, reason=…)`, `prune(database, older_than=…)`, `statistics(session)`.
"""

from storage.jobs.clock import Clock, database_clock
from storage.jobs.kinds import Attempt, InvalidPayload, JobKind, LostLease, PermanentFailure, RetryLater
from storage.jobs.models import Job, RateLimit
from storage.jobs.pacing import Rate, penalise, take
from storage.jobs.queue import INSERT_JOB, enqueue, job_row
from storage.jobs.upkeep import (
    DeadLetter,
    QueueStatistics,
    dead_letters,
    discard,
    prune,
    redrive,
    redrive_kind,
    statistics,
)

__all__ = [
    "INSERT_JOB",
    "Attempt",
    "Clock",
    "DeadLetter",
    "InvalidPayload",
    "Job",
    "JobKind",
    "LostLease",
    "PermanentFailure",
    "QueueStatistics",
    "Rate",
    "RateLimit",
    "RetryLater",
    "database_clock",
    "dead_letters",
    "discard",
    "enqueue",
    "job_row",
    "penalise",
    "prune",
    "redrive",
    "redrive_kind",
    "statistics",
    "take",
]
