"""Cost of delay divided by duration: which of the chosen gaps to build first.

CD3 is Smith's rule, optimal for one team: the most cost avoided per month of work. Pick the Top 10 with the composite
and order inside it with this. A family's loss is counted once: it is split over everything the family asks for.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.words import AccountKind, Priority
from scoring.decay import PPM
from scoring.evidence import Cell, GapEvidence
from scoring.model_input import ModelInput
from scoring.money import Basis
from scoring.standing import DIGITS, Standing
from scoring.urgency import retention_urgency

_CENTS, _MONTHS, _PERCENT = 100, 12, 100
# Probability of losing the money within a year; to be replaced by the organisation's own history of churn and losses.
HAZARD_PERCENT = {Priority.P0: 35, Priority.P1: 8, Priority.NICE: 1}
UNITS = _PERCENT * PPM
"""Hazards are whole numbers of 1/`UNITS`, so that their sum and a share of it do not depend on an order."""


@dataclass(frozen=True, slots=True)
class _FamilyRisk:
    """How likely a family loses anything at all, and the sum of units its gaps share that by."""

    loss: float
    units: int


def stand(world: ModelInput) -> Iterator[Standing]:
    """Score in reporting currency a month per month of work; without a duration a gap is listed by its cost alone."""
    costs = monthly_cents(world)
    for gap, metrics in world.measured():
        cents = costs[gap.gap]
        monthly = round(cents / _CENTS, DIGITS)
        months = world.effort(gap.gap)
        score = None if months is None else round(cents / _CENTS / months, DIGITS)
        yield Standing(
            evidence=gap,
            metrics=metrics,
            score=score,
            order=(-(monthly if score is None else score), gap.gap),
            before_effort=monthly,
        )


def monthly_cents(world: ModelInput) -> dict[str, float]:
    """What each open gap costs a month as long as it is there."""
    risks = _family_risks(world)
    urgent = _urgent_arr(world)
    return {
        gap.gap: math.fsum(_yearly(cell, world=world, risks=risks, urgent=urgent) for cell in gap.cells) / _MONTHS
        for gap in world.evidence.gaps
    }


def yearly_by_family(world: ModelInput, gap: GapEvidence) -> dict[str, float]:
    """What a gap costs a year, family by family: a twelfth of their sum is its cost of a month."""
    risks, urgent = _family_risks(world), _urgent_arr(world)
    return {cell.family: _yearly(cell, world=world, risks=risks, urgent=urgent) for cell in gap.cells}


def hazard_units(cell: Cell) -> int:
    """The yearly probability that this one gap costs the family's money, fading with the age of the need."""
    return HAZARD_PERCENT[cell.priority] * cell.decay_ppm


def _family_risks(world: ModelInput) -> dict[str, _FamilyRisk]:
    units: dict[str, list[int]] = {}
    for gap in world.evidence.gaps:
        for cell in gap.cells:
            units.setdefault(cell.family, []).append(hazard_units(cell))
    return {
        family: _FamilyRisk(loss=1 - math.prod(1 - each / UNITS for each in of_family), units=sum(of_family))
        for family, of_family in units.items()
    }


def _urgent_arr(world: ModelInput) -> dict[str, float]:
    """Each customer's own ARR in cents, times its urgency."""
    renewals = world.renewals
    urgent = {}
    for account in world.portfolio.accounts:
        known = account.arr is not None and account.verified and account.kind is AccountKind.CUSTOMER
        cents = world.calibration.currencies.cents(account.arr or 0, currency=account.currency) if known else 0
        urgency = retention_urgency(health=account.health, renewal=renewals.get(account.id), as_of=world.evidence.as_of)
        urgent[account.id] = max(0, cents) * float(urgency)
    return urgent


def _yearly(cell: Cell, *, world: ModelInput, risks: Mapping[str, _FamilyRisk], urgent: Mapping[str, float]) -> float:
    """Cents a year that the gap's absence costs this family."""
    risk, own = risks[cell.family], hazard_units(cell)
    share = own / risk.units if risk.units else 0.0
    if cell.money.basis is not Basis.CRM:
        return cell.exposure * risk.loss * share
    retention = math.fsum(urgent[account] for account in world.families.below(cell.accounts))
    return (retention + cell.money.growth) * risk.loss * share + cell.money.lost * (own / UNITS)
