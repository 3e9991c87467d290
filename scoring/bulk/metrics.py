"""The four metrics of all gaps at once, as integers of fixed units, so that they are as exact as fractions."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.bulk.cells import Cells, TooLarge, by_cell, grouped, starts_of
from scoring.bulk.columns import Flags, Ints
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
        p0, heads = self.p0.astype(float) / self.head_units, self.heads.astype(float) / self.head_units
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
    permille = np.array([weight // shared for weight in weights], dtype=np.int64)
    _check_room(cells, largest=max(weights) // shared, calibration=calibration)
    money = cells.exposure * permille[cells.severity] * cells.decay
    everybody = _OwnerCap(cells.gap, cells.owner, gaps=gaps, calibration=calibration)
    scale = policy.owner_kappa.denominator if calibration.owner_cap_on else 1
    return Measured(
        money=everybody.counted(money),
        heads=everybody.counted(cells.decay),
        strategic=_counted_of(cells, money, where=cells.strategic, gaps=gaps, calibration=calibration),
        p0=_counted_of(cells, cells.decay, where=cells.severity == _P0, gaps=gaps, calibration=calibration),
        money_top=shared,
        money_bottom=PERMILLE * PPM * scale,
        head_units=PPM * scale,
        prior_strength=policy.p0_prior_strength,
        prior=calibration.p0_prior,
    )


def _check_room(cells: Cells, *, largest: int, calibration: Calibration) -> None:
    kappa = calibration.policy.owner_kappa
    factor = largest * PPM * max(kappa.numerator, kappa.denominator, 1)
    exposed = by_cell(cells.exposure, cells.gap, cells=int(cells.gap[-1]) + 1) if len(cells.gap) else cells.exposure
    if len(exposed) and int(exposed.max()) * factor >= _LARGEST:
        raise TooLarge("money")
    if calibration.policy.owner_keeps != 1:
        raise TooLarge("owner_keeps")


def _counted_of(cells: Cells, values: Ints, *, where: Flags, gaps: int, calibration: Calibration) -> Ints:
    """What counts of some cells, when the others are not there."""
    cap = _OwnerCap(cells.gap[where], cells.owner[where], gaps=gaps, calibration=calibration)
    return cap.counted(values[where])


class _OwnerCap:
    """Groups cells by gap and owner, once for all values of the same cells."""

    def __init__(self, gap: Ints, owner: Ints, *, gaps: int, calibration: Calibration) -> None:
        self._gaps = gaps
        self._gap = gap
        self._is_on = calibration.owner_cap_on
        self._kappa = calibration.policy.owner_kappa
        owners = int(owner.max()) + 1 if len(owner) else 1
        key = gap * owners + owner
        self._order = grouped(key) if self._is_on else np.zeros(0, dtype=np.int64)
        ordered = key[self._order]
        self._starts = starts_of(ordered)
        self._of_gap = ordered[self._starts] // owners

    def counted(self, values: Ints) -> Ints:
        """What counts by gap, in integers of 1/kappa's denominator where the cap is on."""
        whole = by_cell(values, self._gap, cells=self._gaps)
        if not self._is_on or not len(values):
            return whole
        mine = values[self._order]
        total, largest = np.add.reduceat(mine, self._starts), np.maximum.reduceat(mine, self._starts)
        scale, kappa = self._kappa.denominator, self._kappa.numerator
        others = kappa * (whole[self._of_gap] - total)
        return by_cell(np.minimum(total * scale, np.maximum(largest * scale, others)), self._of_gap, cells=self._gaps)
