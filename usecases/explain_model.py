"""Say what a gap's score is made of, in the composite and in the other models, from the rows that it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

import scoring
from domain.gap_query import MODELS
from scoring import METRICS, Explanation, Portfolio, composite
from scoring.breakdown import MONEY_BY_FAMILY, Breakdown, Line, breakdown
from scoring.explanation import Beside, Surroundings, explain_among
from scoring.live import Order
from storage import portfolio
from storage.portfolio import PortfolioRows
from usecases.listings import COMPOSITE, Listing
from usecases.live_portfolio import as_portfolio

MOST_NAMED = 10
MOST_REQUESTS = 5_000
"""Of the families that ask, everywhere: more are not read while somebody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlace:
    """Where another model puts the gap, and what it divides; None is “needs an estimate”."""

    model: str
    rank: int | None
    score: float | None
    before_effort: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWhy:
    """The gap's place in a model and what its score is made of; no `made` where too much would have to be read."""

    model: str
    rank: int | None
    score: float | None
    made: Breakdown | None

    def with_names(self, names: Mapping[int, str]) -> "ModelWhy":
        """The biggest families by their names, and the rest as one line."""
        if self.made is None:
            return self
        lines = sorted(self.made.lines, key=lambda line: (-line.value, line.name))
        shown = [
            replace(line, name=names.get(int(line.name), "An account that is gone")) for line in lines[:MOST_NAMED]
        ]
        rest = [line.value for line in lines[MOST_NAMED:]]
        if rest:
            shown.append(Line(name=f"{len(rest)} more", value=sum(rest[1:], rest[0])))
        return replace(self, made=replace(self.made, lines=tuple(shown)))


def explain_composite(session: Session, listing: Listing, gap: int) -> Explanation:
    """From the gap's own requests, read once more row by row, among what is kept of the others."""
    kept, order, mine = listing.kept, listing.order, listing.requests_of(gap)
    rows = portfolio.read(session, gap_ids={int(one) for one in kept.rows.members(gap)})
    rows = replace(rows, requests=[row for row in rows.requests if row.id in mine])
    own = scoring.rank(as_portfolio(rows, kept.terms.rates), order.calibration, as_of=order.as_of)
    entry = replace(own[order.gap_ids[gap]], rank=int(order.places[gap]))
    return explain_among(
        entry,
        Surroundings(
            model=order.model,
            calibration=order.calibration,
            as_of=order.as_of,
            of=len(order.order),
            places_in_metrics=order.place_in_metrics(gap),
            above=_beside(order, entry.rank - 1),
            below=_beside(order, entry.rank + 1),
        ),
    )


def _beside(order: Order, rank: int) -> Beside | None:
    if not 1 <= rank <= len(order.order):
        return None
    gap = int(order.order[rank - 1])
    factors = composite.factors(order.metrics(gap), calibration=order.calibration)
    return Beside(gap_id=order.gap_ids[gap], rank=rank, score=order.score(gap), factors=factors)


def places_in_models(session: Session, listing: Listing, gap: int) -> tuple[ModelPlace, ...]:
    """The same requests in every other model."""
    if not listing.is_small:
        return ()
    return tuple(_model_place(listing.in_model(session, model), gap) for model in MODELS if model != COMPOSITE)


def _model_place(order: Order, gap: int) -> ModelPlace:
    rank = int(order.places[gap])
    if rank:
        return ModelPlace(model=order.model, rank=rank, score=order.score(gap), before_effort=None)
    gap_id = order.gap_ids[gap]
    waiting = next((one.before_effort for one in order.waiting if one.gap_id == gap_id), None)
    return ModelPlace(model=order.model, rank=None, score=None, before_effort=waiting)


def explain_in_model(session: Session, listing: Listing, order: Order, gap: int) -> ModelWhy:
    """The gap in this order of the listing's requests."""
    rank = int(order.places[gap]) or None
    return ModelWhy(
        model=order.model,
        rank=rank,
        score=order.score(gap) if rank else None,
        made=_made(session, listing, order, gap),
    )


def _made(session: Session, listing: Listing, order: Order, gap: int) -> Breakdown | None:
    gap_id = order.gap_ids[gap]
    if order.model == "rank_fusion":
        fused = order.fused(gap)
        if fused is None:
            return None
        lines = tuple(Line(name=name, value=part) for name, part in zip(METRICS, fused, strict=True))
        return Breakdown(model=order.model, gap_id=gap_id, lines=lines, effort=None, score=order.score(gap))
    known = _known(session, listing, gap, is_everything=order.model in MONEY_BY_FAMILY)
    if known is None:
        return None
    return breakdown(known, order.calibration, as_of=order.as_of, model=order.model, gap_id=gap_id)


def _known(session: Session, listing: Listing, gap: int, *, is_everything: bool) -> Portfolio | None:
    """The gap's own requests, or all of the families that ask for it."""
    rows, kept = listing.kept.rows, listing.kept
    requests = rows.columns.requests
    mine = requests.gap == gap
    if listing.where is not None:
        mine = mine & listing.where
    if is_everything:
        # Nobody is the last one, and has no family.
        family = np.r_[rows.columns.accounts.family, -1][requests.account]
        of_families = np.isin(family, np.unique(family[mine & (requests.account >= 0)]))
        mine = of_families if listing.where is None else of_families & listing.where
    if int(mine.sum()) > MOST_REQUESTS:
        return None
    found = portfolio.requests_now(session, request_ids=rows.ids[mine].tolist(), gap_ids=())
    accounts, deals = portfolio.read_customers(
        session,
        account_ids={row.account_id for row in found},
        deal_ids={row.opportunity_id for row in found if row.opportunity_id is not None},
    )
    gap_ids = {row.gap_id for row in found} | {int(kept.order.gap_ids[one]) for one in np.unique(requests.gap[mine])}
    read = PortfolioRows(
        accounts=accounts, opportunities=deals, gaps=portfolio.read_gaps(session, gap_ids), requests=found
    )
    return replace(as_portfolio(read, kept.terms.rates), active_families=rows.columns.active_families)
