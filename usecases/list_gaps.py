"""List the gaps that a query is about, in their order, with how they moved and what they add up to."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.gap_query import GapQuery
from domain.keys import gap_key
from domain.money import Money
from domain.people import Actor
from domain.policy import Action, may
from domain.words import GapState
from scoring.live import Whole
from storage import snapshots
from storage.database import Database
from usecases.add_up import Sum
from usecases.know_people import KnowPeople
from usecases.linked_issues import LinkedIssue, linked_issues
from usecases.listings import Listing, Listings

MONEY_MODELS = frozenset({"cd3", "raw_arr", "cipf"})
"""Their scores are amounts, so they are for those who may see exact money."""
_AT_ONCE = 5_000
"""Lines of a whole list that are asked for together."""


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
            pages = max(1, -(-len(listing.listed) // query.size))
            number = min(max(page, 0), pages - 1)
            start = number * query.size
            gaps = self.lines(session, listing, start=start, stop=start + query.size)
        summed = listing.sum_of(listing.listed[start : start + query.size])
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
            gaps = tuple(
                gap
                for start in range(0, len(listing.listed), _AT_ONCE)
                for gap in self.lines(session, listing, start=start, stop=start + _AT_ONCE)
            )
        return _shown(listing, gaps, actor, query=query, page=0, pages=1, summed=listing.whole)

    def lines(self, session: Session, listing: Listing, *, start: int, stop: int) -> tuple[ListedGap, ...]:
        """A part of the list as it is shown."""
        numbers = listing.listed[start:stop]
        ids = [int(listing.order.gap_ids[gap]) for gap in numbers]
        issues = linked_issues(session, ids, sees_confidential=False)
        since = listing.moved_since
        was = snapshots.positions(session, since, gap_ids=ids) if since else {}
        strangers = [gap_id for gap_id in ids if since and gap_id not in was]
        seen = snapshots.ever_ranked(session, strangers, before=listing.order.as_of) if strangers else frozenset()
        totals = listing.totals(numbers)
        return tuple(
            _line(
                listing,
                gap,
                totals[gap],
                position=position if position <= listing.placed else None,
                was=was.get(gap_id),
                is_new=gap_id in strangers and gap_id not in seen,
                issues=issues.get(gap_id, ()),
            )
            for position, (gap, gap_id) in enumerate(zip(numbers.tolist(), ids, strict=True), start=start + 1)
        )


def _line(
    listing: Listing,
    gap: int,
    totals: Whole,
    *,
    position: int | None,
    was: int | None,
    is_new: bool,
    issues: tuple[LinkedIssue, ...],
) -> ListedGap:
    row = listing.kept.gaps[listing.order.gap_ids[gap]]
    return ListedGap(
        gap_id=row.id,
        position=position,
        rank=listing.among_all.place(gap),
        was=was,
        is_new=is_new,
        score=listing.order.score(gap) if position else None,
        title=row.title,
        area_key=row.area_key,
        state=row.state,
        dri_id=row.dri_id,
        arr=Money(minor=totals.gross_arr, currency=listing.order.calibration.currencies.reporting),
        accounts=totals.accounts,
        strategic_accounts=totals.strategic_accounts,
        p0_accounts=totals.p0_accounts,
        has_guessed_money=totals.guessed_accounts > 0,
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
        total=len(listing.listed),
        as_of=listing.order.as_of,
        model=listing.order.model,
        moved_since=listing.moved_since,
        shown=summed,
        whole=listing.whole,
        shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
        may_estimate=may(actor, Action.ESTIMATE_GAP),
        may_try=may(actor, Action.TRY_WEIGHTS),
    )
