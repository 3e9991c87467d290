"""Turn a page of the ranked list: promised at once, drawn a moment later."""

from dataclasses import dataclass

from domain.policy import Action
from storage.database import Database
from storage.jobs import enqueue
from usecases.job_kinds import TURN_PAGE, PageWanted
from usecases.know_people import KnowPeople


@dataclass(frozen=True, slots=True)
class TurnPage:
    """The list that is on somebody's screen is replaced by a job, since a listener calls nobody but us."""

    database: Database
    people: KnowPeople

    def __call__(self, *, page: int, size: int, by: str, response_url: str) -> None:
        """Promise the page; raise `NotAllowed`."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            wanted = PageWanted(page=page, size=size, user_id=by, response_url=response_url)
            enqueue(session, TURN_PAGE, wanted)
