"""The rows of the database as the ranking takes them: money of former days at the rates of those days."""

from datetime import date
from fractions import Fraction

import pytest

from domain.money import ExchangeRates
from domain.words import OpportunityStage
from storage import portfolio
from tests.usecases.office import Office
from usecases.live_portfolio import as_portfolio

DAY = date(2026, 3, 1)
RATES = ExchangeRates(
    reporting="USD",
    rates={"EUR": Fraction(11, 10)},
    periods=((date.min, {"EUR": Fraction(2)}), (DAY, {"EUR": Fraction(3)})),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("stage", "close", "worth"),
    [
        (OpportunityStage.LOST, date(2026, 2, 28), (200_00, "USD")),
        (OpportunityStage.WON, DAY, (300_00, "USD")),
        (OpportunityStage.OPEN, DAY, (100_00, "EUR")),
        (OpportunityStage.LOST, None, (100_00, "EUR")),
    ],
)
def test_a_closed_deal_is_worth_what_it_was_on_its_day(
    office: Office, stage: OpportunityStage, close: date | None, worth: tuple[int, str]
) -> None:
    acme = office.account()
    deal = office.opportunity(acme, stage=stage, close_date=close, amount_minor=100_00, amount_currency="EUR")
    office.file(account_id=acme, opportunity_id=deal)
    (known,) = as_portfolio(office.reading(portfolio.read), RATES).opportunities
    assert (known.amount, known.currency) == worth


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_rates_of_former_days_todays_hold(office: Office) -> None:
    acme = office.account()
    lost = {"stage": OpportunityStage.LOST, "close_date": DAY, "amount_minor": 100_00}
    known, unknown = (office.opportunity(acme, amount_currency=code, **lost) for code in ("EUR", "XAU"))
    office.file(account_id=acme, opportunity_id=known)
    today = ExchangeRates(reporting="USD", rates={"EUR": Fraction(11, 10)})
    deals = {one.id: one for one in as_portfolio(office.reading(portfolio.read), today).opportunities}
    assert (deals[str(known)].amount, deals[str(known)].currency) == (100_00, "EUR")
    assert deals[str(unknown)].amount is None
