"""Rates of an organisation: since when they hold, and what a closed deal was worth when it was closed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import CurrencyRate, CurrencyTable
from domain.money import ExchangeRates, Money

DAY = date(2026, 3, 1)
CHANGED = datetime(2026, 1, 5, 12, tzinfo=UTC)


def rate(code: str, per_corporate: str, start: date | None = None, end: date | None = None) -> CurrencyRate:
    return CurrencyRate(code=code, per_corporate=Decimal(per_corporate), start=start, end=end)


def table(*dated: CurrencyRate) -> CurrencyTable:
    current = (rate("USD", "1"), rate("EUR", "0.8"), rate("JPY", "160"))
    return CurrencyTable(corporate="USD", rates=current, dated=dated, as_of=CHANGED)


def with_periods(found: CurrencyTable, *, reporting: str) -> ExchangeRates:
    today = found.exchange_rates(reporting=reporting)
    return ExchangeRates(reporting=reporting, rates=today.rates, periods=found.periods(reporting=reporting))


def test_a_rate_holds_since_somebody_changed_one() -> None:
    assert table().exchange_rates(reporting="USD").dates == {"EUR": CHANGED.date(), "JPY": CHANGED.date()}


def test_a_dated_rate_holds_since_its_start() -> None:
    rates = table(rate("EUR", "0.5", DAY)).exchange_rates(reporting="USD", on=DAY)
    assert rates.dates == {"EUR": DAY, "JPY": CHANGED.date()}
    assert rates.rates["EUR"] == Fraction(2)


def test_rates_of_two_ages_are_as_old_as_the_younger() -> None:
    rates = table(rate("EUR", "0.5", DAY)).exchange_rates(reporting="EUR", on=DAY)
    assert rates.dates == {"USD": DAY, "JPY": DAY}


def test_nobody_knows_since_when_a_policys_rate_holds() -> None:
    assert ExchangeRates(reporting="USD", rates={"EUR": Fraction(11, 10)}).dates == {}


def test_a_deal_is_worth_what_it_was_when_it_closed() -> None:
    rates = with_periods(
        table(rate("EUR", "0.5", DAY, DAY + timedelta(30)), rate("EUR", "0.4", DAY + timedelta(30))), reporting="USD"
    )
    euros = Money(100_00, "EUR")
    worth = [rates.convert(euros, on=DAY + timedelta(days)) for days in (-1, 0, 29, 30, 999)]
    assert [one.minor for one in worth] == [125_00, 200_00, 200_00, 250_00, 250_00]
    assert rates.convert(euros).minor == 125_00


def test_a_currency_without_dated_rates_keeps_its_current_one() -> None:
    rates = with_periods(table(rate("EUR", "0.5", DAY)), reporting="USD")
    assert rates.convert(Money(160, "JPY"), on=DAY) == Money(100, "USD")
    with pytest.raises(KeyError):
        rates.convert(Money(1, "CHF"), on=DAY)


_BOUNDS = st.lists(st.integers(0, 60), min_size=2, max_size=6, unique=True).map(sorted)


@given(
    bounds=_BOUNDS,
    values=st.lists(st.integers(1, 999), min_size=6, max_size=6),
    day=st.integers(-5, 70),
    is_open=st.booleans(),
    reporting=st.sampled_from(["USD", "EUR", "JPY"]),
)
def test_on_each_day_the_rates_are_those_that_hold(
    bounds: list[int], values: list[int], day: int, is_open: bool, reporting: str
) -> None:
    """Looked up by the period that began last, whatever periods there are."""
    starts = [DAY + timedelta(one) for one in bounds]
    ends = [*starts[1:], None if is_open else starts[-1] + timedelta(3)]
    found = table(
        *(rate("EUR", f"0.{value:03}", start, end) for value, start, end in zip(values, starts, ends, strict=False))
    )
    when = DAY + timedelta(day)
    plain = found.exchange_rates(reporting=reporting, on=when)
    for code in plain.rates:
        money = Money(123_457, code)
        assert with_periods(found, reporting=reporting).convert(money, on=when) == plain.convert(money)
