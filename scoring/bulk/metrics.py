"""The four metrics of all gaps at once, as integers of fixed units, so that they are as exact as fractions."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.bulk.cells import Cells
from scoring.bulk.packing import Ints, Runs, TooLarge, grouped, ints, packed, width, zeros
from scoring.bulk.rounding import Floats
from scoring.calibration import Calibration
from scoring.decay import PPM
from scoring.metrics import PERMILLE, Metrics

_LARGEST = 2**62
_P0 = 2
"""The severity of a P0."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """By gap: money in `money_top`/`money_bottom` cents, heads and P0 heads in 1/`head_units` accounts."""

    money: Ints
    heads: Ints
    strategic: Ints
    p0: Ints
    money_top: int
    money_bottom: int
    head_units: int
    prior_strength: int
    prior: Fraction

    def metrics(self, gap: int) -> Metrics:
        """One gap's metrics as the plain ranking has them."""
        return Metrics(
            impacted_arr=Fraction(int(self.money[gap]) * self.money_top, self.money_bottom),
            accounts=Fraction(int(self.heads[gap]), self.head_units),
            strategic_arr=Fraction(int(self.strategic[gap]) * self.money_top, self.money_bottom),
            p0_strength=self._strength(gap),
        )

    def _strength(self, gap: int) -> Fraction:
        if not self.heads[gap]:
            return Fraction(0)
        p0, heads = (Fraction(int(of[gap]), self.head_units) for of in (self.p0, self.heads))
        return (p0 + self.prior_strength * self.prior) / (heads + self.prior_strength)

    def approximate(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The four metrics in floats, right but for the last digits."""
        p0, heads = self.p0 / self.head_units, self.heads / self.head_units
        strength = (p0 + self.prior_strength * float(self.prior)) / (heads + self.prior_strength)
        unit = self.money_top / self.money_bottom
        money, strategic = self.money.astype(float) * unit, self.strategic.astype(float) * unit
        asked: Floats = np.where(self.heads > 0, strength, 0.0)
        return money, heads, strategic, asked


def measure_all(cells: Cells, *, gaps: int, calibration: Calibration) -> Measured:
    """Raise `TooLarge` when a sum does not fit 64 bits."""
    policy = calibration.policy
    weights = (policy.nice_permille, policy.p1_permille, policy.p0_permille)
    # Fewer digits leave more room: 1000, 400 and 100 are 10, 4 and 1.
    shared = math.gcd(*weights) or 1
    permille = ints(weight // shared for weight in weights)
    _check_room(cells, gaps=gaps, largest=max(weights) // shared, calibration=calibration)
    money = cells.exposure * permille[cells.severity] * cells.decay
    cap = _OwnerCap(cells, gaps=gaps, calibration=calibration)
    scale = policy.owner_kappa.denominator if calibration.owner_cap_on else 1
    return Measured(
        money=cap.counted(money),
        heads=cap.counted(cells.decay),
        strategic=cap.counted(money * cells.strategic),
        p0=cap.counted(cells.decay * (cells.severity == _P0)),
        money_top=shared,
        money_bottom=PERMILLE * PPM * scale,
        head_units=PPM * scale,
        prior_strength=policy.p0_prior_strength,
        prior=calibration.p0_prior,
    )


def _check_room(cells: Cells, *, gaps: int, largest: int, calibration: Calibration) -> None:
    kappa = calibration.policy.owner_kappa
    factor = largest * PPM * max(kappa.numerator, kappa.denominator, 1)
    exposed = cells.by_gap.sums(cells.exposure, groups=gaps)
    if int(exposed.max(initial=0)) * factor >= _LARGEST:
        raise TooLarge("money")
    if calibration.policy.owner_keeps != 1:
        raise TooLarge("owner_keeps")
    if calibration.policy.tam_coef:
        raise TooLarge("tam_coef")


class _OwnerCap:
    """Groups cells by gap and owner, once for all values; a cell that a metric leaves out has the value 0 in it.

    An owner's only cell always counts, so only owners with several cells of a gap are looked at.
    """

    def __init__(self, cells: Cells, *, gaps: int, calibration: Calibration) -> None:
        self._by_gap, self._gaps = cells.by_gap, gaps
        kappa = calibration.policy.owner_kappa if calibration.owner_cap_on else Fraction(1)
        self._kappa, self._scale = kappa.numerator, kappa.denominator
        owner_bits = width(cells.owner)
        key = packed(cells.gap, cells.owner, low_bits=owner_bits)
        order = grouped(key) if calibration.owner_cap_on else zeros(0)
        runs = Runs(key[order])
        several = runs.sizes > 1
        self._cells = order[np.repeat(several, runs.sizes)]
        self._starts = np.cumsum(runs.sizes[several]) - runs.sizes[several]
        self._gap = runs.keys[several] >> owner_bits

    def counted(self, values: Ints) -> Ints:
        """What counts by gap, in integers of 1/kappa's denominator where the cap is on."""
        whole = self._by_gap.sums(values, groups=self._gaps)
        counted: Ints = whole * self._scale
        if len(self._starts):
            mine = values[self._cells]
            total, largest = np.add.reduceat(mine, self._starts), np.maximum.reduceat(mine, self._starts)
            allowed = np.maximum(largest * self._scale, self._kappa * (whole[self._gap] - total))
            np.subtract.at(counted, self._gap, np.maximum(0, total * self._scale - allowed))
        return counted
