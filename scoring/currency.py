"""Turn money of any currency into whole cents of the one that a ranking reports in.

Rates are exact fractions frozen with the calibration, so that a ranking does not move with the exchange and an amount
re-stated in another currency at the exact rate changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.money import decimals


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
        rate = self.rates.get(currency)
        if rate is None:
            raise UnknownCurrency(currency)
        if currency == self.reporting and decimals(currency) == 2:  # noqa: PLR2004 - cents are hundredths
            return minor
        return round(minor * rate * Fraction(100, 10 ** decimals(currency)))
