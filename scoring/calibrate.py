"""Measure a portfolio once a quarter, so that every ranking of the quarter is held against the same figures."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from domain.words import Priority
from scoring.calibration import Calibration, Policy, Reference, cold_start
from scoring.currency import Currencies
from scoring.evidence import Cell, Evidence, gather
from scoring.metrics import measure
from scoring.money import Basis
from scoring.portfolio import Portfolio

ENOUGH_GAPS = 30
"""With fewer requested gaps quantiles are noise, and the cold-start figures are used."""
ENOUGH_OWNERS = 3
_MEDIAN, _HIGH = Fraction(1, 2), Fraction(99, 100)
# Nothing is capped while the cap itself is being measured.
_NO_CAP = 10**18


def calibrate(
    portfolio: Portfolio, *, currencies: Currencies, as_of: date, label: str, policy: Policy | None = None
) -> Calibration:
    """Return the figures to freeze, or the cold-start ones for a young organisation."""
    cold = cold_start(currencies, policy=policy, label=label)
    cold = replace(cold, owner_cap_on=_has_enough_owners(portfolio))
    evidence = gather(portfolio, calibration=replace(cold, family_cap=_NO_CAP), as_of=as_of)
    if sum(bool(gap.cells) for gap in evidence.gaps) < ENOUGH_GAPS:
        return cold
    with_medians = _with_money(cold, cells=_cells(evidence))
    return _with_references(with_medians, portfolio=portfolio, as_of=as_of)


def quantile(values: Iterable[Fraction | int], share: Fraction) -> Fraction:
    """Return the exact quantile, interpolated between neighbours; raise `ValueError` when there is nothing."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - Fraction(ordered[below]))


def _cells(evidence: Evidence) -> list[Cell]:
    return [cell for gap in evidence.gaps for cell in gap.cells]


def _has_enough_owners(portfolio: Portfolio) -> bool:
    return len({account.owner for account in portfolio.accounts if account.owner is not None}) >= ENOUGH_OWNERS


def _with_money(cold: Calibration, *, cells: Sequence[Cell]) -> Calibration:
    """Medians for cells without money first, because the family cap is a quantile of all exposures."""
    known = [cell for cell in cells if cell.money.basis is Basis.CRM]
    standard = _median_gross((cell for cell in known if not cell.strategic), otherwise=cold.imputed_standard)
    strategic = _median_gross((cell for cell in known if cell.strategic), otherwise=cold.imputed_strategic)
    exposures = [cell.exposure for cell in known if cell.exposure > 0]
    p0 = sum(cell.priority is Priority.P0 for cell in cells)
    return replace(
        cold,
        imputed_standard=standard,
        imputed_strategic=strategic,
        family_cap=round(quantile(exposures, _HIGH)) if exposures else cold.family_cap,
        # All or none P0 leaves no evidence for the other kind; the rule of succession keeps the prior inside (0, 1).
        p0_prior=Fraction(p0, len(cells)) if 0 < p0 < len(cells) else Fraction(p0 + 1, len(cells) + 2),
    )


def _median_gross(cells: Iterable[Cell], *, otherwise: int) -> int:
    gross = [cell.money.gross for cell in cells]
    return round(quantile(gross, _MEDIAN)) if gross else otherwise


def _with_references(calibration: Calibration, *, portfolio: Portfolio, as_of: date) -> Calibration:
    evidence = gather(portfolio, calibration=calibration, as_of=as_of)
    rows = [measure(gap, calibration=calibration).values for gap in evidence.gaps]
    one, two, three, four = (
        _reference([row[index] for row in rows], otherwise=calibration.references[index]) for index in range(4)
    )
    return replace(calibration, references=(one, two, three, four))


def _reference(values: Sequence[Fraction], *, otherwise: Reference) -> Reference:
    """Median of what is not zero, P99 of everything; the cold-start pair where these do not make a scale."""
    present = [value for value in values if value]
    if not present:
        return otherwise
    middle, high = _readable(quantile(present, _MEDIAN)), _readable(quantile(values, _HIGH))
    return Reference(middle, high) if 0 < middle < high else otherwise


def _readable(value: Fraction) -> Fraction:
    """Six decimals are plenty for a reference point and keep the stored figures short."""
    return Fraction(round(value * 1_000_000), 1_000_000)
