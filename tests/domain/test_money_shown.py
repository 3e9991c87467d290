"""How amounts are shown, and what they are worth in the reporting currency."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import ExchangeRates, Money


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (0, "EUR", "€0"),
        (5, "EUR", "€0.05"),
        (1_200_000_00, "EUR", "€1,200,000"),
        (1_234_56, "USD", "$1,234.56"),
        (1_500_00, "CHF", "CHF 1,500"),
        (980, "JPY", "¥980"),
        (1_500, "KWD", "KWD 1.500"),
        (1_000, "KWD", "KWD 1"),
    ],
)
def test_exact(minor: int, currency: str, shown: str) -> None:
    assert Money(minor, currency).exact() == shown


@pytest.mark.parametrize(
    ("major", "shown"),
    [
        (0, "€0"),
        (999, "€999"),
        (1_000, "€1k"),
        (1_250, "€1.2k"),
        (99_940, "€99.9k"),
        (99_960, "€100k"),
        (240_000, "€240k"),
        (999_499, "€999k"),
        (999_500, "€1m"),
        (1_200_000, "€1.2m"),
        (12_000_000, "€12m"),
        (999_600_000, "€1bn"),
        (10_000_000_000, "€10bn"),
    ],
)
def test_compact(major: int, shown: str) -> None:
    assert Money(major * 100, "EUR").compact() == shown


def test_compact_knows_currencies_without_cents() -> None:
    assert Money(980, "JPY").compact() == "¥980"
    assert Money(30_000_000, "JPY").compact() == "¥30m"


@given(st.integers(0, 10**13), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_compact_is_short(minor: int, currency: str) -> None:
    number = Money(minor, currency).compact().removeprefix("€").removeprefix("¥").removeprefix("KWD ")
    assert len(number.rstrip("kmbn").replace(".", "")) <= 5
    assert float(number.rstrip("kmbn")) < 100_000


@pytest.mark.parametrize(
    ("major", "band"),
    [
        (0, "under €50k"),
        (49_999, "under €50k"),
        (50_000, "€50k to €250k"),
        (249_999, "€50k to €250k"),
        (250_000, "€250k to €1m"),
        (999_999, "€250k to €1m"),
        (1_000_000, "€1m to €5m"),
        (4_999_999, "€1m to €5m"),
        (5_000_000, "€5m to €20m"),
        (20_000_000, "over €20m"),
    ],
)
def test_band(major: int, band: str) -> None:
    assert Money(major * 100, "EUR").band() == band


class TestExchangeRates:
    RATES = ExchangeRates("USD", {"EUR": Fraction(11, 10), "JPY": Fraction(1, 150), "KWD": Fraction(13, 4)})

    @pytest.mark.parametrize(
        ("money", "dollars"),
        [
            (Money(500, "USD"), 500),
            (Money(100_00, "EUR"), 110_00),
            (Money(1_500, "JPY"), 10_00),
            (Money(1_000, "KWD"), 3_25),
            (Money(1, "EUR"), 1),
        ],
    )
    def test_converts_between_currencies_of_different_minor_units(self, money: Money, dollars: int) -> None:
        assert self.RATES.convert(money) == Money(dollars, "USD")

    def test_rounds_half_to_even(self) -> None:
        half = ExchangeRates("USD", {"EUR": Fraction(1, 2)})
        assert [half.convert(Money(minor, "EUR")).minor for minor in (1, 3, 5)] == [0, 2, 2]

    def test_an_unknown_currency_is_an_error_and_never_worth_one(self) -> None:
        assert not self.RATES.knows("GBP")
        with pytest.raises(KeyError):
            self.RATES.convert(Money(100, "GBP"))

    def test_knows_the_reporting_currency_and_lists_all(self) -> None:
        assert self.RATES.knows("USD")
        assert self.RATES.known == ["EUR", "JPY", "KWD", "USD"]
