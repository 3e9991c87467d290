"""Ask the CRM itself for an account that the mirror does not have yet, for a form that stays open meanwhile."""

from dataclasses import dataclass

import structlog

from domain.directory import CustomerDirectory, DirectoryError
from domain.ports import Clock
from storage import searches
from storage.database import Database
from usecases.account_searches import Question
from usecases.find_accounts import AccountMatch, match
from usecases.mirror_pages import Accounts, Counts
from usecases.mirror_rows import silent_account_fields

log = structlog.get_logger(__name__)

MOST_HITS = 20
AWAY = "Salesforce does not answer right now. Add it as “not in the CRM”: I move the request once Salesforce knows it."


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
    """Search the CRM and mirror what it finds. For jobs only: it waits for the CRM."""

    database: Database
    directory: CustomerDirectory
    now: Clock

    def answer(self, question: Question) -> Answer:
        """Return the accounts that are mirrored by now, or the sentence that says why nobody knows."""
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
