"""Say what an account's money comes to when it is shared out over everything that the account asks for.

The ranking counts an account's money in full for each gap (see `scoring.metrics`), so that a gap's score depends on its
own requests alone. Whoever files should still see that asking for everything as P0 says nothing: the points are those
by which `scoring.cipf` shares money out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money
from domain.words import Priority
from scoring.cipf import POINTS


@dataclass(frozen=True, slots=True)
class Budget:
    """The account's money in the reporting currency, over how many gaps it goes with this one, and this one's part."""

    total: Money
    gaps: int
    as_p0: Money


def budget(total: Money, *, others: Mapping[int, Priority]) -> Budget:
    """Share the money out, this gap being a P0 and the others what they are."""
    points = POINTS[Priority.P0]
    share = Fraction(points, points + sum(POINTS[priority] for priority in others.values()))
    return Budget(
        total=total, gaps=1 + len(others), as_p0=Money(minor=round(total.minor * share), currency=total.currency)
    )
