"""An amount as people should see it: as it was agreed, and in the currency in which everything is compared."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.money import ExchangeRates, Money


@dataclass(frozen=True, slots=True)
class Amount:
    """Money with its worth in the reporting currency, None where that is the same or nobody knows a rate."""

    original: Money
    reporting: Money | None = None
    rate_date: date | None = None
    """Since when the rate holds, where somebody noted that."""

    @classmethod
    def of(cls, money: Money, rates: ExchangeRates) -> "Amount":
        if money.currency == rates.reporting or not rates.knows(money.currency):
            return cls(original=money)
        return cls(original=money, reporting=rates.convert(money), rate_date=rates.dates.get(money.currency))

    def compact(self) -> str:
        """`$240k`, or `€1.2m ($1.32m at the rate of 5 Jan 2026)`."""
        return f"{self.original.compact()}{self.converted}"

    @property
    def converted(self) -> str:
        """What follows the original: ` ($1.32m at the rate of 5 Jan 2026)`, or nothing."""
        if self.reporting is None:
            return ""
        since = f" at the rate of {self.rate_date:%-d %b %Y}" if self.rate_date else ""
        return f" ({self.reporting.compact()}{since})"

    def beside(self, other: "Amount") -> str:
        """The same, without a conversion that the amount beside it makes plain already."""
        return self.original.compact() if self.original.currency == other.original.currency else self.compact()

    def band(self) -> str:
        """The coarse size; one currency tells it as well as two."""
        return self.original.band()


SAID_ROUNDLY = Fraction(1, 100)
"""Two amounts so close to each other are the same, one of them said roundly."""


def is_other(typed: Money, known: Money, *, rates: ExchangeRates) -> bool:
    """Tell whether somebody means another amount than the one that is known, currencies aside."""
    if not (rates.knows(typed.currency) and rates.knows(known.currency)):
        return typed != known
    ours, theirs = rates.convert(typed).minor, rates.convert(known).minor
    return abs(ours - theirs) > max(ours, theirs) * SAID_ROUNDLY
