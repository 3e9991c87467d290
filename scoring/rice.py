"""RICE = reach x impact x confidence / effort, on GitLab's scales, with values suggested from the requests.

Measured: from requests alone nearly every gap falls into the lowest reach, so this is an overlay for a product manager
to edit, not a way to sort a backlog.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.words import AccountKind, Priority
from scoring.evidence import GapEvidence
from scoring.model_input import ModelInput
from scoring.portfolio import Gap
from scoring.standing import DIGITS, Standing, tie_break

# Percent of the active families from which the value holds; the edges belong to the upper band.
_REACH = ((80, Decimal(10)), (50, Decimal(6)), (25, Decimal(3)), (5, Decimal("1.5")))
ACTIVE = frozenset({AccountKind.CUSTOMER, AccountKind.PROSPECT})
_REACH_BELOW = Decimal("0.5")
_IMPACT = ((60, Decimal(3)), (40, Decimal(2)), (20, Decimal(1)))
_IMPACT_ANY, _IMPACT_NONE = Decimal("0.5"), Decimal("0.25")
_CONFIDENCE = ((10, Decimal("1.0")), (3, Decimal("0.8")))
_CONFIDENCE_BELOW = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """RICE inputs that the requests suggest; people may edit each."""

    reach: Decimal
    impact: Decimal
    confidence: Decimal

    @property
    def product(self) -> Decimal:
        return self.reach * self.impact * self.confidence

    def edited(self, gap: Gap) -> "Suggestion":
        """What people said of this gap in the place of what its requests suggest."""
        return Suggestion(
            reach=self.reach if gap.reach is None else gap.reach,
            impact=self.impact if gap.impact is None else gap.impact,
            confidence=self.confidence if gap.confidence is None else gap.confidence,
        )


def stand(world: ModelInput) -> Iterator[Standing]:
    """Score by the suggested values and those that people gave; a gap without an effort has no score yet."""
    active = active_families(world)
    for gap, metrics in world.measured():
        product = suggest(gap, active_families=active).edited(world.gaps[gap.gap]).product
        months = world.gaps[gap.gap].duration_months
        scored = None if months is None or months <= 0 else Fraction(product) / months
        yield Standing(
            evidence=gap,
            metrics=metrics,
            score=None if scored is None else float(round(scored, DIGITS)),
            order=(-(Fraction(product) if scored is None else scored), *tie_break(gap, metrics)),
            before_effort=float(product),
        )


def active_families(world: ModelInput) -> int:
    """Families of customers and prospects: those a gap can reach."""
    if world.portfolio.active_families is not None:
        return world.portfolio.active_families
    return len({world.families.root_of[one.id] for one in world.portfolio.accounts if one.kind in ACTIVE})


def suggest(gap: GapEvidence, *, active_families: int) -> Suggestion:
    """Read reach, impact and confidence off the families that ask."""
    p0 = sum(cell.priority is Priority.P0 for cell in gap.cells)
    return banded(families=len(gap.cells), p0=p0, active_families=active_families)


def banded(*, families: int, p0: int, active_families: int) -> Suggestion:
    """Look the counts up in the scales."""
    reach, impact = 100 * families, 100 * p0
    return Suggestion(
        reach=next((value for percent, value in _REACH if reach >= percent * max(1, active_families)), _REACH_BELOW),
        impact=next(
            (value for percent, value in _IMPACT if impact >= percent * max(1, families)),
            _IMPACT_ANY if p0 else _IMPACT_NONE,
        ),
        confidence=next((value for least, value in _CONFIDENCE if families >= least), _CONFIDENCE_BELOW),
    )
