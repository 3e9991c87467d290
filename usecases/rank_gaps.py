"""Rank the gaps: the same defensible answer for everyone who asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

import scoring
from domain.keys import gap_key
from domain.money import Money
from domain.people import Actor
from domain.policy import Action, may
from domain.ports import Clock
from domain.words import GapState
from scoring import Currencies, Entry, Portfolio, Ranking, altered, cold_start
from scoring.book import Book
from storage import portfolio
from storage.database import Database
from storage.portfolio import PortfolioRows
from usecases.current_rates import Rates
from usecases.know_people import KnowPeople
from usecases.live_portfolio import as_portfolio
from usecases.standings import Place, Standings, Terms, stands_alone


@dataclass(frozen=True, slots=True)
class RankedGap:
    """One line of the list."""

    gap_id: int
    rank: int
    score: float
    title: str
    area_key: str | None
    state: GapState
    arr: Money
    accounts: int
    strategic_accounts: int
    p0_accounts: int
    has_guessed_money: bool
    links: tuple[str, ...]

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class RankedPage:
    """A part of the list, and how it is to be shown to who asked."""

    gaps: tuple[RankedGap, ...]
    page: int
    pages: int
    total: int
    as_of: date
    shows_exact_money: bool


@dataclass(frozen=True, slots=True)
class RankGaps:
    """Read the portfolio, rank it, show a page of it."""

    database: Database
    people: KnowPeople
    rates: Rates
    now: Clock
    weights: tuple[float, float, float, float] = (0.4, 0.2, 0.2, 0.2)
    balance: float = 0.0
    model: str = "composite"
    typed_cap: int | None = None
    """Cents that a typed ARR may count for at most; None leaves it to the calibration."""
    standings: Standings = field(default_factory=Standings)

    def page(self, *, by: str, page: int, size: int) -> RankedPage:
        """One page, the first being 0; a page beyond the end is the last one. Raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            rows = portfolio.read(session)
            ranking = self.ranking(rows)
            # A gap that nobody asks for has no place among those that somebody does.
            asked = [entry for entry in ranking if entry.evidence.cells]
            pages = max(1, -(-len(asked) // size))
            shown_page = min(max(page, 0), pages - 1)
            shown = asked[shown_page * size : (shown_page + 1) * size]
            links = portfolio.links_of(session, [int(entry.gap_id) for entry in shown])
        return RankedPage(
            gaps=self._lines(shown, rows, links),
            page=shown_page,
            pages=pages,
            total=len(asked),
            as_of=ranking.as_of,
            shows_exact_money=_sees_money(actor),
        )

    def place(self, session: Session, *, gap_id: int, without_request: int | None = None) -> Place | None:
        """Where the gap stands now and where it would without one of its requests; None when it is not ranked."""
        terms = self.terms()
        if not stands_alone(self.model):
            return _place_among_all(session, terms=terms, gap_id=gap_id, without_request=without_request)
        return self.standings.place(
            session, terms=terms, now=self.now(), gap_id=gap_id, without_request=without_request
        )

    def ranks(self, session: Session, gap_ids: Collection[int]) -> dict[int, int]:
        """The places of some gaps; one that is not ranked or that nobody asks for has none."""
        terms = self.terms()
        if not stands_alone(self.model):
            known = _asked(_ranked(as_portfolio(portfolio.read(session), terms.rates), terms))
            return {gap_id: known[str(gap_id)] for gap_id in gap_ids if str(gap_id) in known}

        def ask(book: Book) -> dict[int, int]:
            found = {gap_id: book.rank(str(gap_id)) for gap_id in gap_ids}
            return {gap_id: rank for gap_id, rank in found.items() if rank is not None}

        return self.standings.look(session, terms=terms, now=self.now(), ask=ask)

    def ranking(
        self, rows: PortfolioRows, *, model: str | None = None, settings: Mapping[str, str] | None = None
    ) -> Ranking:
        """Rank what was read, as of today, against the frozen calibration or with some settings tried instead.

        Raises `UnknownModel`, or `InvalidCalibration` for settings that mean nothing.
        """
        terms = self.terms(model=model, settings=settings)
        return _ranked(as_portfolio(rows, terms.rates), terms)

    def terms(self, *, model: str | None = None, settings: Mapping[str, str] | None = None) -> Terms:
        """What is ranked by now: the day, the rates, the calibration; raise `InvalidCalibration` for wrong settings."""
        rates = self.rates()
        currencies = Currencies(rates.reporting, {**rates.rates, rates.reporting: Fraction(1)})
        calibration = cold_start(
            currencies, policy=scoring.Policy(weights=self.weights, balance=self.balance, typed_cap=self.typed_cap)
        )
        return Terms(
            as_of=self.now().date(),
            rates=rates,
            calibration=altered(calibration, settings or {}),
            model=model or self.model,
        )

    def _lines(
        self, entries: Sequence[Entry], rows: PortfolioRows, links: dict[int, list[str]]
    ) -> tuple[RankedGap, ...]:
        gaps = {row.id: row for row in rows.gaps}
        return tuple(self._line(entry, gaps[int(entry.gap_id)], links) for entry in entries)

    def _line(self, entry: Entry, gap: Row[Any], links: dict[int, list[str]]) -> RankedGap:
        totals = entry.totals
        gap_id = int(entry.gap_id)
        return RankedGap(
            gap_id=gap_id,
            rank=entry.rank,
            score=entry.score,
            title=gap.title,
            area_key=gap.area_key,
            state=gap.state,
            arr=Money(minor=totals.gross_arr, currency=self.rates().reporting),
            accounts=totals.accounts,
            strategic_accounts=totals.strategic_accounts,
            p0_accounts=totals.p0_accounts,
            has_guessed_money=totals.imputed_accounts + totals.typed_accounts > 0,
            links=tuple(links.get(gap_id, ())),
        )


def _place_among_all(session: Session, *, terms: Terms, gap_id: int, without_request: int | None) -> Place | None:
    """The dear way, for models in which a request moves every gap."""
    known = as_portfolio(portfolio.read(session), terms.rates)
    now = _asked(_ranked(known, terms))
    if str(gap_id) not in now:
        return None
    before = None
    if without_request is not None:
        rest = tuple(one for one in known.requests if one.id != str(without_request))
        before = _asked(_ranked(replace(known, requests=rest), terms)).get(str(gap_id))
    return Place(rank=now[str(gap_id)], of=len(now), before=before)


def _ranked(known: Portfolio, terms: Terms) -> Ranking:
    return scoring.rank(known, terms.calibration, as_of=terms.as_of, model=terms.model)


def _asked(ranking: Ranking) -> dict[str, int]:
    """The places of the gaps that somebody asks for."""
    return {entry.gap_id: entry.rank for entry in ranking if entry.evidence.cells}


def _sees_money(actor: Actor) -> bool:
    return may(actor, Action.SEE_EXACT_MONEY)


__all__ = ["Place", "RankGaps", "RankedGap", "RankedPage"]
