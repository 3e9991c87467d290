"""Cost of delay for all gaps at once: the floats of `scoring.cd3`, computed in its order."""

from datetime import date
from typing import TypeVar

import numpy as np

from scoring import cd3
from scoring.bulk.cells import Cells, grouped, own_arr, starts_of
from scoring.bulk.columns import NOBODY, Columns, Ints
from scoring.bulk.rounding import Floats, Sums, rounded
from scoring.bulk.scores import Scored
from scoring.calibration import Calibration
from scoring.portfolio import SEVERITY, Health
from scoring.standing import DIGITS
from scoring.urgency import retention_urgency

_CENTS, _MONTHS = 100, 12
PARTS = 4
"""Urgencies are quarters, so money times urgency is kept in quarters of a cent."""
_PERCENT = np.array([cd3.HAZARD_PERCENT[each] for each in sorted(SEVERITY, key=SEVERITY.__getitem__)], dtype=np.int64)
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
    months = np.array([*(float(each) for each in columns.estimates), 1.0])[columns.estimate]

    def exactly(gap: int) -> float:
        return float(round(monthly(yearly.exactly(gap)) / months[gap], DIGITS))

    scores = rounded(monthly(yearly.nearly) / months, exactly=exactly, error=yearly.error)
    return Scored(scores=scores, is_scored=columns.estimate != NOBODY, keys=-scores, before_effort=monthly_cost(yearly))


def monthly_cost(yearly: Sums) -> Floats:
    """Whole currency a month."""
    return rounded(
        monthly(yearly.nearly),
        exactly=lambda gap: float(round(monthly(yearly.exactly(gap)), DIGITS)),
        error=yearly.error,
    )


def monthly(cents: _Amount) -> _Amount:
    """From cents a year, divided as the plain model does."""
    return cents / _MONTHS / _CENTS


def _family_risks(cells: Cells, units: Ints) -> tuple[Floats, Ints]:
    """For each cell its family's probability of any loss, and the family's sum of hazards."""
    order = grouped(cells.family)
    family, mine = cells.family[order], units[order]
    starts = starts_of(family)
    sizes = np.diff(np.r_[starts, len(family)])
    staying = 1 - mine / cd3.UNITS
    kept = np.ones(len(starts))
    by_size = np.argsort(-sizes, kind="stable")
    descending = -sizes[by_size]
    # The first cell of each family, then the second: the factors meet in the order of the plain product.
    for place in range(int(sizes.max()) if len(sizes) else 0):
        longer = by_size[: np.searchsorted(descending, -place, side="left")]
        kept[longer] *= staying[starts[longer] + place]
    loss, total = np.zeros(len(units)), np.zeros(len(units), dtype=np.int64)
    loss[order] = np.repeat(1 - kept, sizes)
    if len(starts):
        total[order] = np.repeat(np.add.reduceat(mine, starts), sizes)
    return loss, total


def urgent_arr(columns: Columns, *, calibration: Calibration, as_of: date) -> Ints:
    """Each customer's own ARR times its urgency, in quarters of a cent."""
    known, arr = own_arr(columns, currencies=calibration.currencies)
    accounts = columns.accounts
    urgencies: dict[tuple[Health | None, date | None], int] = {}
    quarters = np.zeros(len(arr), dtype=np.int64)
    for place in np.flatnonzero(known & accounts.customer & (arr > 0)).tolist():
        key = (accounts.health[place], accounts.renewal[place])
        if key not in urgencies:
            urgency = retention_urgency(health=key[0], renewal=key[1], as_of=as_of)
            urgencies[key] = int(urgency * PARTS)
        quarters[place] = arr[place] * urgencies[key]
    return quarters


def _urgent_retention(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> Floats:
    purses = urgent_arr(columns, calibration=calibration, as_of=as_of)
    sums = np.r_[0, np.cumsum(purses[columns.accounts.preorder])]
    spans = sums[cells.span_leave] - sums[cells.span_enter]
    found = np.zeros(len(cells.gap), dtype=np.int64)
    starts = starts_of(cells.span_cell)
    if len(starts):
        found[cells.span_cell[starts]] = np.add.reduceat(spans, starts)
    in_cents: Floats = found / PARTS
    return in_cents
