"""Make gaps findable that the hot path has opened: it writes nothing beyond its own rows."""

from dataclasses import dataclass

from storage import gap_index
from storage.database import Database
from storage.jobs import Attempt
from usecases.job_kinds import SlotCame


@dataclass(frozen=True, slots=True)
class TendIndex:
    """Index what is not, a few hundred gaps a transaction, so that nobody waits for it."""

    database: Database

    def __call__(self, _attempt: Attempt[SlotCame]) -> None:
        while self._some():
            pass

    def _some(self) -> bool:
        with self.database.write() as session:
            return gap_index.index_missing(session) > 0
