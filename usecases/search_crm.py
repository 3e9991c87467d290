"""Ask the CRM itself for an account that the mirror does not have yet, for a form that stays open meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from domain.directory import CustomerDirectory, DirectoryAccount, DirectoryError
from domain.ports import Clock
from storage import rates, searches
from storage.database import Database
from storage.jobs import enqueue
from usecases.account_searches import Question
from usecases.current_rates import CurrentRates
from usecases.find_accounts import AccountMatch, match
from usecases.job_kinds import KNOW_OWNERS, SlotCame
from usecases.mirror_pages import Counts, Mirrored, both

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
    """Search the CRM and mirror what it finds: accounts, their deals, rates that we lack. For jobs only: it waits."""

    database: Database
    directory: CustomerDirectory
    rates: CurrentRates
    now: Clock

    def answer(self, question: Question) -> Answer:
        """Return the accounts that are mirrored by now, or the sentence that says why nobody knows."""
        at = self.now()
        try:
            found = self.directory.search_accounts(prefix=question.typed, limit=MOST_HITS)
            check = self.directory.check() if found else None
        except DirectoryError as trouble:
            log.warning("salesforce.search_failed", reason=type(trouble).__name__)
            return Answer(hits=(), trouble=AWAY)
        if check is None:
            return Answer(hits=())
        accounts, opportunities = both(self.directory, accounts=check.account, opportunities=check.opportunity)
        keep = accounts.prepared(self.database, found, at=at, counts=Counts())
        with self.database.write() as session:
            keep(session)
            kept = searches.accounts_called(session, [one.id for one in found])
            hits = tuple(match(one, typed=question.typed, today=at.date()) for one in kept)
            enqueue(session, KNOW_OWNERS, SlotCame(), lane="owners")
        try:
            self._complete(found, opportunities, at=at)
        except DirectoryError as trouble:  # the account is better than nothing; the next sync brings the rest
            log.warning("salesforce.search_incomplete", reason=type(trouble).__name__)
        return Answer(hits=hits)

    def _complete(self, found: Sequence[DirectoryAccount], opportunities: Mirrored, *, at: datetime) -> None:
        """Mirror what the next sync would bring some day: deals of before its mark are no change to it."""
        deals = self.directory.opportunities_of([one.id for one in found])
        keep = opportunities.prepared(self.database, deals, at=at, counts=Counts())
        with self.database.write() as session:
            keep(session)
        amounts = [*(one.arr for one in found), *(one.amount for one in deals)]
        known = self.rates()
        if all(amount is None or known.knows(amount.currency) for amount in amounts):
            return
        table = self.directory.currencies()
        if table is not None:
            with self.database.write() as session:
                rates.keep(session, table, at=at)
            self.rates.forget()
