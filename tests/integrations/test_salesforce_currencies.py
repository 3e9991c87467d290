"""Which currencies the org knows, and what they are worth."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.directory import DirectoryUnavailable
from domain.money import Money
from sandbox.salesforce.org import Org
from tests.integrations.conftest import Hands
from tests.integrations.salesforce_world import World


@pytest.fixture
def org(request: pytest.FixtureRequest, clock: Hands) -> Iterator[Org]:
    org = Org(clock=clock, **getattr(request, "param", {}))
    yield org
    org.close()


def add_currency(org: Org, code: str, rate: str, *, corporate: bool = False) -> str:
    return org.insert("CurrencyType", IsoCode=code, ConversionRate=rate, IsCorporate=corporate, IsActive=True)


def test_current_rates_with_the_day_of_their_last_change(world: World, clock: Hands) -> None:
    add_currency(world.org, "USD", "1", corporate=True)
    euro = add_currency(world.org, "EUR", "0.8")
    clock.pass_(days=2)
    world.org.update("CurrencyType", euro, ConversionRate="0.9")

    table = world.directory.currencies()

    assert table is not None
    assert (table.corporate, table.as_of, table.dated) == ("USD", clock(), ())
    assert {rate.code: rate.per_corporate for rate in table.rates} == {"USD": Decimal(1), "EUR": Decimal("0.9")}


def test_conversion_between_any_two(world: World) -> None:
    add_currency(world.org, "USD", "1", corporate=True)
    add_currency(world.org, "EUR", "0.8")
    add_currency(world.org, "JPY", "160")
    table = world.directory.currencies()
    assert table is not None

    dollars, yen = (table.exchange_rates(reporting=code) for code in ("USD", "JPY"))

    assert dollars.rates == {"EUR": Fraction(5, 4), "JPY": Fraction(1, 160)}
    assert dollars.convert(Money(minor=80_00, currency="EUR")) == Money(minor=100_00, currency="USD")
    assert yen.convert(Money(minor=80_00, currency="EUR")) == Money(minor=16_000, currency="JPY")
    with pytest.raises(KeyError):
        table.exchange_rates(reporting="CHF")


@pytest.mark.parametrize("org", [{"dated_rates": True}], indirect=True)
def test_dated_rates_hold_from_their_start_to_before_the_next(world: World) -> None:
    add_currency(world.org, "USD", "1", corporate=True)
    add_currency(world.org, "EUR", "0.5")
    for start, end, rate in (((2025, 1, 1), (2026, 1, 1), "0.8"), ((2026, 1, 1), (9999, 12, 31), "0.9")):
        world.org.insert(
            "DatedConversionRate",
            IsoCode="EUR",
            ConversionRate=rate,
            StartDate=date(*start),
            NextStartDate=date(*end),
        )
    table = world.directory.currencies()
    assert table is not None

    worth = {
        day: table.exchange_rates(reporting="USD", on=day).rates["EUR"]
        for day in (date(2024, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    }

    assert list(worth.values()) == [Fraction(2), Fraction(5, 4), Fraction(10, 9)]
    assert table.exchange_rates(reporting="USD").rates["EUR"] == Fraction(2)


@pytest.mark.parametrize("org", [{"multi_currency": False}], indirect=True)
def test_an_org_with_one_currency_has_no_table_and_uses_the_default(world: World) -> None:
    acme = world.org.insert("Account", Name="Acme", ARR__c=100)

    assert world.directory.currencies() is None
    assert world.account(acme).arr == Money(minor=100_00, currency="USD")
    assert world.directory.check().missing == ()


@pytest.mark.parametrize("corporate", [[], ["USD", "EUR"]])
def test_one_currency_must_be_the_corporate_one(world: World, corporate: list[str]) -> None:
    for code in ("USD", "EUR"):
        add_currency(world.org, code, "1", corporate=code in corporate)

    with pytest.raises(DirectoryUnavailable):
        world.directory.currencies()


@pytest.mark.parametrize("rate", ["0", "-1"])
def test_a_rate_that_converts_nothing_is_refused(world: World, rate: str) -> None:
    add_currency(world.org, "USD", "1", corporate=True)
    add_currency(world.org, "EUR", rate)

    with pytest.raises(DirectoryUnavailable):
        world.directory.currencies()


def test_an_empty_code_is_never_taken_for_the_default_currency(world: World) -> None:
    world.add_account(ARR__c=100, CurrencyIsoCode=None)

    (found,) = world.accounts()

    assert (found.arr, found.currency, found.unreadable) == (None, None, ("arr",))
