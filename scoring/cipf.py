"""GitLab's customer issues prioritization framework, for teams that used it.

An account's money is divided over everything it asks for, by points: asking for more does not create more money.
Differences from GitLab's own SQL are deliberate: families instead of accounts decide the priority, a missing date is
the middle column, an abandoned deal is worth nothing, and a gap without effort is listed instead of lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.words import AccountKind, OpportunityStage, Priority
from scoring.evidence import Cell
from scoring.model_input import ModelInput
from scoring.money import NEW_MONEY
from scoring.portfolio import Opportunity
from scoring.standing import DIGITS, Standing
from scoring.urgency import growth_urgency, retention_urgency

POINTS = {Priority.P0: 10, Priority.P1: 4, Priority.NICE: 1}
_CENTS = 100


@dataclass(frozen=True, slots=True)
class _Claim:
    """One account's points on one gap, and what they are to be paid from."""

    gap: str
    family: str
    account: str
    points: int


def stand(world: ModelInput) -> Iterator[Standing]:
    """Score the priority divided by effort, in reporting currency."""
    paid = _all_paid(world)
    for gap, metrics in world.measured():
        cents = sum(paid.get(gap.gap, {}).values(), Fraction(0))
        months = world.gaps[gap.gap].duration_months
        weighted = None if months is None or months <= 0 else cents / _CENTS / months
        yield Standing(
            evidence=gap,
            metrics=metrics,
            score=None if weighted is None else float(round(weighted, DIGITS)),
            order=(-(cents if weighted is None else weighted), gap.gap),
            before_effort=float(round(cents / _CENTS, DIGITS)),
        )


def by_family(world: ModelInput, gap: str) -> dict[str, Fraction]:
    """The cents that each family brings to a gap; their sum is its priority score."""
    return _all_paid(world).get(gap, {})


def _all_paid(world: ModelInput) -> dict[str, dict[str, Fraction]]:
    paid: dict[str, dict[str, Fraction]] = {}
    _pay(_retention_claims(world), purses=_retention_purses(world), paid=paid)
    _pay(_growth_claims(world), purses=_growth_purses(world), paid=paid)
    return paid


def _pay(claims: list[_Claim], *, purses: Mapping[str, Fraction], paid: dict[str, dict[str, Fraction]]) -> None:
    """Divide each account's purse over its claims, and add what each gap gets to its families'."""
    points: dict[str, int] = {}
    for claim in claims:
        points[claim.account] = points.get(claim.account, 0) + claim.points
    for claim in claims:
        share = purses.get(claim.account, Fraction(0)) * Fraction(claim.points, points[claim.account])
        families = paid.setdefault(claim.gap, {})
        families[claim.family] = families.get(claim.family, Fraction(0)) + share


def _cells(world: ModelInput) -> Iterator[tuple[str, Cell]]:
    for gap in world.evidence.gaps:
        for cell in gap.cells:
            yield gap.gap, cell


def _retention_claims(world: ModelInput) -> list[_Claim]:
    return [
        _Claim(gap, cell.family, account, POINTS[cell.priority])
        for gap, cell in _cells(world)
        for account in sorted(world.families.below(cell.accounts))
    ]


def _retention_purses(world: ModelInput) -> dict[str, Fraction]:
    renewals = world.renewals
    purses = {}
    for account in world.portfolio.accounts:
        if account.kind is AccountKind.CUSTOMER and account.arr is not None and account.verified:
            cents = max(0, world.calibration.currencies.cents(account.arr, currency=account.currency))
            purses[account.id] = cents * retention_urgency(
                health=account.health, renewal=renewals.get(account.id), as_of=world.evidence.as_of
            )
    return purses


def _growth_claims(world: ModelInput) -> list[_Claim]:
    """Points on a gap count against an account's open deals when the gap is linked to one of them."""
    return [
        _Claim(gap, cell.family, account, POINTS[cell.priority])
        for gap, cell in _cells(world)
        for account in sorted({deal.account for deal in _open_deals(cell.money.deals, world=world)})
    ]


def _growth_purses(world: ModelInput) -> dict[str, Fraction]:
    """All open new money of each account that anybody linked to a gap, each deal with its urgency."""
    linked = {deal for _, cell in _cells(world) for deal in cell.money.deals}
    purses: dict[str, Fraction] = {}
    for deal in _open_deals(linked, world=world):
        if deal.amount is None:
            continue
        cents = max(0, world.calibration.currencies.cents(deal.amount, currency=deal.currency))
        urgency = growth_urgency(probability=deal.probability, close=deal.close, as_of=world.evidence.as_of)
        purses[deal.account] = purses.get(deal.account, Fraction(0)) + cents * urgency
    return purses


def _open_deals(ids: tuple[str, ...] | set[str], *, world: ModelInput) -> list[Opportunity]:
    stale = world.calibration.policy.stale_open_days
    deals = [world.opportunities[key] for key in sorted(ids)]
    return [
        deal
        for deal in deals
        if deal.stage is OpportunityStage.OPEN
        and deal.kind in NEW_MONEY
        and (deal.close is None or (world.evidence.as_of - deal.close).days <= stale)
    ]
