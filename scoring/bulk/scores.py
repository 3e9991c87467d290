"""The models whose score comes from a gap's metrics or counts: composite, rank fusion, RICE, raw ARR.

Each returns a score for every gap and a key that orders them; equal keys are ordered by `tie`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring import composite, rice
from scoring.bulk.cells import Cells
from scoring.bulk.columns import NOBODY, Columns, Flags
from scoring.bulk.metrics import Measured
from scoring.bulk.packing import Ints, Runs, ints, unique, zeros
from scoring.bulk.rounding import Floats, dense, numbered, rounded
from scoring.bulk.wilson import bounds
from scoring.calibration import Calibration, Policy
from scoring.rank_fusion import K
from scoring.standing import DIGITS

_ERROR = 1e-13
"""Relative. Logarithms and powers of different libraries differ by a few units in the last of sixteen digits."""
_CENTS, _P0 = 100, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """By gap. The smallest key comes first; without an estimate a gap is not scored, if the model wants one."""

    scores: Floats
    keys: NDArray[Any]
    is_scored: Flags | None = None
    before_effort: Floats | None = None


def composite_scores(measured: Measured, *, calibration: Calibration) -> Scored:
    """All at once by numpy's functions, and one by one where their last digits could turn the sixth decimal."""
    policy, scales = calibration.policy, composite.scales(calibration)
    lifted = [
        policy.floor + (1 - policy.floor) * (np.log1p(values / middle) / span)
        for values, (middle, span) in zip(measured.approximate(), scales, strict=True)
    ]

    def exactly(gap: int) -> float:
        return composite.score(composite.factors(measured.metrics(gap), calibration=calibration))

    scores = rounded(100 * _mean(lifted, policy=policy), exactly=exactly, error=_ERROR)
    return Scored(scores=scores, keys=-scores)


def _mean(values: Sequence[Floats], *, policy: Policy) -> Floats:
    pairs = list(zip(values, policy.weights, strict=True))
    if policy.balance:
        total: Floats = sum((weight * each**policy.balance for each, weight in pairs), np.zeros(len(values[0])))
        return total ** (1 / policy.balance)
    product = np.ones(len(values[0]))
    for each, weight in pairs:
        product *= each**weight
    return product


def rank_fusion_scores(measured: Measured, *, ranked: Flags, calibration: Calibration) -> Scored:
    """Add up in floats, and in fractions whatever floats cannot tell apart. Gaps that are not ranked take no place."""
    among = np.flatnonzero(ranked)
    columns = (measured.money, measured.heads, measured.strategic, _wilson(measured))
    doubled = [_doubled_places(column[among]) for column in columns]
    weights = calibration.policy.weights
    sums = np.zeros(len(among))
    for weight, places in zip(weights, doubled, strict=True):
        sums += 2 * weight / (2 * K + places)
    exact = _Exact(
        [Fraction(str(weight)) for weight in weights], list(zip(*(each.tolist() for each in doubled), strict=True))
    )
    scores, keys = np.zeros(len(ranked)), zeros(len(ranked))
    scores[among] = rounded(sums, exactly=exact.score, error=_ERROR)
    keys[among] = numbered(sums, exactly=exact.fused, error=_ERROR)
    return Scored(scores=scores, keys=keys)


class _Exact:
    """Fused places as fractions; equal ones are worked out once."""

    def __init__(self, weights: Sequence[Fraction], rows: Sequence[tuple[int, ...]]) -> None:
        self._weights = weights
        self._rows = rows
        self._known: dict[tuple[int, ...], Fraction] = {}

    def fused(self, place: int) -> Fraction:
        row = self._rows[place]
        if row not in self._known:
            parts = (2 * weight / (2 * K + twice) for weight, twice in zip(self._weights, row, strict=True))
            self._known[row] = sum(parts, Fraction(0))
        return self._known[row]

    def score(self, place: int) -> float:
        return float(round(self.fused(place), DIGITS))


def _wilson(measured: Measured) -> Ints:
    """The lower bounds in billionths; the arithmetic of `rank_fusion.bound`, step by step, so that its floats agree."""
    heads, found = measured.heads, zeros(len(measured.heads))
    asked = heads > 0
    found[asked] = bounds(heads[asked] / measured.head_units, share=measured.p0[asked] / heads[asked])
    return found


def _doubled_places(values: Ints) -> Ints:
    """Twice the place from the largest; equals share the middle of theirs."""
    order = np.argsort(-values)
    equal = Runs(values[order])
    found = zeros(len(values))
    found[order] = np.repeat(2 * equal.starts + equal.sizes + 1, equal.sizes)
    return found


def rice_scores(cells: Cells, *, columns: Columns) -> Scored:
    """Counts repeat, and so do estimates: each pair of them is worked out once."""
    gaps = len(columns.gap_ids)
    families = cells.by_gap.sums(cells.severity >= 0, groups=gaps)
    p0 = cells.by_gap.sums(cells.severity == _P0, groups=gaps)
    active = columns.active_families
    if active is None:
        active = len(unique(columns.accounts.family[columns.accounts.active]))
    most = int(families.max(initial=0)) + 1
    pairs, of_pair = np.unique(families * most + p0, return_inverse=True)
    products = [
        rice.banded(families=pair // most, p0=pair % most, active_families=active).product for pair in pairs.tolist()
    ]
    for number, gap in columns.edited:
        suggested = rice.banded(families=int(families[number]), p0=int(p0[number]), active_families=active)
        of_pair[number] = len(products)
        products.append(suggested.edited(gap).product)
    kinds = sorted(set(products))
    kind = ints(kinds.index(product) for product in products)[of_pair]
    rows, of_row = np.unique(kind * (len(columns.estimates) + 1) + columns.estimate + 1, return_inverse=True)
    values = [_rice(row, kinds=kinds, columns=columns) for row in rows.tolist()]
    return Scored(
        scores=np.array([float(round(value, DIGITS)) for value in values])[of_row],
        keys=dense(values)[of_row],
        is_scored=columns.estimate != NOBODY,
        before_effort=np.array([float(product) for product in kinds])[kind],
    )


def _rice(row: int, *, kinds: Sequence[Decimal], columns: Columns) -> Fraction:
    """One combination of reach x impact x confidence and an estimate; without an estimate it scores nothing."""
    kind, estimate = divmod(row, len(columns.estimates) + 1)
    return Fraction(kinds[kind]) / columns.estimates[estimate - 1] if estimate else Fraction(0)


def raw_arr_scores(cells: Cells, *, gaps: int) -> Scored:
    cents = cells.by_gap.sums((cells.retention + cells.growth) * cells.is_known, groups=gaps)
    return Scored(scores=cents / _CENTS, keys=-cents)
