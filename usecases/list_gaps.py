"""List the gaps that a query is about, in their order, with how they moved and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from domain.gap_query import GapQuery
from domain.keys import gap_key
from domain.money import Money
from domain.people import Actor
from domain.policy import Action, may
from domain.words import GapState
from scoring import Entry
from scoring.metrics import total
from storage import snapshots
from storage.database import Database
from usecases.add_up import Sum
from usecases.know_people import KnowPeople
from usecases.linked_issues import LinkedIssue, linked_issues
from usecases.listings import Listing, Listings

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


@dataclass(frozen=True, slots=True)
class ListGaps:
    """Show a part of a listing to somebody."""

    database: Database
    people: KnowPeople
    listings: Listings

    def page(self, query: GapQuery, *, by: str, page: int) -> GapList:
        """One page, the first being 0; a page beyond the end is the last one. Raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            listing = self.listings(session, query, actor)
            pages = max(1, -(-len(listing.ordered) // query.size))
            number = min(max(page, 0), pages - 1)
            chosen = listing.ordered[number * query.size : (number + 1) * query.size]
            gaps = self.lines(session, listing, chosen)
        summed = listing.sum_of([gap_id for gap_id, _ in chosen])
        return _shown(listing, gaps, actor, query=query, page=number, pages=pages, summed=summed)

    def is_quick(self, query: GapQuery, *, by: str) -> bool:
        """Tell whether a page is there before anybody stops waiting for it. Raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            return self.listings.is_quick(session, query, actor)

    def everything(self, query: GapQuery, *, by: str) -> GapList:
        """The whole list at once, for a file. Raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            listing = self.listings(session, query, actor)
            gaps = self.lines(session, listing, listing.ordered)
        return _shown(listing, gaps, actor, query=query, page=0, pages=1, summed=listing.whole)

    def lines(
        self, session: Session, listing: Listing, chosen: Sequence[tuple[str, Entry | None]]
    ) -> tuple[ListedGap, ...]:
        """The chosen part of the list as it is shown."""
        ids = [int(gap_id) for gap_id, _ in chosen]
        issues = linked_issues(session, ids, sees_confidential=False)
        by_id = {row.id: row for row in listing.rows.gaps}
        strangers = [gap_id for gap_id in ids if listing.moved_since and gap_id not in listing.was]
        seen = snapshots.ever_ranked(session, strangers, before=listing.ranking.as_of) if strangers else frozenset()
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
            arr=Money(minor=totals.gross_arr, currency=listing.ranking.calibration.currencies.reporting),
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
