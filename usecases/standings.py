"""Keep everybody's place in memory, and follow what changes: one filed request is one gap ranked again.

The list is made anew when the day, the rates or the settings are others, when the CRM was read, when something else
happened than requests coming and going, and in any case after a minute. What the database says decides, so several
processes may each keep their own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

import scoring
from domain.money import ExchangeRates
from scoring import Calibration, Portfolio
from scoring.book import Book, Spot
from scoring.lineage import Lineage, trace
from scoring.ranking import standings
from storage import portfolio, portfolio_changes
from storage.portfolio_changes import Change, Mark
from usecases.live_portfolio import as_portfolio

_Answer = TypeVar("_Answer")
_MADE_ANEW_AFTER = timedelta(minutes=1)
_OF_ONE_GAP = frozenset({"gap.opened", "request.filed", "request.corrected", "request.withdrawn"})
"""What happens to one gap only. After anything else the list is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a list was ranked by. A list by other terms is another list."""

    as_of: date
    rates: ExchangeRates
    calibration: Calibration
    model: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gap stands, and where it would stand without one request."""

    rank: int
    of: int
    before: int | None


@dataclass(slots=True)
class _Kept:
    terms: Terms
    made_at: datetime
    mark: Mark
    book: Book
    merges: Lineage

    def members(self, gap_id: int) -> set[int]:
        """The gap with all that are merged into it."""
        return {gap_id, *(int(each) for each in self.merges.below({str(gap_id)}))}


@dataclass(slots=True)
class Standings:
    """The list as of now. Safe for threads: they take turns."""

    _kept: _Kept | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def place(
        self, session: Session, *, terms: Terms, now: datetime, gap_id: int, without_request: int | None
    ) -> Place | None:
        """Where the gap stands now and would stand without one of its requests; None when it is not ranked."""
        with self._lock:
            kept = self._followed(session, terms=terms, now=now)
            rank = kept.book.rank(str(gap_id))
            if rank is None:
                return None
            before = None
            if without_request is not None:
                known = _portfolio_of(session, kept.members(gap_id), terms=terms)
                before = _rank_without(known, str(without_request), gap_id=str(gap_id), kept=kept)
            return Place(rank=rank, of=kept.book.asked, before=before)

    def look(self, session: Session, *, terms: Terms, now: datetime, ask: Callable[[Book], _Answer]) -> _Answer:
        """Ask the list something. Do not keep the list itself: it goes on changing."""
        with self._lock:
            return ask(self._followed(session, terms=terms, now=now).book)

    def _followed(self, session: Session, *, terms: Terms, now: datetime) -> _Kept:
        kept = self._kept
        if kept is None or kept.terms != terms or not timedelta() <= now - kept.made_at < _MADE_ANEW_AFTER:
            return self._made(session, terms=terms, now=now)
        mark, changes = portfolio_changes.look(session, since=kept.mark)
        if mark.mirror != kept.mark.mirror or any(not _is_of_one_gap(each) for each in changes):
            return self._made(session, terms=terms, now=now)
        for gap_id in _touched(session, changes):
            _rank_again(session, gap_id, kept=kept)
        kept.mark = mark
        return kept

    def _made(self, session: Session, *, terms: Terms, now: datetime) -> _Kept:
        """Rank everything. The mark is taken first: what happens meanwhile is looked at once more, and not missed."""
        mark, _ = portfolio_changes.look(session)
        known = as_portfolio(portfolio.read(session), terms.rates)
        self._kept = _Kept(
            terms=terms,
            made_at=now,
            mark=mark,
            book=Book(_spots(known, terms=terms)),
            merges=trace({gap.id: gap.merged_into for gap in known.gaps}),
        )
        return self._kept


def _is_of_one_gap(change: Change) -> bool:
    return change.action in _OF_ONE_GAP


def _touched(session: Session, changes: list[Change]) -> set[int]:
    """The gaps that changes of one gap are about."""
    named: dict[str, set[int]] = {"gap": set(), "request": set()}
    for change in changes:
        kind, _, id_ = change.subject.partition(":")
        named[kind].add(int(id_))
    return named["gap"] | (portfolio_changes.gaps_of_requests(session, named["request"]) if named["request"] else set())


def _rank_again(session: Session, gap_id: int, *, kept: _Kept) -> None:
    root = int(kept.merges.root_of.get(str(gap_id), gap_id))
    known = _portfolio_of(session, kept.members(root), terms=kept.terms)
    spots = _spots(known, terms=kept.terms)
    kept.book.remove(str(root))
    for spot in spots:
        kept.book.put(spot)


def _portfolio_of(session: Session, gap_ids: set[int], *, terms: Terms) -> Portfolio:
    return as_portfolio(portfolio.read(session, gap_ids=gap_ids), terms.rates)


def _rank_without(known: Portfolio, request: str, *, gap_id: str, kept: _Kept) -> int | None:
    rest = replace(known, requests=tuple(one for one in known.requests if one.id != request))
    spots = [spot for spot in _spots(rest, terms=kept.terms) if spot.gap_id == gap_id]
    return kept.book.rank_instead(spots[0]) if spots and spots[0].is_asked else None


def _spots(known: Portfolio, *, terms: Terms) -> list[Spot]:
    found = standings(known, terms.calibration, as_of=terms.as_of, model=terms.model)
    return [Spot.of(standing) for standing in found]


def stands_alone(model: str) -> bool:
    """Whether a gap can be ranked again by itself: in the other models every gap's score depends on all of them."""
    return model in scoring.STANDING_ALONE
