"""List the gaps that a query is about, in their order, with how they moved and what they add up to."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.gap_query import GapQuery, Sort
from domain.keys import gap_key
from domain.money import Money
from domain.people import Actor
from domain.policy import Action, may
from domain.words import GapState
from scoring import Entry, Ranking
from scoring.evidence import GapEvidence
from scoring.metrics import Totals, total
from storage import portfolio, portfolio_changes, request_facts, snapshots
from storage.database import Database
from storage.portfolio import PortfolioRows
from usecases.add_up import Sum, add_up
from usecases.know_people import KnowPeople
from usecases.linked_issues import LinkedIssue, linked_issues
from usecases.matching_requests import Reader, matching_requests, needs_facts
from usecases.rank_gaps import RankGaps

MOVED_SINCE = timedelta(days=7)
"""Movement is told against the last daily ranking that is at least so old."""
_KEPT = 8
MONEY_MODELS = frozenset({"cd3", "raw_arr", "cipf"})
"""Their scores are amounts, so they are for those who may see exact money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedGap:
    """One line: its place in this list (None where an estimate is missing), and its `rank` among all."""

    gap_id: int
    position: int | None
    rank: int | None
    was: int | None
    is_new: bool
    score: float | None
    title: str
    area_key: str | None
    state: GapState
    dri_id: str | None
    arr: Money
    accounts: int
    strategic_accounts: int
    p0_accounts: int
    has_guessed_money: bool
    issues: tuple[LinkedIssue, ...] = ()

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)

    @property
    def needs_estimate(self) -> bool:
        return self.position is None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapList:
    """A page of the list, and how it is to be shown to who asked."""

    gaps: tuple[ListedGap, ...]
    query: GapQuery
    page: int
    pages: int
    total: int
    as_of: date
    model: str
    moved_since: date | None
    shown: Sum
    whole: Sum
    shows_exact_money: bool
    may_estimate: bool
    may_try: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A query's whole answer, before anybody's page or rights: what may be kept as long as nothing changes."""

    rows: PortfolioRows
    ranking: Ranking
    evidence: Mapping[str, GapEvidence]
    places: Mapping[str, int]
    ordered: tuple[tuple[str, Entry | None], ...]
    whole: Sum
    was: Mapping[int, int]
    moved_since: date | None
    day_before: date | None


@dataclass(slots=True)
class _Shelf:
    """The last few listings. A key holds the mark of what has happened, so that an old one is never found."""

    listings: dict[Any, Listing] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Any, make: Callable[[], Listing]) -> Listing:
        with self.lock:
            found = self.listings.pop(key, None)
        found = found or make()
        with self.lock:
            self.listings[key] = found
            while len(self.listings) > _KEPT:
                del self.listings[next(iter(self.listings))]
        return found


@dataclass(frozen=True, slots=True)
class ListGaps:
    """Read, filter, rank, add up; a page turned soon after finds all of that done."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    shelf: _Shelf = field(default_factory=_Shelf)

    def page(self, query: GapQuery, *, by: str, page: int) -> GapList:
        """One page, the first being 0; a page beyond the end is the last one. Raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            listing = self.listing(session, query, actor)
            pages = max(1, -(-len(listing.ordered) // query.size))
            number = min(max(page, 0), pages - 1)
            chosen = listing.ordered[number * query.size : (number + 1) * query.size]
            gaps = self.lines(session, listing, chosen)
        summed = self.sum_of(listing, [gap_id for gap_id, _ in chosen])
        return _shown(listing, gaps, actor, query=query, page=number, pages=pages, summed=summed)

    def everything(self, query: GapQuery, *, by: str) -> GapList:
        """The whole list at once, for a file. Raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            listing = self.listing(session, query, actor)
            gaps = self.lines(session, listing, listing.ordered)
        return _shown(listing, gaps, actor, query=query, page=0, pages=1, summed=listing.whole)

    def listing(self, session: Session, query: GapQuery, actor: Actor) -> Listing:
        """The whole answer to a query, for somebody with these rights."""
        reader = Reader(user_id=actor.user_id, sees_customers=may(actor, Action.SEE_CUSTOMERS))
        asks_for_customers = bool(query.accounts or query.owners)
        mark, _ = portfolio_changes.look(session)
        today = self.rank.now().date()
        before = snapshots.latest_until(session, today - MOVED_SINCE)
        key = (
            str(replace(query, size=1)),
            reader if asks_for_customers else None,
            mark,
            today,
            before.day if before else None,
            self.rank.rates(),
        )
        return self.shelf.get(repr(key), lambda: self._listing(session, query, reader, today=today))

    def _listing(self, session: Session, query: GapQuery, reader: Reader, *, today: date) -> Listing:
        rows = portfolio.read(session)
        model = query.model or self.rank.model
        everything = self.rank.ranking(rows, model=model)
        matched, ranking = rows, everything
        if query.filters:
            facts = request_facts.read(session) if needs_facts(query) else None
            kept = matching_requests(rows, query, facts=facts, reader=reader, today=today)
            matched = replace(rows, requests=kept)
            ranking = self.rank.ranking(matched, model=model)
        evidence = self._evidence(matched, ranking)
        before = snapshots.latest_until(session, today - MOVED_SINCE)
        is_comparable = before is not None and before.model == model
        return Listing(
            rows=matched,
            ranking=ranking,
            evidence=evidence,
            places={entry.gap_id: entry.rank for entry in everything if entry.evidence.cells},
            ordered=tuple(_ordered(ranking, evidence, query.sort)),
            whole=self._sum(matched, ranking, evidence),
            was=snapshots.positions(session, before.day) if before and is_comparable else {},
            moved_since=before.day if before and is_comparable else None,
            day_before=before.day if before else None,
        )

    def _evidence(self, rows: PortfolioRows, ranking: Ranking) -> Mapping[str, GapEvidence]:
        """What is counted for each gap that somebody asks for, also where the model has no place for it."""
        complete = ranking if not ranking.needs_estimate else self.rank.ranking(rows, model="composite")
        return {entry.gap_id: entry.evidence for entry in complete if entry.evidence.cells}

    def _sum(self, rows: PortfolioRows, ranking: Ranking, gap_ids: Mapping[str, Any] | Sequence[str]) -> Sum:
        return add_up(rows, rates=self.rank.rates(), ranking=ranking, gap_ids=frozenset(gap_ids))

    def sum_of(self, listing: Listing, gap_ids: Sequence[str]) -> Sum:
        """What some of the gaps add up to, each account and each deal once."""
        return self._sum(listing.rows, listing.ranking, gap_ids)

    def lines(
        self, session: Session, listing: Listing, chosen: Sequence[tuple[str, Entry | None]]
    ) -> tuple[ListedGap, ...]:
        """The chosen part of the list as it is shown."""
        ids = [int(gap_id) for gap_id, _ in chosen]
        issues = linked_issues(session, ids, sees_confidential=False)
        by_id = {row.id: row for row in listing.rows.gaps}
        strangers = [gap_id for gap_id in ids if listing.moved_since and gap_id not in listing.was]
        seen = snapshots.ever_ranked(session, strangers, before=self.rank.now().date()) if strangers else frozenset()
        position = {gap_id: at for at, (gap_id, _) in enumerate(listing.ordered, start=1)}
        return tuple(
            self._line(
                by_id[int(gap_id)],
                listing,
                entry,
                position=position[gap_id] if entry else None,
                is_new=bool(listing.moved_since) and int(gap_id) not in listing.was and int(gap_id) not in seen,
                issues=issues.get(int(gap_id), ()),
            )
            for gap_id, entry in chosen
        )

    def _line(
        self,
        gap: Any,
        listing: Listing,
        entry: Entry | None,
        *,
        position: int | None,
        is_new: bool,
        issues: tuple[LinkedIssue, ...],
    ) -> ListedGap:
        totals = total(listing.evidence[str(gap.id)])
        return ListedGap(
            gap_id=gap.id,
            position=position,
            rank=listing.places.get(str(gap.id)),
            was=listing.was.get(gap.id),
            is_new=is_new,
            score=entry.score if entry else None,
            title=gap.title,
            area_key=gap.area_key,
            state=gap.state,
            dri_id=gap.dri_id,
            arr=Money(minor=totals.gross_arr, currency=self.rank.rates().reporting),
            accounts=totals.accounts,
            strategic_accounts=totals.strategic_accounts,
            p0_accounts=totals.p0_accounts,
            has_guessed_money=totals.imputed_accounts + totals.typed_accounts > 0,
            issues=issues,
        )


def _shown(
    listing: Listing,
    gaps: tuple[ListedGap, ...],
    actor: Actor,
    *,
    query: GapQuery,
    page: int,
    pages: int,
    summed: Sum,
) -> GapList:
    return GapList(
        gaps=gaps,
        query=query,
        page=page,
        pages=pages,
        total=len(listing.ordered),
        as_of=listing.ranking.as_of,
        model=listing.ranking.model,
        moved_since=listing.moved_since,
        shown=summed,
        whole=listing.whole,
        shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
        may_estimate=may(actor, Action.ESTIMATE_GAP),
        may_try=may(actor, Action.TRY_WEIGHTS),
    )


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
