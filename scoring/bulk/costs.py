"""Cost of delay for all gaps at once: the floats of `scoring.cd3`, computed in its order."""

from datetime import date
from typing import TypeVar

import numpy as np

from scoring import cd3
from scoring.bulk import urgency
from scoring.bulk.cells import Cells
from scoring.bulk.columns import NOBODY, Columns
from scoring.bulk.money import own_arr
from scoring.bulk.packing import Ints, Runs, grouped, ints, zeros
from scoring.bulk.rounding import Floats, Sums, rounded
from scoring.bulk.scores import Scored
from scoring.calibration import Calibration
from scoring.portfolio import SEVERITY
from scoring.standing import DIGITS

_CENTS, _MONTHS = 100, 12
_PERCENT = ints(cd3.HAZARD_PERCENT[each] for each in sorted(SEVERITY, key=SEVERITY.__getitem__))
_Amount = TypeVar("_Amount", float, Floats)


def cost_of_delay(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> Sums:
    """Cents a month by gap: the plain model's floats, computed in its order."""
    units = _PERCENT[cells.severity] * cells.decay
    loss, of_family = _family_risks(cells, units)
    share = np.divide(units, of_family, out=np.zeros(len(units)), where=of_family != 0)
    urgent = _urgent_retention(cells, columns=columns, calibration=calibration, as_of=as_of)
    yearly = np.where(
        cells.is_known,
        (urgent + cells.growth) * loss * share + cells.lost * (units / cd3.UNITS),
        cells.exposure * loss * share,
    )
    return Sums(yearly, cells.gap, groups=len(columns.gap_ids))


def cd3_scores(yearly: Sums, *, columns: Columns) -> Scored:
    months = [*(float(each) for each in columns.estimates), 1.0]

    def exactly(gap: int) -> float:
        return round(monthly(yearly.exactly(gap)) / months[int(columns.estimate[gap])], DIGITS)

    nearly = monthly(yearly.nearly) / np.array(months)[columns.estimate]
    scores = rounded(nearly, exactly=exactly, error=yearly.error)
    return Scored(scores=scores, is_scored=columns.estimate != NOBODY, keys=-scores, before_effort=monthly_cost(yearly))


def monthly_cost(yearly: Sums) -> Floats:
    """Whole currency a month."""
    return rounded(
        monthly(yearly.nearly),
        exactly=lambda gap: round(monthly(yearly.exactly(gap)), DIGITS),
        error=yearly.error,
    )


def monthly(cents: _Amount) -> _Amount:
    """From cents a year, divided as the plain model does."""
    return cents / _MONTHS / _CENTS


def _family_risks(cells: Cells, units: Ints) -> tuple[Floats, Floats]:
    """For each cell its family's probability of any loss, and the family's sum of hazards."""
    order = grouped(cells.family)
    families = Runs(cells.family[order])
    # Whole numbers far below 2**53: floats hold their sums exactly.
    total = np.bincount(cells.family, weights=units).astype(np.float64)
    loss = np.zeros(len(total))
    loss[families.keys] = 1 - _products((1 - units / cd3.UNITS)[order], families)
    return loss[cells.family], total[cells.family]


def _products(factors: Floats, families: Runs) -> Floats:
    """Multiply each family's factors in their order, as the plain product does: all first ones, all second ones, ..."""
    sizes = families.sizes
    by_size = np.argsort(-sizes)
    rank = zeros(len(sizes))
    rank[by_size] = np.arange(len(sizes))
    # How many families have a first cell, a second, ...: always the largest ones.
    having = len(sizes) - np.cumsum(np.bincount(sizes)) if len(sizes) else sizes
    begins = np.r_[0, np.cumsum(having)]
    place = np.arange(len(factors)) - np.repeat(families.starts, sizes)
    laid = np.ones(len(factors))
    laid[begins[place] + np.repeat(rank, sizes)] = factors
    kept = np.ones(len(sizes))
    for start, count in zip(begins.tolist(), having.tolist(), strict=False):
        kept[:count] *= laid[start : start + count]
    return kept[rank]


def urgent_arr(columns: Columns, *, calibration: Calibration, as_of: date) -> Ints:
    """Each customer's own ARR times its urgency, in quarters of a cent."""
    _, arr = own_arr(columns, currencies=calibration.currencies)
    urgent: Ints = np.where(columns.accounts.customer, np.maximum(arr, 0), 0) * urgency.of_accounts(
        columns, as_of=as_of
    )
    return urgent


def _urgent_retention(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> Floats:
    in_cents: Floats = cells.spans.sums(urgent_arr(columns, calibration=calibration, as_of=as_of)) / urgency.PARTS
    return in_cents
