"""Money: integer minor units with an ISO code, read leniently from what people type, shown compactly or exactly."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.errors import Refusal

# ISO 4217: currencies whose smallest unit is not a hundredth.
_DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "HUF": 2, "KWD": 3, "BHD": 3, "TND": 3}
_SYMBOLS = {
    "€": "EUR",
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "au$": "AUD", "a$": "AUD", "nz$": "NZD", "hk$": "HKD", "r$": "BRL",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "zł": "PLN",
    "kr": "SEK",
    "fr.": "CHF",
}  # fmt: skip
_SHOWN = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_MULTIPLIERS = {
    "k": 1_000, "tsd": 1_000, "thousand": 1_000,
    "m": 1_000_000, "mm": 1_000_000, "mn": 1_000_000, "mio": 1_000_000, "mln": 1_000_000, "million": 1_000_000,
    "b": 1_000_000_000, "bn": 1_000_000_000, "mrd": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip
LARGEST = 10_000_000_000
"""Major units. More than any customer pays a year; a larger number is a typing error."""

_AMOUNT = re.compile(
    r"(?P<number>(?:\d|[.,](?=\d))[\d.,'’_\s]*)"
    r"(?P<unit>" + "|".join(sorted(_MULTIPLIERS, key=len, reverse=True)) + r")?\.?"
)
# Thousands by one kind of separator, or by lakhs and crores.
_GROUPED = re.compile(r"\d*|\d{1,3}([.,'])(?:\d{2,3}\1)*\d{3}")
_FRACTION = re.compile(r"\d*")
_SEPARATORS = re.compile(r"[.,']")
_NOISE = re.compile(
    r"\b(?:arr|acv|per year|a year|annually|yearly|about|around|approx|circa)\b\.?|\bca(?:\.|\s)|\bp\.?\s?a\b\.?"
    r"|/\s*(?:yr|year)\b|^\s*[~≈]|[.,][-–—](?!\s*\d)"
)
_NEGATIVE = re.compile(r"\s*[-−–(]\s*\d")
_HELP = "Write an amount like 250k, €1.2m or 120,000 USD."


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, or whole yen) of one currency."""

    minor: int
    currency: str

    def exact(self) -> str:
        """`€1,200,000` or `CHF 1,200,000`; decimals only where there are any."""
        scale = 10 ** decimals(self.currency)
        major, rest = divmod(self.minor, scale)
        fraction = f".{rest:0{decimals(self.currency)}d}" if rest else ""
        return f"{_prefix(self.currency)}{major:,}{fraction}"

    def compact(self) -> str:
        """`€1.2m`, `$240k`, `¥980`: three significant digits at most."""
        major = Decimal(self.minor) / 10 ** decimals(self.currency)
        for size, suffix in ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(1000), "k")):
            # 999,950 would round to "1000k".
            if major >= size * Decimal("0.9995"):
                return f"{_prefix(self.currency)}{_three_digits(major / size)}{suffix}"
        return f"{_prefix(self.currency)}{_three_digits(major)}"

    def band(self) -> str:
        """The coarse size that people see who may not see exact money."""
        thousands = self.minor / 10 ** decimals(self.currency) / 1000
        sign = _prefix(self.currency)
        below = next((edge for edge in _BANDS if thousands < edge[0]), None)
        return below[1].format(sign) if below else f"over {sign}20m"


# Upper edge in thousands, and what the band is called. The first four are those of the ranking's definition, which are
# made for one account; what many accounts add up to needs coarser ones above.
_BANDS = (
    (50, "under {0}50k"),
    (250, "{0}50k to {0}250k"),
    (1_000, "{0}250k to {0}1m"),
    (5_000, "{0}1m to {0}5m"),
    (20_000, "{0}5m to {0}20m"),
)


class NotMoney(Refusal):
    """The text does not say an amount; the sentence tells what would."""


def decimals(currency: str) -> int:
    return _DECIMALS.get(currency, 2)


def parse_money(text: str, *, default_currency: str) -> Money:
    """Read `250k`, `€1.2m`, `120,000 USD`, `1.200.000 €`, `1'500 CHF`; raise `NotMoney` with a sentence.

    A single separator before exactly three digits groups thousands (`1,250k` is 1.25 million), unless millions follow
    (so is `1.250m`), or it is the point of a currency with three decimals (`KWD 1.500`).
    """
    plain = _NOISE.sub(" ", text.strip().lower().replace("\u00a0", " ").replace("\u202f", " "))
    if not plain.strip():
        raise NotMoney(_HELP)
    currency, rest = _take_currency(plain, default_currency)
    if _NEGATIVE.match(rest):
        raise NotMoney("An amount at stake cannot be negative. " + _HELP)
    match = _AMOUNT.fullmatch(rest.strip())
    if not match:
        raise NotMoney(f"I cannot read this as an amount. {_HELP}")
    unit = _MULTIPLIERS.get(match["unit"] or "", 1)
    return _money(_number(match["number"], unit=unit, places=decimals(currency)) * unit, currency)


def _money(major: Decimal, currency: str) -> Money:
    if major > LARGEST:
        raise NotMoney("That is more than any customer pays in a year. Is it a typing error? " + _HELP)
    return Money(minor=int((major * 10 ** decimals(currency)).to_integral_value()), currency=currency)


def _take_currency(text: str, default: str) -> tuple[str, str]:
    """Split the currency off; raise `NotMoney` when the text names two."""
    found = []
    for symbol, code in _SYMBOLS.items():
        pattern = rf"\b{symbol}(?![a-z])" if symbol.isalpha() else re.escape(symbol)
        if re.search(pattern, text):
            text = re.sub(pattern, " ", text)
            found.append(code)
    for code in re.findall(r"(?<![a-z])[a-z]{3}(?![a-z])", text):
        if code not in _MULTIPLIERS:
            found.append(code.upper())
            text = text.replace(code, " ")
    if len(set(found)) > 1:
        raise NotMoney("This names two currencies. " + _HELP)
    return (found[0] if found else default), text


def _number(text: str, *, unit: int, places: int) -> Decimal:
    digits = re.sub(r"[\s'’_]+", "'", text.strip()).rstrip(".,'")
    separators = re.findall(r"[.,]", digits)
    whole, fraction = digits, ""
    if separators and _last_is_decimal(digits, separators, unit=unit, places=places):
        whole, _, fraction = digits.rpartition(separators[-1])
    if not (_GROUPED.fullmatch(whole) and _FRACTION.fullmatch(fraction)):
        raise NotMoney(f"I cannot read this as an amount. {_HELP}")
    return Decimal(f"{_SEPARATORS.sub('', whole) or 0}.{fraction or 0}")


def _last_is_decimal(digits: str, separators: list[str], *, unit: int, places: int) -> bool:
    if len(separators) > 1:
        return separators[-1] not in separators[:-1]
    after = len(digits) - digits.rindex(separators[0]) - 1
    # Three digits are a group of thousands, mostly.
    return after != 3 or unit >= 1_000_000 or (places == 3 and separators == ["."])  # noqa: PLR2004


def _prefix(currency: str) -> str:
    return _SHOWN.get(currency, f"{currency} ")


def _three_digits(number: Decimal) -> str:
    places = 0 if number >= 100 else 1  # noqa: PLR2004
    text = f"{number:.{places}f}"
    return text.removesuffix(".0")


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """What one unit of each currency is worth in the reporting one. An unknown currency is an error, never 1.0.

    `dates` says since when the rate of a currency holds, where somebody noted that. `periods` are for deals that are
    closed: from which day on which rates held, the earliest first; empty where the organisation keeps none.
    """

    reporting: str
    rates: Mapping[str, Fraction]
    dates: Mapping[str, date] = field(default_factory=dict)
    periods: Sequence[tuple[date, Mapping[str, Fraction]]] = ()

    def knows(self, currency: str) -> bool:
        return currency == self.reporting or currency in self.rates

    @property
    def known(self) -> list[str]:
        return sorted({self.reporting, *self.rates})

    def convert(self, money: Money, *, on: date | None = None) -> Money:
        """Return the amount in the reporting currency, rounded half to even; raise `KeyError` for an unknown one.

        With a day, at the rate that held then, as far as such rates are known.
        """
        if money.currency == self.reporting:
            return money
        rate = self._on(on)[money.currency]
        scale = Fraction(10 ** decimals(self.reporting), 10 ** decimals(money.currency))
        return Money(minor=round(money.minor * rate * scale), currency=self.reporting)

    def _on(self, day: date | None) -> Mapping[str, Fraction]:
        if day is None or not self.periods:
            return self.rates
        place = bisect_right(self.periods, day, key=lambda period: period[0])
        return self.periods[place - 1][1] if place else self.rates
