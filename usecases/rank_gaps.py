"""Rank the gaps: the same defensible answer for everyone who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

import scoring
from domain.keys import gap_key
from domain.money import ExchangeRates, Money
from domain.people import Actor
from domain.policy import Action, may
from domain.ports import Clock
from domain.words import GapState
from scoring import Currencies, Entry, Portfolio, Ranking, cold_start
from storage import portfolio
from storage.database import Database
from storage.portfolio import PortfolioRows
from usecases.current_rates import Rates
from usecases.know_people import KnowPeople


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
class Place:
    """Where a gap stands, and where it would stand without one request."""

    rank: int
    of: int
    before: int | None


@dataclass(frozen=True, slots=True)
class RankGaps:
    """Read the portfolio, rank it, show a page of it."""

    database: Database
    people: KnowPeople
    rates: Rates
    now: Clock
    weights: tuple[float, float, float, float] = (0.4, 0.2, 0.2, 0.2)

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
        """Where the gap stands now and where it would without one request; None when it is not ranked."""
        rates = self.rates()
        known = _portfolio(portfolio.read(session), rates)
        now = _asked(self._ranked(known, rates))
        if str(gap_id) not in now:
            return None
        before = None
        if without_request is not None:
            rest = tuple(one for one in known.requests if one.id != str(without_request))
            before = _asked(self._ranked(replace(known, requests=rest), rates)).get(str(gap_id))
        return Place(rank=now[str(gap_id)], of=len(now), before=before)

    def ranking(self, rows: PortfolioRows) -> Ranking:
        """Rank what was read, as of today, against the frozen cold-start calibration."""
        rates = self.rates()
        return self._ranked(_portfolio(rows, rates), rates)

    def _ranked(self, known: Portfolio, rates: ExchangeRates) -> Ranking:
        currencies = Currencies(rates.reporting, {**rates.rates, rates.reporting: Fraction(1)})
        calibration = cold_start(currencies, policy=scoring.Policy(weights=self.weights))
        return scoring.rank(known, calibration, as_of=self.now().date(), model="composite")

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
            has_guessed_money=totals.imputed_accounts > 0,
            links=tuple(links.get(gap_id, ())),
        )


def _asked(ranking: Ranking) -> dict[str, int]:
    """The places of the gaps that somebody asks for."""
    return {entry.gap_id: entry.rank for entry in ranking if entry.evidence.cells}


def _sees_money(actor: Actor) -> bool:
    return may(actor, Action.SEE_EXACT_MONEY)


def _portfolio(rows: PortfolioRows, rates: ExchangeRates) -> Portfolio:
    """The rows as the ranking takes them. Unpacked by position: naming each column would take longer than ranking.

    Money in a currency that nobody has a rate for counts as unknown: one account must not spoil the ranking for all.
    """
    currency = rates.reporting
    convertible = frozenset((*rates.known, None))
    return Portfolio(
        accounts=tuple(
            scoring.Account(
                id=str(id_),
                parent=_text(parent),
                arr=arr if arr_currency in convertible else None,
                currency=arr_currency or currency,
                kind=kind,
                strategic=strategic,
                owner=owner,
                segment=segment,
                health=_health(health),
                renewal=renewal,
                verified=verified,
            )
            for (
                id_,
                parent,
                kind,
                strategic,
                verified,
                owner,
                segment,
                health,
                renewal,
                arr,
                arr_currency,
            ) in rows.accounts
        ),
        opportunities=tuple(
            scoring.Opportunity(
                id=str(id_),
                account=str(account),
                kind=kind,
                stage=stage,
                amount=amount if amount_currency in convertible else None,
                currency=amount_currency or currency,
                close=close,
                probability=None if probability is None else Fraction(probability, 100),
            )
            for id_, account, kind, stage, amount, amount_currency, close, probability in rows.opportunities
        ),
        gaps=tuple(
            scoring.Gap(id=str(id_), state=state, merged_into=_text(merged_into))
            for id_, state, merged_into, _title, _area, _dri in rows.gaps
        ),
        requests=tuple(
            scoring.Request(
                id=str(id_),
                gap=str(gap),
                account=str(account),
                priority=priority,
                requester=requester,
                last_confirmed=last_confirmed.date(),
                first_asked=created.date(),
                opportunity=_text(opportunity),
                typed_arr=typed if typed_currency in convertible else None,
                typed_currency=typed_currency or currency,
            )
            for (
                id_,
                gap,
                account,
                opportunity,
                priority,
                requester,
                last_confirmed,
                created,
                typed,
                typed_currency,
            ) in rows.requests
        ),
    )


def _text(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)


def _health(word: str | None) -> scoring.Health | None:
    """The CRM's word where it is one of the three that ranking knows."""
    return scoring.Health(word) if word in _HEALTHS else None


_HEALTHS = frozenset(scoring.Health)
