"""Rank columns by any model, and give the places that the plain ranking gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from scoring.bulk.cells import Cells, condense
from scoring.bulk.columns import Columns
from scoring.bulk.costs import cd3_scores, cost_of_delay
from scoring.bulk.metrics import Measured, measure_all
from scoring.bulk.scores import Scored, composite_scores, rank_fusion_scores, raw_arr_scores, rice_scores
from scoring.bulk.shares import cipf_scores
from scoring.calibration import Calibration
from scoring.metrics import Metrics
from scoring.ranking import MODELS, Unestimated, UnknownModel
from scoring.standing import DIGITS

_CENTS = 100
_BY_ID = frozenset({"cd3", "cipf", "raw_arr"})
"""Models that break ties by the gap's id alone."""


@dataclass(frozen=True, kw_only=True)
class BulkRanking:
    """Gaps in order, as numbers into `gap_ids`, with the score of each."""

    model: str
    gap_ids: tuple[str, ...]
    order: Sequence[int]
    scores: Sequence[float]
    needs_estimate: tuple[Unestimated, ...]
    measured: Measured

    def __len__(self) -> int:
        return len(self.order)

    def metrics(self, gap: int) -> Metrics:
        """One gap's metrics as the plain ranking has them."""
        measured = self.measured
        return Metrics(
            impacted_arr=Fraction(measured.money[gap], measured.money_units),
            accounts=Fraction(measured.heads[gap], measured.head_units),
            strategic_arr=Fraction(measured.strategic[gap], measured.money_units),
            p0_strength=Fraction(*measured.strength[gap]),
        )


def rank_columns(columns: Columns, calibration: Calibration, *, as_of: date, model: str = "composite") -> BulkRanking:
    """Rank every open gap as of a day.

    Raises `UnknownModel`, `UnknownCurrency`, or `TooLarge` for rows that only the plain ranking takes.
    """
    if model not in MODELS:
        raise UnknownModel(model)
    cells = condense(columns, calibration=calibration, as_of=as_of)
    measured = measure_all(cells, gaps=len(columns.gap_ids), calibration=calibration)
    monthly: Sequence[float] = ()
    if model in {"cd3", "cipf", "rice"}:
        monthly = cost_of_delay(cells, columns=columns, calibration=calibration, as_of=as_of)
    scored = _scored(
        model, cells=cells, measured=measured, monthly=monthly, columns=columns, calibration=calibration, as_of=as_of
    )
    ranked = [int(gap) for gap in columns.is_ranked.nonzero()[0]]
    order = _ordered(
        [gap for gap in ranked if scored.scores[gap] is not None],
        model=model,
        scored=scored,
        measured=measured,
        cells=cells,
    )
    return BulkRanking(
        model=model,
        gap_ids=columns.gap_ids,
        order=order,
        scores=[scored.scores[gap] or 0.0 for gap in order],
        needs_estimate=_waiting(
            [gap for gap in ranked if scored.scores[gap] is None], scored=scored, monthly=monthly, columns=columns
        ),
        measured=measured,
    )


def _scored(
    model: str,
    *,
    cells: Cells,
    measured: Measured,
    monthly: Sequence[float],
    columns: Columns,
    calibration: Calibration,
    as_of: date,
) -> Scored:
    match model:
        case "rank_fusion":
            return rank_fusion_scores(measured, ranked=columns.is_ranked, calibration=calibration)
        case "cd3":
            return cd3_scores(monthly, columns=columns)
        case "rice":
            return rice_scores(cells, columns=columns)
        case "raw_arr":
            return raw_arr_scores(cells, gaps=len(columns.gap_ids))
        case "cipf":
            return cipf_scores(cells, columns=columns, calibration=calibration, as_of=as_of)
        case _:
            return composite_scores(measured, calibration=calibration)


def _ordered(gaps: list[int], *, model: str, scored: Scored, measured: Measured, cells: Cells) -> list[int]:
    """Sort by key; numbers of gaps are in the order of their ids, so a stable sort breaks ties by id."""
    keys: Any = scored.keys
    gaps.sort(key=lambda gap: keys[gap])
    if model in _BY_ID:
        return gaps
    first = cells.first_asked.tolist()

    def tie(gap: int) -> tuple[Any, ...]:
        return (
            -measured.money[gap],
            -measured.strategic[gap],
            -measured.heads[gap],
            -Fraction(*measured.strength[gap]),
            first[gap],
            gap,
        )

    start = 0
    for end in range(1, len(gaps) + 1):
        if end == len(gaps) or keys[gaps[end]] != keys[gaps[start]]:
            if end - start > 1:
                gaps[start:end] = sorted(gaps[start:end], key=tie)
            start = end
    return gaps


def _waiting(gaps: list[int], *, scored: Scored, monthly: Sequence[float], columns: Columns) -> tuple[Unestimated, ...]:
    waiting = [
        Unestimated(
            gap_id=columns.gap_ids[gap],
            before_effort=(scored.before_effort or monthly)[gap],
            monthly_cost=round(monthly[gap] / _CENTS, DIGITS),
        )
        for gap in gaps
    ]
    return tuple(sorted(waiting, key=lambda gap: (-gap.monthly_cost, gap.gap_id)))
