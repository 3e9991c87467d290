"""The models whose score comes from a gap's metrics or counts: composite, rank fusion, RICE, raw ARR.

Each returns a score for every gap and a key that orders them; equal keys are ordered by `tie`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring import composite, rice
from scoring.bulk.cells import Cells, by_cell
from scoring.bulk.columns import Columns, Flags
from scoring.bulk.metrics import Measured
from scoring.calibration import Calibration
from scoring.rank_fusion import K, bound
from scoring.standing import DIGITS

_DIGITS_KEPT = 60
_ONE = 10**_DIGITS_KEPT
_SLACK = 10**9
"""Each of four parts is cut by less than a unit; two different sums of places differ by far more than this."""
_CENTS = 100
_P0 = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """By gap. The smallest key comes first; `score` is None for a gap without an estimate, if the model wants one."""

    scores: Sequence[float | None]
    keys: Sequence[float | int | Fraction]
    before_effort: Sequence[float] | None = None


def composite_scores(measured: Measured, *, calibration: Calibration) -> Scored:
    """Place each distinct value once: most gaps have no strategic money, and counts repeat."""
    (one, two, three, four), policy = composite.scales(calibration), calibration.policy
    money = _placed(measured.money, units=measured.money_units, scale=one)
    heads = _placed(measured.heads, units=measured.head_units, scale=two)
    strategic = _placed(measured.strategic, units=measured.money_units, scale=three)
    strength = (composite.sub_score(top / bottom, middle=four[0], span=four[1]) for top, bottom in measured.strength)
    scores = [
        composite.points(composite.multipliers(placed, policy=policy))
        for placed in zip(money, heads, strategic, strength, strict=True)
    ]
    return Scored(scores=scores, keys=[-score for score in scores])


def _placed(values: Sequence[int], *, units: int, scale: tuple[float, float]) -> Iterator[float]:
    middle, span = scale
    known = {value: composite.sub_score(value / units, middle=middle, span=span) for value in set(values)}
    return (known[value] for value in values)


def rank_fusion_scores(measured: Measured, *, ranked: Flags, calibration: Calibration) -> Scored:
    """Add places up in integers of 10^-60: as good as fractions for any number of gaps, and much quicker."""
    columns = [measured.money, measured.heads, measured.strategic, _wilson(measured)]
    weights = [Fraction(str(weight)) for weight in calibration.policy.weights]
    parts = [_parts(column, ranked=ranked, weight=weight) for column, weight in zip(columns, weights, strict=True)]
    sums = [sum(each) for each in zip(*parts, strict=True)]
    return Scored(
        scores=[_six_decimals(each) for each in sums], keys=[-((each + _SLACK) // (10 * _SLACK)) for each in sums]
    )


def _wilson(measured: Measured) -> list[int]:
    pairs = list(zip(measured.p0, measured.heads, strict=True))
    known = {
        (p0, heads): bound(heads / measured.head_units, share=p0 / heads) if heads else 0 for p0, heads in set(pairs)
    }
    return [known[pair] for pair in pairs]


def _parts(values: Sequence[int], *, ranked: Flags, weight: Fraction) -> list[int]:
    """Each gap's weight / (K + place), the place counted from the largest and shared in the middle by equals."""
    counts = Counter(value for value, is_ranked in zip(values, ranked.tolist(), strict=True) if is_ranked)
    found: dict[int, int] = {}
    above = 0
    for value, times in sorted(counts.items(), reverse=True):
        twice = 2 * above + times + 1
        found[value] = 2 * weight.numerator * _ONE // (weight.denominator * (2 * K + twice))
        above += times
    return [found.get(value, 0) for value in values]


def _six_decimals(amount: int) -> float:
    """Round half to even, as `round` does with a fraction."""
    step = _ONE // 10**DIGITS
    whole, rest = divmod(amount + _SLACK, step)
    above = rest - _SLACK - step // 2
    is_up = whole % 2 == 1 if abs(above) <= _SLACK else above > 0
    return float((whole + is_up) / 10**DIGITS)


def rice_scores(cells: Cells, *, columns: Columns) -> Scored:
    """Counts repeat, so each pair of them is worked out once."""
    gaps = len(columns.gap_ids)
    families = by_cell(np.ones(len(cells.gap), dtype=np.int64), cells.gap, cells=gaps).tolist()
    p0 = by_cell((cells.severity == _P0).astype(np.int64), cells.gap, cells=gaps).tolist()
    active = columns.active_families
    if active is None:
        active = len(np.unique(columns.accounts.family[columns.accounts.active]))
    pairs = list(zip(families, p0, strict=True))
    products = {pair: rice.banded(families=pair[0], p0=pair[1], active_families=active).product for pair in set(pairs)}
    rows = list(zip((products[pair] for pair in pairs), columns.months, strict=True))
    known = {row: None if row[1] is None else Fraction(row[0]) / row[1] for row in set(rows)}
    order = {
        value: place for place, value in enumerate(sorted({v for v in known.values() if v is not None}, reverse=True))
    }
    found = [known[row] for row in rows]
    return Scored(
        scores=[None if value is None else float(round(value, DIGITS)) for value in found],
        keys=[0 if value is None else order[value] for value in found],
        before_effort=[float(product) for product, _ in rows],
    )


def raw_arr_scores(cells: Cells, *, gaps: int) -> Scored:
    cents = by_cell(np.where(cells.is_known, cells.retention + cells.growth, 0), cells.gap, cells=gaps).tolist()
    return Scored(scores=[each / _CENTS for each in cents], keys=[-each for each in cents])
