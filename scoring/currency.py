"""Turn money of any currency into whole cents of the one that a ranking reports in.

Rates are exact fractions frozen with the calibration, so that a ranking does not move with the exchange and an amount
re-stated in another currency at the exact rate changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from domain.money import decimals

_CENTS = 100


class UnknownCurrency(LookupError):
    """Money came in a currency without a rate; guessing 1.0 would rank by accident."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no exchange rate for {code!r}")
        self.code = code


@dataclass(frozen=True)
class Currencies:
    """Rates per *whole* unit into whole units of the reporting currency, as in `{"EUR": Fraction("1.10")}`."""

    reporting: str
    rates: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        if self.rates.get(self.reporting) != 1:
            raise ValueError(f"the rate of the reporting currency {self.reporting} must be 1")
        if any(rate <= 0 for rate in self.rates.values()):
            raise ValueError("an exchange rate must be positive")

    def cents(self, minor: int, *, currency: str) -> int:
        """Convert integer minor units, rounding half to even; raise `UnknownCurrency`."""
        factor = self.cents_per_minor_unit.get(currency)
        if factor is None:
            raise UnknownCurrency(currency)
        # `round(Fraction)` says the same and takes ten times as long, for every account of every ranking.
        whole, rest = divmod(minor * factor.numerator, factor.denominator)
        return whole + (2 * rest + whole % 2 > factor.denominator)

    @cached_property
    def cents_per_minor_unit(self) -> Mapping[str, Fraction]:
        return {code: rate * Fraction(_CENTS, 10 ** decimals(code)) for code, rate in self.rates.items()}
