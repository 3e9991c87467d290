"""The whole answer to a query, made of the list that is kept, and itself kept as long as nothing happens."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from domain.gap_query import GapQuery, Sort
from domain.people import Actor
from domain.policy import Action, may
from scoring import MODELS
from scoring.bulk import Columns
from scoring.bulk.columns import Flags, Ints
from scoring.live import Order, Whole, chosen, ordering, totals
from storage import request_facts, snapshots
from usecases.add_up import Sum, sum_of
from usecases.live_list import Kept, order_of
from usecases.matching_requests import Reader, matching_requests, needs_facts
from usecases.rank_gaps import RankGaps

MOVED_SINCE = timedelta(days=7)
"""Movement is told against the last daily ranking that is at least so old."""
COMPOSITE = "composite"
_KEPT = 8
MOST_READ_WHILE_WAITING = 20_000
"""Requests that are read and ranked while Slack waits for an answer (about a second); more are read by a job."""
MOST_RANKED_WHILE_WAITING = 300_000
"""Requests that are filtered and ranked once more while Slack waits."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A query's whole answer, before anybody's page or rights: what may be kept as long as nothing changes.

    `where` tells which requests the query is about (None: all), and `columns` are these; `listed` are the gaps that
    somebody asks for, in the wished order, of which the first `placed` have a place and the others wait for an
    estimate. Gaps are numbers into `order.gap_ids`.
    """

    kept: Kept
    where: Flags | None
    columns: Columns
    order: Order
    among_all: Order
    listed: Ints
    placed: int
    moved_since: date | None
    others: dict[str, Order] = field(default_factory=dict)

    @cached_property
    def whole(self) -> Sum:
        return self.sum_of(self.listed)

    def sum_of(self, gaps: Ints) -> Sum:
        """What some of the gaps add up to, each account and each deal once."""
        return sum_of(self.columns, gaps, order=self.order)

    def totals(self, gaps: Ints) -> Mapping[int, Whole]:
        """What each of some gaps adds up to by itself."""
        return totals(self.columns, gaps, calibration=self.order.calibration, as_of=self.order.as_of)

    def position(self, gap: int) -> int | None:
        """The gap's place in this list, from 1; None where it is not in it."""
        found = np.flatnonzero(self.listed == gap)
        return int(found[0]) + 1 if len(found) else None

    def requests_of(self, gap: int) -> set[int]:
        """The ids of a gap's requests that the query is about."""
        rows = self.kept.rows
        mine = rows.columns.requests.gap == gap
        return set(rows.ids[mine if self.where is None else mine & self.where].tolist())

    def in_model(self, session: Session, model: str) -> Order:
        """The same requests in another model: worked out when somebody asks why, and kept like the rest."""
        if model not in self.others:
            terms = replace(self.kept.terms, model=model)
            self.others[model] = order_of(session, self.kept.rows, terms=terms, where=self.where)
        return self.others[model]

    @property
    def is_small(self) -> bool:
        """Whether all models are worked out before anybody stops waiting for them."""
        return len(MODELS) * len(self.columns.requests.gap) <= MOST_RANKED_WHILE_WAITING


@dataclass(slots=True)
class Shelf:
    """The last few listings. A key holds the version of the list, so that an old one is never found."""

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
    """Filter, rank and add up what is kept, or find that already done."""

    rank: RankGaps
    shelf: Shelf = field(default_factory=Shelf)

    def __call__(self, session: Session, query: GapQuery, actor: Actor) -> Listing:
        """The whole answer to a query, for somebody with these rights."""
        reader, kept = _reader(actor), self.rank.kept(session)
        since = _since(session, query, kept)
        key = _key(query, reader, kept, since)
        return self.shelf.get(key, lambda: _made(session, query, reader, kept, since))

    def is_quick(self, session: Session, query: GapQuery, actor: Actor) -> bool:
        """Tell whether the answer is there, or is made before anybody stops waiting for it."""
        if not self.rank.is_ready(session):
            return request_facts.count(session) <= MOST_READ_WHILE_WAITING
        kept = self.rank.kept(session)
        is_usual = not query.filters and query.model in {None, kept.terms.model} and query.sort is Sort.RANK
        key = _key(query, _reader(actor), kept, _since(session, query, kept))
        return is_usual or len(kept.rows) <= MOST_RANKED_WHILE_WAITING or key in self.shelf


def _reader(actor: Actor) -> Reader:
    return Reader(user_id=actor.user_id, sees_customers=may(actor, Action.SEE_CUSTOMERS))


def _since(session: Session, query: GapQuery, kept: Kept) -> date | None:
    """The day that movement is told against, if its ranking was made by the same model."""
    before = snapshots.latest_until(session, kept.terms.as_of - MOVED_SINCE)
    return before.day if before and before.model == (query.model or kept.terms.model) else None


def _key(query: GapQuery, reader: Reader, kept: Kept, since: date | None) -> str:
    """What an answer depends on: the same key again is the same answer."""
    asks_for_customers = bool(query.accounts or query.owners)
    return repr((str(replace(query, size=1)), reader if asks_for_customers else None, kept.version, since))


def _made(session: Session, query: GapQuery, reader: Reader, kept: Kept, since: date | None) -> Listing:
    model, terms, columns = query.model or kept.terms.model, kept.terms, kept.rows.columns
    where: Flags | None = None
    among_all = kept.order
    if model != terms.model:
        among_all = order_of(session, kept.rows, terms=replace(terms, model=model))
    order = among_all
    if query.filters:
        facts = request_facts.read(session) if needs_facts(query) else None
        impact = request_facts.with_impact(session, query.impacts) if query.impacts else None
        where = matching_requests(kept, query, facts=facts, of_impact=impact, reader=reader, today=terms.as_of)
        columns = chosen(columns, where)
        order = order_of(session, kept.rows, terms=replace(terms, model=model), where=where)
    placed = order.asked
    return Listing(
        kept=kept,
        where=where,
        columns=columns,
        order=order,
        among_all=among_all,
        listed=np.r_[_sorted(placed, columns, order, query.sort), _waiting(order, kept)],
        placed=len(placed),
        moved_since=since,
    )


def _waiting(order: Order, kept: Kept) -> Ints:
    """Those without an estimate come after all others."""
    numbers = [kept.rows.number(one.gap_id) for one in order.waiting]
    waiting = np.array([one for one in numbers if one is not None], dtype=np.int64)
    return waiting[order.is_asked(waiting)]


def _sorted(gaps: Ints, columns: Columns, order: Order, sort: Sort) -> Ints:
    """The gaps in the wished order; equal ones in that of their places."""
    if sort is Sort.RANK:
        return gaps
    cents, accounts, p0, first = ordering(columns, calibration=order.calibration, as_of=order.as_of)
    by = {Sort.ARR: cents, Sort.ACCOUNTS: accounts, Sort.P0: p0, Sort.NEWEST: first}[sort]
    return gaps[np.argsort(-by[gaps], kind="stable")]
