"""Figures to measure by are frozen once a quarter: cold at first, measured when there is enough, then never changed."""

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from domain.money import ExchangeRates
from domain.words import AccountKind, GapState, Impact, Priority
from scoring import Calibration, Policy, cold_start
from scoring.stored_calibration import restored
from storage import calibrations, portfolio, snapshots
from storage.calibrations import Frozen, quarter_of
from storage.database import Database
from storage.models import Account, Gap, Request
from tests.usecases.office import NOW, PM, Office
from usecases.calibrations import currencies_of
from usecases.live_portfolio import as_portfolio

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
QUARTER = quarter_of(NOW.date())


def stored(office: Office, quarter: str = QUARTER) -> Frozen | None:
    return office.reading(  # type: ignore[no-any-return]
        lambda session: calibrations.latest(session, currency="USD", until=quarter)
    )


def as_stored(calibration: Calibration) -> Any:
    return json.loads(json.dumps(calibration.figures()))


def renewed(office: Office) -> bool:
    """What the daily snapshot does before it ranks."""
    rank = office.use.rank
    known = as_portfolio(office.reading(portfolio.read), rank.rates())
    return office.use.ranking.take_snapshot.calibrations.renew(known, rank.rates(), rank.policy)


def ask_for(office: Office, gaps: int) -> None:
    """So many gaps, each asked for by an account of its own."""
    at = office.clock()
    with office.database.write() as session:
        for number in range(gaps):
            name = f"A{next(office.numbers)}"
            account = Account(
                name=name,
                kind=AccountKind.CUSTOMER,
                arr_minor=(number + 1) * 1000_00,
                arr_currency="USD",
                created_at=at,
            )
            account.owner_name = f"O{number % 5}"
            gap = Gap(title=name, state=GapState.BACKLOG, created_by=PM, created_at=at, updated_at=at)
            session.add_all([account, gap])
            session.flush()
            asks = Request(gap_id=gap.id, account_id=account.id, title=name, requester_id=PM, source="command")
            asks.priority, asks.impact = (Priority.P0 if number % 3 else Priority.P1), Impact.RISKS_CHURN
            asks.account_kind_then, asks.last_confirmed_at = AccountKind.CUSTOMER, at
            asks.created_at = asks.updated_at = at
            session.add(asks)


def test_the_first_figures_are_those_of_a_young_organisation_and_give_way_once(database: Database) -> None:
    office = Office(database)
    ask_for(office, 2)
    assert office.use.rank.terms().calibration.label == "cold-start"
    assert renewed(office)
    cold = stored(office)
    assert cold is not None
    assert (cold.quarter, cold.version, cold.is_measured, cold.requested_gaps) == (QUARTER, 1, False, 2)
    assert not office.use.rank.terms().calibration.owner_cap_on, "fewer than three owners"
    ask_for(office, 30)
    office.clock.move(days=1)
    assert renewed(office)
    measured = stored(office)
    assert measured is not None
    assert (measured.version, measured.is_measured, measured.requested_gaps) == (2, True, 32)
    now = office.use.rank.terms().calibration
    assert as_stored(now) == measured.figures
    assert now.references != cold_start(now.currencies).references
    office.file(account_id=office.account("Giant", arr_minor=9_000_000_00), join_gap_id=office.gap("Big"))
    office.clock.move(days=1)
    assert not renewed(office)
    assert stored(office) == measured, "frozen"


@on_sqlite
def test_a_quarter_has_the_figures_of_the_last_one_until_its_own_are_made(database: Database) -> None:
    office = Office(database)
    ask_for(office, 30)
    renewed(office)
    before = office.use.rank.terms().calibration
    office.clock.move(days=92)
    assert office.use.rank.terms().calibration == before
    renewed(office)
    after = office.use.rank.terms().calibration
    assert (before.label, after.label) == (QUARTER, quarter_of(office.clock().date()))
    assert after.id != before.id


@on_sqlite
def test_the_list_and_why_are_by_the_stored_figures(database: Database) -> None:
    office = Office(database)
    ask_for(office, 30)
    office.use.ranking.take_snapshot.take()
    use, rank = office.use.ranking, office.use.rank
    shown = use.list_gaps.page(use.saved_views.query("", by=PM), by=PM, page=0)
    rows = office.reading(portfolio.read)
    assert [(gap.gap_id, gap.score) for gap in shown.gaps] == [
        (int(entry.gap_id), entry.score) for entry in rank.ranking(rows).entries[:10]
    ]
    why = use.explain(shown.gaps[0].gap_id, use.saved_views.query("", by=PM), by=PM)
    assert why.calibration_id.startswith(f"{QUARTER}-")
    day = office.reading(lambda session: snapshots.latest_until(session, office.clock().date()))
    now = rank.terms().calibration
    assert (day.calibration_id, day.calibration) == (now.id, as_stored(now))


@on_sqlite
def test_two_who_freeze_at_once_freeze_one(database: Database) -> None:
    office = Office(database)
    frozen = Frozen(
        quarter=QUARTER, currency="USD", version=1, made_at=NOW, requested_gaps=3, is_measured=True, figures={"a": 1}
    )
    with database.write() as session:
        assert calibrations.keep(session, frozen)
        assert not calibrations.keep(session, replace(frozen, figures={"a": 2}))
    assert stored(office) == frozen
    assert stored(office, quarter_of(NOW.date() - timedelta(days=100))) is None


def test_stored_figures_are_read_back_exactly() -> None:
    policy = Policy(weights=(0.1, 0.2, 0.3, 0.4), owner_kappa=Fraction(1, 3))
    office_rates = {"USD": Fraction(1), "EUR": Fraction(11, 10)}
    made = cold_start(currencies_of(ExchangeRates(reporting="USD", rates=office_rates)), policy=policy, label="2026Q1")
    again = restored("2026Q1", made.figures(), policy=policy, newer_rates={"EUR": Fraction(2), "JPY": Fraction(1, 150)})
    assert again.currencies.rates == office_rates | {"JPY": Fraction(1, 150)}, "frozen, but for what came since"
    assert replace(again, currencies=made.currencies) == made
