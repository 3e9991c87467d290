"""Nothing waits unnoticed: reminders, the weekly list of each lead, and gaps that have the demand they waited for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.ports import Clock
from domain.words import GapState
from domain.working_days import working_days_between
from storage import gap_moves, triage
from storage.database import Database
from storage.jobs import Attempt, enqueue
from storage.models import DemandWait
from storage.triage import QueuedGap
from usecases.intake_job_kinds import SEND_REVIEW, SHOW_TRIAGE, GapToTriage, ReviewDue
from usecases.job_kinds import SlotCame
from usecases.move_gap import Move, move
from usecases.triage_job_kinds import TELL_AWAKE, GapAwoke

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
            for user_id in sorted(self._remind(session, at)):
                due = ReviewDue(user_id=user_id, label=f"{at:%Y-%m-%d}")
                enqueue(session, SEND_REVIEW, due, key=f"review:{user_id}:{at:%Y-%m-%d}")
            for wait in triage.demand_grown(session):
                self._wake(session, wait, at)
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
            return triage.with_health(session, triage.queue(session, dri_id=user_id))

    def began(self) -> datetime:
        """When somebody first did something here: what was due before that is not made up for."""
        with self.database.read() as session:
            return triage.first_trace(session) or self.now()

    def _remind(self, session: Session, at: datetime) -> set[str]:
        """Whoever has a gap that has waited five working days, or ten, and so on, and was not reminded of it since.

        Who waits for an answer is not late. What came due while nobody looked is made up for, once.
        """
        late, known = set(), triage.reminded(session)
        for gap in triage.queue(session):
            turn = self.waited(gap) // PATIENCE_DAYS
            if gap.dri_id and gap.state is not GapState.NEEDS_INFO and turn > known.get(gap.gap_id, 0):
                triage.remind(session, gap_id=gap.gap_id, turn=turn, at=at)
                late.add(gap.dri_id)
        return late

    def _wake(self, session: Session, wait: DemandWait, at: datetime) -> None:
        """Back to the backlog, and its DRI hears why: a card that is only edited is not noticed."""
        move(session, Move(gap_id=wait.gap_id, wanted=GapState.BACKLOG, by=BY_CLOCK, at=at, reason=_GROWN))
        key = f"triage:{wait.gap_id}:awake:{wait.wake_at}"
        enqueue(session, SHOW_TRIAGE, GapToTriage(gap_id=wait.gap_id), key=key)
        gap = gap_moves.now(session, wait.gap_id)
        awoke = GapAwoke(wait.gap_id, wait.accounts_then, (gap.dri_id if gap else None) or wait.set_by)
        enqueue(session, TELL_AWAKE, awoke, key=f"{key}:tell", lane=f"person:{awoke.user_id}")

    def waited(self, gap: QueuedGap) -> int:
        """Working days since the gap was opened."""
        return working_days_between(gap.opened_at.date(), self.now().date())


_GROWN = "the demand it waited for is there"
