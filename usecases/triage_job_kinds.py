"""What deciding about gaps promises to do later. Payloads carry ids, never a customer's text."""

from dataclasses import dataclass

from storage.jobs import JobKind
from usecases.job_kinds import THROUGH_AN_OUTAGE


@dataclass(frozen=True, slots=True)
class GapAwoke:
    """A gap that waited for demand has it. `accounts_then` are those that asked when it began to wait."""

    gap_id: int
    accounts_then: int
    user_id: str


TELL_AWAKE = JobKind(name="triage.tell_awake", payload=GapAwoke, target="slack", max_attempts=THROUGH_AN_OUTAGE)
