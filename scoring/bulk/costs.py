"""Cost of delay for all gaps at once: the floats of `scoring.cd3`, computed in its order."""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scoring import cd3
from scoring.bulk.cells import Cells, own_arr, starts_of
from scoring.bulk.columns import Columns, Ints
from scoring.bulk.scores import Scored
from scoring.calibration import Calibration
from scoring.decay import PPM
from scoring.portfolio import SEVERITY, Health
from scoring.standing import DIGITS
from scoring.urgency import retention_urgency

_CENTS, _MONTHS = 100, 12
PARTS = 4
"""Urgencies are quarters, so money times urgency is kept in quarters of a cent."""
_SEVERITIES = sorted(SEVERITY, key=SEVERITY.__getitem__)


def cost_of_delay(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> list[float]:
    """Cents a month by gap: the plain model's floats, computed in its order."""
    own = _hazards(cells)
    loss, hazards = _family_risks(cells, own)
    share = np.divide(own, hazards, out=np.zeros(len(own)), where=hazards != 0)
    urgent = _urgent_retention(cells, columns=columns, calibration=calibration, as_of=as_of)
    yearly = np.where(
        cells.is_known,
        (urgent + cells.growth) * loss * share + cells.lost * own,
        cells.exposure * loss * share,
    )
    return [total / _MONTHS for total in added(yearly, cells.gap, groups=len(columns.gap_ids))]


def cd3_scores(monthly: Sequence[float], *, columns: Columns) -> Scored:
    scores = [
        None if months is None else round(cost / _CENTS / float(months), DIGITS)
        for cost, months in zip(monthly, columns.months, strict=True)
    ]
    return Scored(
        scores=scores,
        keys=[0.0 if score is None else -score for score in scores],
        before_effort=[round(cost / _CENTS, DIGITS) for cost in monthly],
    )


def _hazards(cells: Cells) -> NDArray[np.float64]:
    """Whole numbers over whole numbers, so that the one division rounds as a fraction's does."""
    bottom = math.lcm(*(each.denominator for each in cd3.HAZARD.values())) * PPM
    tops = [int(cd3.HAZARD[priority] * bottom) // PPM for priority in _SEVERITIES]
    found: NDArray[np.float64] = np.array(tops, dtype=np.int64)[cells.severity] * cells.decay / bottom
    return found


def _family_risks(cells: Cells, own: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each cell its family's probability of any loss and sum of hazards."""
    order = np.argsort(cells.family, kind="stable")
    family, mine = cells.family[order], own[order]
    starts = starts_of(family)
    sizes = np.diff(np.r_[starts, len(family)])
    kept = np.ones(len(starts))
    # The first cell of each family, then the second: the factors meet in the order of the plain product.
    by_size = np.argsort(-sizes, kind="stable")
    for place in range(int(sizes.max()) if len(sizes) else 0):
        longer = by_size[: np.searchsorted(-sizes[by_size], -place, side="left")]
        kept[longer] *= 1 - mine[starts[longer] + place]
    values = mine.tolist()
    ends = (starts + sizes).tolist()
    sums = [math.fsum(values[start:end]) for start, end in zip(starts.tolist(), ends, strict=True)]
    loss, hazards = np.zeros(len(own)), np.zeros(len(own))
    loss[order] = np.repeat(1 - kept, sizes)
    hazards[order] = np.repeat(np.array(sums), sizes)
    return loss, hazards


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


def _urgent_retention(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> NDArray[np.float64]:
    purses = urgent_arr(columns, calibration=calibration, as_of=as_of)
    sums = np.r_[0, np.cumsum(purses[columns.accounts.preorder])]
    spans = sums[cells.span_leave] - sums[cells.span_enter]
    found = np.zeros(len(cells.gap), dtype=np.int64)
    starts = starts_of(cells.span_cell)
    if len(starts):
        found[cells.span_cell[starts]] = np.add.reduceat(spans, starts)
    in_cents: NDArray[np.float64] = found / PARTS
    return in_cents


def added(values: NDArray[np.float64], group: Ints, *, groups: int) -> list[float]:
    """Correctly rounded sums of ascending groups."""
    sums = [0.0] * groups
    starts = starts_of(group)
    plain = values.tolist()
    ends = np.r_[starts[1:], len(plain)].tolist() if len(starts) else []
    for number, start, end in zip(group[starts].tolist(), starts.tolist(), ends, strict=True):
        sums[number] = math.fsum(plain[start:end])
    return sums
