"""Nothing waits unnoticed: reminders, the weekly list of each lead, and gaps that have the demand they waited for."""

from dataclasses import dataclass

from domain.ports import Clock
from domain.words import GapState
from domain.working_days import working_days_between
from storage import triage
from storage.database import Database
from storage.jobs import Attempt, enqueue
from storage.triage import QueuedGap
from usecases.intake_job_kinds import SEND_REVIEW, SHOW_TRIAGE, GapToTriage, ReviewDue
from usecases.job_kinds import SlotCame
from usecases.move_gap import Move, move

PATIENCE_DAYS = 5
"""Working days without a decision after which the DRI is reminded, and again after as many."""
BY_CLOCK = "gapbot"


@dataclass(frozen=True, slots=True)
class TendQueues:
    """Jobs of the clock."""

    database: Database
    now: Clock

    def look(self, attempt: Attempt[SlotCame]) -> None:
        """Remind of gaps that wait too long, and wake those that have waited for demand."""
        at = self.now()
        with self.database.write() as session:
            for user_id in sorted({gap.dri_id for gap in triage.queue(session) if gap.dri_id and self._is_late(gap)}):
                due = ReviewDue(user_id=user_id, label=f"{at:%Y-%m-%d}")
                enqueue(session, SEND_REVIEW, due, key=f"review:{user_id}:{at:%Y-%m-%d}")
            for wait in triage.demand_grown(session):
                move(session, Move(gap_id=wait.gap_id, wanted=GapState.BACKLOG, by=BY_CLOCK, at=at, reason=_GROWN))
                key = f"triage:{wait.gap_id}:awake:{wait.wake_at}"
                enqueue(session, SHOW_TRIAGE, GapToTriage(gap_id=wait.gap_id), key=key)
            attempt.complete(session)

    def review(self, attempt: Attempt[SlotCame]) -> None:
        """Promise each lead the list of what waits for them."""
        with self.database.write() as session:
            for user_id in triage.leads(session):
                due = ReviewDue(user_id=user_id, label=attempt.payload.slot)
                enqueue(session, SEND_REVIEW, due, key=f"review:{user_id}:{attempt.payload.slot}")
            attempt.complete(session)

    def queue_of(self, user_id: str) -> list[QueuedGap]:
        with self.database.read() as session:
            return triage.queue(session, dri_id=user_id)

    def _is_late(self, gap: QueuedGap) -> bool:
        """Five working days are over, or ten, and so on; who waits for an answer is not late."""
        waited = self.waited(gap)
        return gap.state is not GapState.NEEDS_INFO and waited > 0 and waited % PATIENCE_DAYS == 0

    def waited(self, gap: QueuedGap) -> int:
        """Working days since the gap was opened."""
        return working_days_between(gap.opened_at.date(), self.now().date())


_GROWN = "the demand it waited for is there"
