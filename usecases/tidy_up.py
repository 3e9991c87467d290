"""Forget what nobody needs any more."""

from dataclasses import dataclass
from datetime import timedelta

from domain.ports import Clock
from storage import inbox, searches
from storage.database import Database
from storage.jobs import Attempt, prune
from usecases.job_kinds import SlotCame

INBOX_KEPT = timedelta(days=30)
"""Longer than anybody repeats a delivery."""
JOBS_KEPT = timedelta(days=30)
SEARCHES_KEPT = timedelta(days=1)
"""A form that has waited for so long is closed."""


@dataclass(frozen=True, slots=True)
class TidyUp:
    """Drop old inbox keys, done jobs and searches nobody waits for; audit rows and dead letters stay."""

    database: Database
    now: Clock

    def __call__(self, _attempt: Attempt[SlotCame]) -> None:
        with self.database.write() as session:
            inbox.forget_before(session, at=self.now(), kept=INBOX_KEPT)
            searches.forget_before(session, self.now() - SEARCHES_KEPT)
        prune(self.database, older_than=JOBS_KEPT)
