"""Bring a gap's triage card up to date wherever it is."""

from dataclasses import dataclass

from domain.policy import Action, may
from storage import triage
from storage.database import Database
from storage.jobs import enqueue
from storage.triage import QueuedGap
from usecases.intake_job_kinds import SHOW_TRIAGE, GapToTriage
from usecases.know_people import KnowPeople
from usecases.tend_homes import refresh


@dataclass(frozen=True, slots=True)
class ShowTriage:
    """The card is drawn by a job, from the data of the moment it is drawn."""

    database: Database
    people: KnowPeople

    def brief(self, gap_id: int, *, by: str) -> QueuedGap | None:
        """The gap in a few words for anybody who may see gaps; None when there is no such gap, or no such right."""
        with self.database.read() as session:
            if not may(self.people.actor(session, by), Action.SEE_GAP):
                return None
            return next(iter(triage.queue(session, gap_id=gap_id)), None)

    def redraw(self, gap_id: int, *, by: str) -> None:
        """Draw the card again, and the tab of who decided at once: everybody else's follows in a few seconds."""
        with self.database.write() as session:
            refresh(session, by)
            enqueue(session, SHOW_TRIAGE, GapToTriage(gap_id=gap_id), lane=f"triage:{gap_id}")
