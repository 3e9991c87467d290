"""The whole answer to a query, kept as long as nothing happens: a page turned soon after finds the work done."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from domain.gap_query import GapQuery, Sort
from domain.people import Actor
from domain.policy import Action, may
from scoring import MODELS, Entry, Portfolio, Ranking, rank_all
from scoring.evidence import GapEvidence
from scoring.lineage import trace
from scoring.metrics import Totals
from storage import portfolio, portfolio_changes, request_facts, snapshots
from storage.portfolio import PortfolioRows
from usecases.add_up import Sum, add_up
from usecases.live_portfolio import as_portfolio
from usecases.matching_requests import Reader, matching_requests, needs_facts
from usecases.rank_gaps import RankGaps
from usecases.standings import Terms

MOVED_SINCE = timedelta(days=7)
"""Movement is told against the last daily ranking that is at least so old."""
COMPOSITE = "composite"
_KEPT = 8
MOST_WHILE_WAITING = 8_000
"""Requests that are ranked while Slack waits for an answer (about a second); more are ranked by a job."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A query's whole answer, before anybody's page or rights: what may be kept as long as nothing changes.

    `rows` are everything that was read, `portfolio` what of it the query is about.
    """

    rows: PortfolioRows
    portfolio: Portfolio
    lives_as: Mapping[str, str]
    ranking: Ranking
    evidence: Mapping[str, GapEvidence]
    places: Mapping[str, int]
    ordered: tuple[tuple[str, Entry | None], ...]
    whole: Sum
    was: Mapping[int, int]
    moved_since: date | None

    def sum_of(self, gap_ids: Collection[str]) -> Sum:
        """What some of the gaps add up to, each account and each deal once."""
        return add_up(self.portfolio, lives_as=self.lives_as, ranking=self.ranking, gap_ids=gap_ids)

    @cached_property
    def in_all_models(self) -> Mapping[str, Ranking]:
        """The same requests in every model: worked out when somebody asks why, and kept like the rest."""
        return rank_all(self.portfolio, self.ranking.calibration, as_of=self.ranking.as_of, models=MODELS)

    @property
    def is_small(self) -> bool:
        """Whether all models are worked out before anybody stops waiting for them."""
        return len(self.portfolio.requests) <= MOST_WHILE_WAITING


@dataclass(slots=True)
class Shelf:
    """The last few listings. A key holds the mark of what has happened, so that an old one is never found."""

    listings: dict[str, Listing] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __contains__(self, key: object) -> bool:
        return key in self.listings

    def get(self, key: str, make: Callable[[], Listing]) -> Listing:
        with self.lock:
            found = self.listings.pop(key, None)
        found = found or make()
        with self.lock:
            self.listings[key] = found
            while len(self.listings) > _KEPT:
                del self.listings[next(iter(self.listings))]
        return found


@dataclass(frozen=True, slots=True)
class Listings:
    """Read, filter, rank and add up, or find that already done."""

    rank: RankGaps
    shelf: Shelf = field(default_factory=Shelf)

    def __call__(self, session: Session, query: GapQuery, actor: Actor) -> Listing:
        """The whole answer to a query, for somebody with these rights."""
        reader = _reader(actor)
        today = self.rank.now().date()
        key = self._key(session, query, reader, today=today)
        return self.shelf.get(key, lambda: self._make(session, query, reader, today=today))

    def is_quick(self, session: Session, query: GapQuery, actor: Actor) -> bool:
        """Tell whether the answer is there, or is made before anybody stops waiting for it."""
        key = self._key(session, query, _reader(actor), today=self.rank.now().date())
        return key in self.shelf or request_facts.count(session) <= MOST_WHILE_WAITING

    def _key(self, session: Session, query: GapQuery, reader: Reader, *, today: date) -> str:
        """What an answer depends on: the same key again is the same answer."""
        asks_for_customers = bool(query.accounts or query.owners)
        mark, _ = portfolio_changes.look(session)
        before = snapshots.latest_until(session, today - MOVED_SINCE)
        key = (
            str(replace(query, size=1)),
            reader if asks_for_customers else None,
            mark,
            today,
            before.day if before else None,
            self.rank.rates(),
        )
        return repr(key)

    def _make(self, session: Session, query: GapQuery, reader: Reader, *, today: date) -> Listing:
        rows = portfolio.read(session)
        terms = self.rank.terms(model=query.model)
        everything = as_portfolio(rows, terms.rates)
        all_ranked = _ranked(everything, terms)
        known, ranked = everything, all_ranked
        if query.filters:
            facts = request_facts.read(session) if needs_facts(query) else None
            kept = {str(row.id) for row in matching_requests(rows, query, facts=facts, reader=reader, today=today)}
            known = replace(everything, requests=tuple(one for one in everything.requests if one.id in kept))
            ranked = _ranked(known, terms)
        ranking = ranked[terms.model]
        evidence = {one.gap_id: one.evidence for one in ranked[COMPOSITE] if one.evidence.cells}
        lives_as = trace({gap.id: gap.merged_into for gap in everything.gaps}).root_of
        before = snapshots.latest_until(session, today - MOVED_SINCE)
        is_comparable = before is not None and before.model == terms.model
        return Listing(
            rows=rows,
            portfolio=known,
            lives_as=lives_as,
            ranking=ranking,
            evidence=evidence,
            places={entry.gap_id: entry.rank for entry in all_ranked[terms.model] if entry.evidence.cells},
            ordered=tuple(_ordered(ranking, evidence, query.sort)),
            whole=add_up(known, lives_as=lives_as, ranking=ranking, gap_ids=evidence),
            was=snapshots.positions(session, before.day) if before and is_comparable else {},
            moved_since=before.day if before and is_comparable else None,
        )


def _reader(actor: Actor) -> Reader:
    return Reader(user_id=actor.user_id, sees_customers=may(actor, Action.SEE_CUSTOMERS))


def _ranked(known: Portfolio, terms: Terms) -> Mapping[str, Ranking]:
    """By the model that was asked for, and by the composite, in which no gap waits for an estimate."""
    return rank_all(known, terms.calibration, as_of=terms.as_of, models={terms.model, COMPOSITE})


def _ordered(ranking: Ranking, evidence: Mapping[str, GapEvidence], sort: Sort) -> list[tuple[str, Entry | None]]:
    """The gaps that somebody asks for, in the wished order; those without an estimate come after all others."""
    entries = [entry for entry in ranking if entry.evidence.cells]
    by: Mapping[Sort, Callable[[Totals, GapEvidence], Any]] = {
        Sort.ARR: lambda totals, _: -totals.gross_arr,
        Sort.ACCOUNTS: lambda totals, _: -totals.accounts,
        Sort.P0: lambda totals, _: -totals.p0_accounts,
        Sort.NEWEST: lambda _, found: -(found.first_asked or date.min).toordinal(),
    }
    if sort in by:
        entries.sort(key=lambda entry: (by[sort](entry.totals, entry.evidence), entry.rank))
    placed: list[tuple[str, Entry | None]] = [(entry.gap_id, entry) for entry in entries]
    return placed + [(one.gap_id, None) for one in ranking.needs_estimate if one.gap_id in evidence]
