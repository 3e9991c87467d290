"""Show another page or form of the ranked list: promised at once, drawn a moment later."""

from dataclasses import dataclass

from domain.gap_query import GapQuery
from domain.policy import Action
from storage.database import Database
from storage.jobs import enqueue
from usecases.job_kinds import SEND_CSV, TURN_PAGE, CsvWanted, PageWanted
from usecases.know_people import KnowPeople


@dataclass(frozen=True, slots=True)
class TurnPage:
    """The list that is on somebody's screen is replaced by a job, since a listener calls nobody but us."""

    database: Database
    people: KnowPeople

    def __call__(self, query: GapQuery, *, page: int, is_table: bool, by: str, response_url: str) -> None:
        """Promise the page; raise `NotAllowed`."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            wanted = PageWanted(
                page=page,
                size=query.size,
                user_id=by,
                response_url=response_url,
                query=str(query),
                is_table=is_table,
            )
            enqueue(session, TURN_PAGE, wanted)

    def send_csv(self, query: GapQuery, *, by: str, key: str | None) -> None:
        """Promise the whole list as a file, once per click; raise `NotAllowed`."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEE_RANKING)
            enqueue(session, SEND_CSV, CsvWanted(user_id=by, query=str(query)), key=key)
