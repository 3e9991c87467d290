"""What forms want to know from the CRM: a question is kept and promised an answer, and nobody waits for it."""

from dataclasses import dataclass

from domain.policy import Action
from domain.ports import Clock
from storage import searches
from storage.database import Database
from storage.jobs import enqueue
from storage.models import AccountSearch
from storage.models.customers import NAME_LENGTH
from usecases.allowance import Allowance
from usecases.job_kinds import SEARCH_CRM, SearchWanted
from usecases.know_people import KnowPeople

SEARCHED_AT_ONCE, SEARCHED_PER_SECOND = 10, 0.1
"""Each is a call that the whole organisation pays for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a form waits for. Its text is a customer's name, so it is kept in a row and not in a job."""

    view_id: str
    user_id: str
    typed: str
    form: str


@dataclass(frozen=True, slots=True)
class AccountSearches:
    """The questions that are open. It has no way to the CRM, so whoever listens to Slack may hold it."""

    database: Database
    people: KnowPeople
    now: Clock
    allowance: Allowance

    def ask(self, question: Question) -> None:
        """Promise an answer to this form; raise `NotAllowed` or `TooFast`.

        Asked again while the answer is under way, it only remembers what the form shows now.
        """
        search = AccountSearch(
            view_id=question.view_id,
            user_id=question.user_id,
            typed=question.typed[:NAME_LENGTH],
            form=question.form,
            asked_at=self.now(),
        )
        with self.database.write() as session:
            self.people.authorised(session, question.user_id, Action.SEARCH_ACCOUNTS)
            added = searches.ask(session, search)
            if added is not None:
                self.allowance.take(question.user_id)
                enqueue(session, SEARCH_CRM, SearchWanted(search_id=added))

    def forget(self, view_id: str) -> None:
        """The form wants something else by now, or has its answer."""
        with self.database.write() as session:
            searches.forget(session, view_id)

    def waiting(self, search_id: int) -> Question | None:
        """The question, if the form still waits for its answer."""
        with self.database.read() as session:
            found = searches.find(session, search_id)
            if found is None:
                return None
            return Question(view_id=found.view_id, user_id=found.user_id, typed=found.typed, form=found.form)
