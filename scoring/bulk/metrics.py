"""The four metrics of all gaps at once, as integers of fixed units, so that they are as exact as fractions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.bulk.cells import Cells, TooLarge, by_cell, starts_of
from scoring.bulk.columns import Flags, Ints
from scoring.calibration import Calibration
from scoring.decay import PPM
from scoring.metrics import PERMILLE

_LARGEST = 2**62
_P0 = 2
"""The severity of a P0."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """By gap: money in 1/`money_units` cents, heads in 1/`head_units` accounts. `p0` counts P0 accounts only."""

    money: Sequence[int]
    heads: Sequence[int]
    strategic: Sequence[int]
    p0: Sequence[int]
    money_units: int
    head_units: int
    prior_strength: int
    prior_top: int
    prior_bottom: int

    @cached_property
    def strength(self) -> list[tuple[int, int]]:
        """The shrunk P0 share as numerator and denominator: (p0 + m pi) / (heads + m), and 0 of 1 where nobody asks."""
        top, bottom, units = self.prior_strength * self.prior_top * self.head_units, self.prior_bottom, self.head_units
        most = self.prior_strength * units
        return [
            (p0 * bottom + top, bottom * (heads + most)) if heads else (0, 1)
            for p0, heads in zip(self.p0, self.heads, strict=True)
        ]


def measure_all(cells: Cells, *, gaps: int, calibration: Calibration) -> Measured:
    """Raise `TooLarge` when a sum does not fit 64 bits."""
    policy = calibration.policy
    weights = (policy.nice_permille, policy.p1_permille, policy.p0_permille)
    # Fewer digits leave more room: 1000, 400 and 100 are 10, 4 and 1.
    shared = math.gcd(*weights) or 1
    permille = np.array([weight // shared for weight in weights], dtype=np.int64)
    _check_room(cells, largest=max(weights) // shared, calibration=calibration)
    money = cells.exposure * permille[cells.severity] * cells.decay
    cap = _OwnerCap(cells, gaps=gaps, calibration=calibration)
    prior = calibration.p0_prior
    scale = policy.owner_kappa.denominator if calibration.owner_cap_on else 1
    return Measured(
        money=[each * shared for each in cap.counted(money).tolist()],
        heads=cap.counted(cells.decay).tolist(),
        strategic=[each * shared for each in cap.counted(np.where(cells.strategic, money, 0)).tolist()],
        p0=cap.counted(np.where(cells.severity == _P0, cells.decay, 0)).tolist(),
        money_units=PERMILLE * PPM * scale,
        head_units=PPM * scale,
        prior_strength=policy.p0_prior_strength,
        prior_top=prior.numerator,
        prior_bottom=prior.denominator,
    )


def _check_room(cells: Cells, *, largest: int, calibration: Calibration) -> None:
    kappa = calibration.policy.owner_kappa
    factor = largest * PPM * max(kappa.numerator, kappa.denominator, 1)
    exposed = by_cell(cells.exposure, cells.gap, cells=int(cells.gap[-1]) + 1) if len(cells.gap) else cells.exposure
    if len(exposed) and int(exposed.max()) * factor >= _LARGEST:
        raise TooLarge("money")
    if calibration.policy.owner_keeps != 1:
        raise TooLarge("owner_keeps")


class _OwnerCap:
    """Groups cells by gap and owner once for all four metrics."""

    def __init__(self, cells: Cells, *, gaps: int, calibration: Calibration) -> None:
        self._gaps = gaps
        self._gap = cells.gap
        self._is_on = calibration.owner_cap_on
        self._kappa = calibration.policy.owner_kappa
        owners = int(cells.owner.max()) + 1 if len(cells.owner) else 1
        key = cells.gap * owners + cells.owner
        self._order = np.argsort(key, kind="stable") if self._is_on else np.zeros(0, dtype=np.int64)
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


def is_asked(cells: Cells, *, gaps: int) -> Flags:
    found = np.zeros(gaps, dtype=bool)
    found[cells.gap] = True
    return found
