"""Rank columns by any model, and give the places that the plain ranking gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from scoring.bulk.cells import Cells, condense
from scoring.bulk.columns import Columns
from scoring.bulk.costs import cd3_scores, cost_of_delay, monthly_cost
from scoring.bulk.metrics import Measured, measure_all
from scoring.bulk.packing import Ints, in_order
from scoring.bulk.rounding import Floats, Sums
from scoring.bulk.scores import Scored, composite_scores, rank_fusion_scores, raw_arr_scores, rice_scores
from scoring.bulk.shares import cipf_scores
from scoring.calibration import Calibration
from scoring.ranking import MODELS, Unestimated, UnknownModel

_BY_ID = frozenset({"cd3", "cipf", "raw_arr"})
"""Models that break ties by the gap's id alone."""


@dataclass(frozen=True, kw_only=True)
class BulkRanking:
    """Gaps in order, as numbers into `gap_ids`, with the score of each."""

    model: str
    gap_ids: tuple[str, ...]
    order: Sequence[int]
    scores: Sequence[float]
    measured: Measured
    waiting: Sequence[int]
    """Gaps without the effort that the model divides by, by their cost of delay."""
    before_effort: Sequence[float]
    monthly_costs: Sequence[float]

    def __len__(self) -> int:
        return len(self.order)

    @cached_property
    def needs_estimate(self) -> tuple[Unestimated, ...]:
        """Those waiting as the plain ranking has them."""
        return tuple(
            Unestimated(gap_id=self.gap_ids[gap], before_effort=before, monthly_cost=cost)
            for gap, before, cost in zip(self.waiting, self.before_effort, self.monthly_costs, strict=True)
        )


def rank_columns(columns: Columns, calibration: Calibration, *, as_of: date, model: str = "composite") -> BulkRanking:
    """Rank every open gap as of a day.

    Raises `UnknownModel`, `UnknownCurrency`, or `TooLarge` for rows that only the plain ranking takes.
    """
    if model not in MODELS:
        raise UnknownModel(model)
    cells = condense(columns, calibration=calibration, as_of=as_of)
    measured = measure_all(cells, gaps=len(columns.gap_ids), calibration=calibration)
    yearly: Sums | None = None
    if model in {"cd3", "cipf", "rice"}:
        yearly = cost_of_delay(cells, columns=columns, calibration=calibration, as_of=as_of)
    scored = _scored(
        model, cells=cells, measured=measured, yearly=yearly, columns=columns, calibration=calibration, as_of=as_of
    )
    is_scored = columns.is_ranked if scored.is_scored is None else scored.is_scored
    gaps = np.flatnonzero(columns.is_ranked & is_scored)
    order = _ordered(gaps, model=model, scored=scored, measured=measured, cells=cells)
    waiting, before_effort, costs = _waiting(
        np.flatnonzero(columns.is_ranked & ~is_scored), scored=scored, yearly=yearly
    )
    return BulkRanking(
        model=model,
        gap_ids=columns.gap_ids,
        order=order.tolist(),
        scores=scored.scores[order].tolist(),
        measured=measured,
        waiting=waiting.tolist(),
        before_effort=before_effort.tolist(),
        monthly_costs=costs.tolist(),
    )


def _scored(
    model: str,
    *,
    cells: Cells,
    measured: Measured,
    yearly: Sums | None,
    columns: Columns,
    calibration: Calibration,
    as_of: date,
) -> Scored:
    match model:
        case "rank_fusion":
            return rank_fusion_scores(measured, ranked=columns.is_ranked, calibration=calibration)
        case "cd3" if yearly is not None:
            return cd3_scores(yearly, columns=columns)
        case "rice":
            return rice_scores(cells, columns=columns)
        case "raw_arr":
            return raw_arr_scores(cells, gaps=len(columns.gap_ids))
        case "cipf":
            return cipf_scores(cells, columns=columns, calibration=calibration, as_of=as_of)
        case _:
            return composite_scores(measured, calibration=calibration)


def _ordered(gaps: Ints, *, model: str, scored: Scored, measured: Measured, cells: Cells) -> Ints:
    """Sort by key; numbers of gaps are in the order of their ids, so a stable sort breaks ties by id."""
    order = gaps[in_order(scored.keys[gaps])]
    if model in _BY_ID or len(order) < 2:  # noqa: PLR2004
        return order
    keys = scored.keys[order]
    is_same = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.r_[False, is_same] | np.r_[is_same, False])
    mine = order[tied]
    # Among gaps with as many heads the share of P0 is in the order of the P0 heads.
    columns = (measured.money, measured.strategic, measured.heads, measured.p0)
    by = (mine, cells.first_asked[mine], *(-column[mine] for column in reversed(columns)), keys[tied])
    order[tied] = mine[np.lexsort(by)]
    return order


def _waiting(gaps: Ints, *, scored: Scored, yearly: Sums | None) -> tuple[Ints, Floats, Floats]:
    """The gaps from the dearest, what each has before effort, and its cost a month."""
    if yearly is None or scored.before_effort is None:
        return gaps[:0], np.zeros(0), np.zeros(0)
    costs = monthly_cost(yearly)
    order = gaps[in_order(-costs[gaps])]
    return order, scored.before_effort[order], costs[order]
