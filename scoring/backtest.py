"""Replay the past week by week: did a model point at what was really lost afterwards, and how restless was it.

On each day only what was known then is ranked: requests that had been filed, deals as they stood. The outcome is the
money of linked deals, renewals among them, that were lost within the following half year; a deal that several gaps were
blamed for is shared by them. Withdrawals, corrections and closed gaps are not replayed: the rows do not say when.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.words import GapState, OpportunityStage
from scoring.bulk import Columns, rank_columns
from scoring.bulk.cells import TooLarge
from scoring.calibration import Calibration
from scoring.portfolio import Gap, Opportunity, Portfolio, Request
from scoring.ranking import MODELS, rank

WEEK = timedelta(days=7)
TOP = 10
HORIZON = timedelta(days=182)
FLAP_RUNS = 4
"""A gap that comes back within so many runs has flapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How a model did: `ndcg` over the runs that had an outcome (None without any), the rest over all runs."""

    model: str
    runs: int
    judged: int
    ndcg: float | None
    entries_a_week: float
    flaps: int


def backtest(
    portfolio: Portfolio,
    calibration: Calibration,
    *,
    until: date,
    top: int = TOP,
    models: Sequence[str] = tuple(MODELS),
) -> list[Replayed]:
    """Replay every week from the first request up to a day; no requests, no weeks."""
    days = list(_weeks(portfolio, until=until))
    tops: dict[str, list[list[str]]] = {model: [] for model in models}
    quality: dict[str, list[float]] = {model: [] for model in models}
    for day in days:
        known = as_known(portfolio, on=day)
        lost = outcome(portfolio, calibration, after=day)
        is_over = day + HORIZON <= until
        for model, order in _orders(known, calibration, as_of=day, models=models):
            tops[model].append(order[:top])
            if is_over and any(lost.values()):
                quality[model].append(ndcg(order, lost, top=top))
    return [_replayed(model, tops[model], quality[model]) for model in models]


def ndcg(order: Sequence[str], worth: Mapping[str, float], *, top: int = TOP) -> float:
    """Discounted gain of the first places over that of the best order; 1 where there is nothing to gain."""
    best = _gain(sorted(worth.values(), reverse=True)[:top])
    return _gain([worth.get(gap, 0.0) for gap in order[:top]]) / best if best else 1.0


def as_known(portfolio: Portfolio, *, on: date) -> Portfolio:
    """The rows as they were on a day: later requests are not there yet, and what was decided later is still open."""
    return replace(
        portfolio,
        requests=tuple(_then(request, on=on) for request in portfolio.requests if _filed(request) <= on),
        opportunities=tuple(
            _undecided(deal) if _closes_later(deal, on=on) else deal for deal in portfolio.opportunities
        ),
        gaps=tuple(_reopened(gap) for gap in portfolio.gaps),
    )


def outcome(portfolio: Portfolio, calibration: Calibration, *, after: date) -> dict[str, float]:
    """Cents by gap that were lost within the horizon, of deals that had been linked by then."""
    blamed: dict[str, set[str]] = {}
    for request in portfolio.requests:
        if request.opportunity is not None and not request.withdrawn and _filed(request) <= after:
            blamed.setdefault(request.opportunity, set()).add(request.gap)
    lost: dict[str, float] = {}
    for deal in portfolio.opportunities:
        is_lost = deal.stage is OpportunityStage.LOST and deal.amount is not None and deal.id in blamed
        if is_lost and deal.close is not None and after < deal.close <= after + HORIZON:
            cents = max(0, calibration.currencies.cents(deal.amount or 0, currency=deal.currency))
            for gap in blamed[deal.id]:
                lost[gap] = lost.get(gap, 0.0) + cents / len(blamed[deal.id])
    return lost


def entries(tops: Sequence[Sequence[str]]) -> list[int]:
    """How many gaps were new in each list after the first."""
    return [len(set(now) - set(then)) for then, now in itertools.pairwise(tops)]


def flaps(tops: Sequence[Sequence[str]]) -> int:
    """How often a gap came back shortly after it had left."""
    found = 0
    for place in range(2, len(tops)):
        lately = {gap for one in tops[max(0, place - 1 - FLAP_RUNS) : place - 1] for gap in one}
        found += len((set(tops[place]) - set(tops[place - 1])) & lately)
    return found


def _replayed(model: str, tops: Sequence[Sequence[str]], quality: Sequence[float]) -> Replayed:
    came = entries(tops)
    return Replayed(
        model=model,
        runs=len(tops),
        judged=len(quality),
        ndcg=math.fsum(quality) / len(quality) if quality else None,
        entries_a_week=sum(came) / len(came) if came else 0.0,
        flaps=flaps(tops),
    )


def _weeks(portfolio: Portfolio, *, until: date) -> Iterator[date]:
    """Backwards from the last day, so that the last list is today's."""
    first = min((_filed(request) for request in portfolio.requests), default=None)
    if first is None:
        return
    count = max(0, (until - first) // WEEK)
    for back in range(count, -1, -1):
        yield until - back * WEEK


def _orders(
    known: Portfolio, calibration: Calibration, *, as_of: date, models: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    columns = Columns.of(known)
    for model in models:
        try:
            quick = rank_columns(columns, calibration, as_of=as_of, model=model)
            yield model, [quick.gap_ids[gap] for gap in quick.order]
        except TooLarge:
            yield model, [entry.gap_id for entry in rank(known, calibration, as_of=as_of, model=model)]


def _filed(request: Request) -> date:
    return min(request.first_asked or request.last_confirmed, request.last_confirmed)


def _then(request: Request, *, on: date) -> Request:
    """Confirmed later is confirmed on that day at the latest."""
    return replace(request, last_confirmed=min(request.last_confirmed, on))


def _closes_later(deal: Opportunity, *, on: date) -> bool:
    return deal.stage is not OpportunityStage.OPEN and deal.close is not None and deal.close > on


def _undecided(deal: Opportunity) -> Opportunity:
    return replace(deal, stage=OpportunityStage.OPEN)


def _reopened(gap: Gap) -> Gap:
    return gap if gap.state.is_open or gap.merged_into else replace(gap, state=GapState.BACKLOG)


def _gain(values: Sequence[float]) -> float:
    return math.fsum(value / math.log2(place + 2) for place, value in enumerate(values))
