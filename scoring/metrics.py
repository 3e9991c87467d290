"""The four metrics of a gap, and the guard that keeps one owner from making a gap big alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.words import Priority
from scoring.calibration import Calibration
from scoring.decay import PPM
from scoring.evidence import Cell, GapEvidence
from scoring.money import Basis

PERMILLE = 1000
_MONEY_UNITS = PERMILLE * PPM
"""Money cells are summed as integers of cents x permille of priority x millionths of decay."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What each owner's cells add up to and what of it counts, in integer units of 1/`scale` of the summed values."""

    total: Mapping[str, int]
    counted: Mapping[str, int]
    scale: int

    def sum(self, *, units: int) -> Fraction:
        """All that counts, where the cells' values were integers of 1/`units`."""
        return Fraction(sum(self.counted.values()), self.scale * units)

    def of(self, owner: str) -> Fraction:
        """The part of an owner's cells that counts."""
        return Fraction(self.counted[owner], self.total[owner]) if self.total[owner] else Fraction(1)

    def is_cut(self, owner: str) -> bool:
        return self.counted[owner] < self.total[owner]


def shares(values: Iterable[tuple[str, int]], *, calibration: Calibration) -> Shares:
    """Cap each owner at kappa times everybody else together, but never below his own largest account."""
    policy = calibration.policy
    by_owner: dict[str, list[int]] = {}
    for owner, value in values:
        by_owner.setdefault(owner, []).append(value)
    scale, kappa = policy.owner_kappa.denominator, policy.owner_kappa.numerator
    total = {owner: sum(cells) * scale for owner, cells in by_owner.items()}
    if not calibration.owner_cap_on:
        return Shares(total=total, counted=total, scale=scale)
    everything = sum(total.values())
    counted = {}
    for owner, cells in by_owner.items():
        largest = sum(sorted(cells, reverse=True)[: policy.owner_keeps]) * scale
        others = kappa * (everything - total[owner]) // scale
        counted[owner] = min(total[owner], max(largest, others))
    return Shares(total=total, counted=counted, scale=scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Exact values: cents per year, families, cents per year, and a share between 0 and 1."""

    impacted_arr: Fraction
    accounts: Fraction
    strategic_arr: Fraction
    p0_strength: Fraction

    @property
    def values(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        return (self.impacted_arr, self.accounts, self.strategic_arr, self.p0_strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What stands behind a gap before any weight, decay or cap: for the eye, not for the order. Money in cents."""

    gross_arr: int
    retention_arr: int
    growth_arr: int
    lost_arr: int
    strategic_arr: int
    whitespace: int
    accounts: int
    strategic_accounts: int
    p0_accounts: int
    imputed_accounts: int
    typed_accounts: int
    owners: int
    requests: int


def measure(evidence: GapEvidence, *, calibration: Calibration) -> Metrics:
    """Compute the four metrics of one gap; all are 0 when nobody asks."""
    cells = evidence.cells
    if not cells:
        nothing = Fraction(0)
        return Metrics(impacted_arr=nothing, accounts=nothing, strategic_arr=nothing, p0_strength=nothing)
    heads = shares(((cell.owner, cell.decay_ppm) for cell in cells), calibration=calibration)
    p0_heads = shares(
        ((cell.owner, cell.decay_ppm) for cell in cells if cell.priority is Priority.P0), calibration=calibration
    )
    accounts = heads.sum(units=PPM)
    return Metrics(
        impacted_arr=money_shares(cells, calibration=calibration).sum(units=_MONEY_UNITS),
        accounts=accounts,
        strategic_arr=money_shares([cell for cell in cells if cell.strategic], calibration=calibration).sum(
            units=_MONEY_UNITS
        ),
        p0_strength=shrunk_share(p0_heads.sum(units=PPM), accounts, calibration=calibration),
    )


def money_shares(cells: Iterable[Cell], *, calibration: Calibration) -> Shares:
    """Cap the owners' weighted money."""
    return shares(
        ((cell.owner, weighted_money(cell, calibration=calibration)) for cell in cells), calibration=calibration
    )


def weighted_money(cell: Cell, *, calibration: Calibration) -> int:
    """A cell's exposure by priority and age, in integers of 1/(1000 * 1,000,000) cent."""
    return cell.exposure * calibration.policy.permille(cell.priority) * cell.decay_ppm


def counted_money(evidence: GapEvidence, *, calibration: Calibration) -> tuple[Fraction, ...]:
    """What each cell adds to the gap's impacted ARR, in cents; the parts add up to the metric exactly."""
    capped = money_shares(evidence.cells, calibration=calibration)
    return tuple(
        Fraction(weighted_money(cell, calibration=calibration), _MONEY_UNITS) * capped.of(cell.owner)
        for cell in evidence.cells
    )


def shrunk_share(p0: Fraction, accounts: Fraction, *, calibration: Calibration) -> Fraction:
    """Pull the P0 share towards the portfolio's, so that one of one does not beat twelve of twenty."""
    strength = calibration.policy.p0_prior_strength
    return (p0 + strength * calibration.p0_prior) / (accounts + strength)


def total(evidence: GapEvidence) -> Totals:
    """Add up a gap's cells as they are."""
    cells = evidence.cells
    return Totals(
        gross_arr=sum(cell.money.gross for cell in cells),
        retention_arr=sum(cell.money.retention for cell in cells),
        growth_arr=sum(cell.money.growth for cell in cells),
        lost_arr=sum(cell.money.lost for cell in cells),
        strategic_arr=sum(cell.money.gross for cell in cells if cell.strategic),
        whitespace=sum(cell.money.whitespace for cell in cells),
        accounts=len(cells),
        strategic_accounts=sum(cell.strategic for cell in cells),
        p0_accounts=sum(cell.priority is Priority.P0 for cell in cells),
        imputed_accounts=sum(cell.money.basis is Basis.IMPUTED for cell in cells),
        typed_accounts=sum(cell.money.basis is Basis.TYPED for cell in cells),
        owners=len({cell.owner for cell in cells}),
        requests=sum(len(cell.requests) for cell in cells),
    )
