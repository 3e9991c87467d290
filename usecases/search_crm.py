"""Ask the CRM itself for an account that the mirror does not have yet, for a form that stays open meanwhile."""

from dataclasses import dataclass

import structlog

from domain.directory import CustomerDirectory, DirectoryError
from domain.policy import Action
from domain.ports import Clock
from storage import searches
from storage.database import Database
from storage.jobs import enqueue
from storage.models import AccountSearch
from storage.models.customers import NAME_LENGTH
from usecases.allowance import Allowance
from usecases.find_accounts import AccountMatch, match
from usecases.job_kinds import SEARCH_CRM, SearchWanted
from usecases.know_people import KnowPeople
from usecases.mirror_pages import Accounts, Counts
from usecases.mirror_rows import silent_account_fields

log = structlog.get_logger(__name__)

MOST_HITS = 20
SEARCHED_AT_ONCE, SEARCHED_PER_SECOND = 10, 0.1
"""Each is a call that the whole organisation pays for."""
AWAY = "Salesforce does not answer right now. Add it as “not in the CRM”: I move the request once Salesforce knows it."


@dataclass(frozen=True, slots=True)
class Question:
    """What a form waits for. Its text is a customer's name, so it is kept in a row and not in a job."""

    view_id: str
    user_id: str
    typed: str
    form: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the CRM has: accounts that are mirrored by now, or the sentence that says why nobody knows."""

    hits: tuple[AccountMatch, ...]
    trouble: str | None = None

    @property
    def chosen(self) -> AccountMatch | None:
        """The only account that can be meant: the only one, or the only one of exactly this name."""
        exact = [one for one in self.hits if one.is_exact]
        for candidates in (exact, self.hits):
            if len(candidates) == 1:
                return candidates[0]
        return None


@dataclass(frozen=True, slots=True)
class SearchCrm:
    """Promise a search, do it, and keep what it finds."""

    database: Database
    people: KnowPeople
    directory: CustomerDirectory
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

    def answer(self, question: Question) -> Answer:
        """Ask the CRM, and mirror what it finds. For jobs only: it waits for the CRM."""
        at = self.now()
        try:
            found = self.directory.search_accounts(prefix=question.typed, limit=MOST_HITS)
            silent = silent_account_fields(self.directory.check().account) if found else frozenset[str]()
        except DirectoryError as trouble:
            log.warning("salesforce.search_failed", reason=type(trouble).__name__)
            return Answer(hits=(), trouble=AWAY)
        if not found:
            return Answer(hits=())
        keep = Accounts(self.directory, silent).prepared(self.database, found, at=at, counts=Counts())
        with self.database.write() as session:
            keep(session)
            kept = searches.accounts_called(session, [one.id for one in found])
            hits = tuple(match(one, typed=question.typed, today=at.date()) for one in kept)
        return Answer(hits=hits)
