"""Rank the gaps: the same defensible answer for everyone who asks."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

import scoring
from domain.money import ExchangeRates
from domain.ports import Clock
from scoring import STANDING_ALONE, Calibration, Policy, Ranking, altered
from scoring.bulk.cells import TooLarge
from scoring.live import Order
from storage.portfolio import PortfolioRows
from usecases.calibrations import young
from usecases.current_rates import Rates
from usecases.live_list import Kept, LiveList, Terms, order_of
from usecases.live_portfolio import as_portfolio


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gap stands, and where it would stand without one request."""

    rank: int
    of: int
    before: int | None


@dataclass(frozen=True, slots=True)
class RankGaps:
    """Rank what is stored, by the settings that hold now."""

    rates: Rates
    now: Clock
    weights: tuple[float, float, float, float] = (0.4, 0.2, 0.2, 0.2)
    balance: float = 0.0
    model: str = "composite"
    typed_cap: int | None = None
    """Cents that a typed ARR may count for at most; None leaves it to the calibration."""
    calibrations: Callable[[ExchangeRates, Policy], Calibration] = young
    live: LiveList = field(default_factory=LiveList)

    @property
    def policy(self) -> Policy:
        """The choices of people, as far as they are not frozen with a quarter's figures."""
        return Policy(weights=self.weights, balance=self.balance, typed_cap=self.typed_cap)

    def kept(self, session: Session) -> Kept:
        """The whole list by the usual settings, as of now."""
        return self.live(session, terms=self.terms(), now=self.now)

    def is_ready(self, session: Session) -> bool:
        """Tell whether the list is there and need not be made first."""
        return self.live.is_ready(session, terms=self.terms(), at=self.now())

    def place(self, session: Session, *, gap_id: int, without_request: int | None = None) -> Place | None:
        """Where the gap stands now and where it would without one of its requests; None when it is not ranked."""
        kept = self.kept(session)
        gap = kept.rows.number(str(gap_id))
        rank = None if gap is None else kept.order.place(gap)
        if gap is None or rank is None:
            return None
        before = None if without_request is None else _without(session, kept, without_request, gap=gap).place(gap)
        return Place(rank=rank, of=len(kept.order.asked), before=before)

    def ranks(self, session: Session, gap_ids: Collection[int]) -> dict[int, int]:
        """The places of some gaps; one that is not ranked or that nobody asks for has none."""
        kept = self.kept(session)
        numbers = {gap_id: kept.rows.number(str(gap_id)) for gap_id in gap_ids}
        places = {gap_id: kept.order.place(gap) for gap_id, gap in numbers.items() if gap is not None}
        return {gap_id: place for gap_id, place in places.items() if place is not None}

    def ranking(
        self, rows: PortfolioRows, *, model: str | None = None, settings: Mapping[str, str] | None = None
    ) -> Ranking:
        """Rank what was read, as of today, against the frozen calibration or with some settings tried instead.

        Raises `UnknownModel`, or `InvalidCalibration` for settings that mean nothing.
        """
        terms = self.terms(model=model, settings=settings)
        return scoring.rank(as_portfolio(rows, terms.rates), terms.calibration, as_of=terms.as_of, model=terms.model)

    def terms(self, *, model: str | None = None, settings: Mapping[str, str] | None = None) -> Terms:
        """What is ranked by now: the day, the rates, the calibration; raise `InvalidCalibration` for wrong settings."""
        rates = self.rates()
        calibration = self.calibrations(rates, self.policy)
        return Terms(
            as_of=self.now().date(),
            rates=rates,
            calibration=altered(calibration, settings or {}),
            model=model or self.model,
        )


def _without(session: Session, kept: Kept, request: int, *, gap: int) -> Order:
    """The order without one request of a gap; in some models that concerns every gap."""
    if kept.order.model in STANDING_ALONE:
        at = np.array([gap], dtype=np.int64)
        with suppress(TooLarge):
            return kept.order.instead(kept.rows.only(at, without=request), at=at)
    return order_of(session, kept.rows, terms=kept.terms, where=kept.rows.ids != request)


__all__ = ["Place", "RankGaps"]
