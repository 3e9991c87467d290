"""What the form says of an account: its money in both currencies, its people, its deals, what it asks for already."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amount import Amount
from domain.money import Money
from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority
from storage import requests
from tests.usecases.office import NOW, OTHER_SELLER, PM, SELLER, Office, in_days
from usecases.account_budget import Budget, budget
from usecases.find_accounts import AccountCard, Colleague

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def card(office: Office, account_id: int, *, by: str = SELLER, joins: int | None = None) -> AccountCard:
    return office.use.find_accounts.card(account_id, by=by, joins=joins)


@only_sqlite
class TestTheAccount:
    def test_it_names_its_people_by_slack_where_that_is_known(self, office: Office) -> None:
        acme = office.account(
            owner_name="Lena", owner_slack_id="ULENA", csm_name="Tom", segment="SMB", is_strategic=True
        )
        shown = card(office, acme)
        assert (shown.owner, shown.csm) == (Colleague("Lena", "ULENA"), Colleague("Tom", None))
        assert (shown.segment, shown.is_strategic, shown.is_deleted) == ("SMB", True, False)

    def test_one_that_the_crm_deleted_while_the_form_was_open_says_so(self, office: Office) -> None:
        acme = office.account(crm_deleted_at=NOW)
        assert card(office, acme).is_deleted

    @pytest.mark.parametrize(("currency", "reporting"), [("EUR", Money(110_00, "USD")), ("USD", None), ("CHF", None)])
    def test_money_is_in_its_own_currency_and_in_everybodys(
        self, office: Office, currency: str, reporting: Money | None
    ) -> None:
        acme = office.account(arr_minor=100_00, arr_currency=currency)
        assert card(office, acme).arr == Amount(original=Money(100_00, currency), reporting=reporting)


class TestItsDeals:
    def test_renewals_first_then_what_closes_soonest_then_what_was_lost_last(self, office: Office) -> None:
        acme = office.account()
        given: list[dict[str, Any]] = [
            {"name": "lost long ago", "stage": "lost", "close_date": in_days(-729)},
            {"name": "lost", "stage": "lost", "close_date": in_days(-300)},
            {"name": "lost of late", "stage": "lost", "close_date": in_days(-3)},
            {"name": "lost some day", "stage": "lost", "close_date": None},
            {"name": "won", "stage": "won", "close_date": in_days(9)},
            {"name": "gone", "close_date": in_days(1), "crm_deleted_at": NOW},
            {"name": "new some day", "kind": OpportunityKind.NEW, "close_date": None},
            {"name": "new", "kind": OpportunityKind.NEW, "close_date": in_days(5)},
            {"name": "renewal later", "close_date": in_days(90)},
            {"name": "renewal", "close_date": in_days(40)},
        ]
        for one in given:
            office.opportunity(acme, **one)
        office.opportunity(office.account("Other"), name="theirs")
        names = [one.line.split(" · ")[0] for one in card(office, acme).opportunities]
        assert names == ["renewal", "renewal later", "new", "new some day", "lost of late", "lost"]

    @only_sqlite
    def test_a_lost_one_says_when(self, office: Office) -> None:
        acme = office.account()
        lost = {"stage": OpportunityStage.LOST, "close_date": date(2026, 9, 1)}
        office.opportunity(acme, amount_minor=90_000_00, amount_currency="EUR", **lost)
        assert [one.line for one in card(office, acme).opportunities] == [
            "Renewal 2027 · renewal · €90k · lost 1 Sep 2026"
        ]


class TestWhatItAsksFor:
    def test_open_gaps_by_their_most_severe_request(self, office: Office) -> None:
        acme, other = office.account(), office.account("Other")
        shipped = office.gap("Shipped", state=GapState.BACKLOG)
        plain, merged, target = office.gap("Plain"), office.gap("Merged"), office.gap("Target")
        for gap_id, priority in ((plain, "NICE"), (plain, "P0"), (plain, "P1"), (merged, "P1"), (shipped, "P0")):
            office.file(account_id=acme, join_gap_id=gap_id, priority=priority)
        office.file(account_id=other, join_gap_id=target)
        back = office.file(account_id=acme, join_gap_id=target).request_id
        office.use.change_request.withdraw(back, by=SELLER, response_url=None)
        office.move(merged, state=GapState.DUPLICATE, merged_into_id=target)
        office.move(shipped, state=GapState.SHIPPED)
        asked = office.reading(lambda session: requests.asked_for(session, acme))
        assert asked == {plain: Priority.P0, target: Priority.P1}

    @only_sqlite
    def test_its_money_is_shared_out_over_that(self, office: Office) -> None:
        """The sentence of the form: $240k over 3 gaps; as P0 this one would carry $160k."""
        acme = office.account(arr_minor=240_000_00)
        first, second = office.gap("One"), office.gap("Two")
        office.file(account_id=acme, join_gap_id=first, priority="P1")
        office.file(account_id=acme, join_gap_id=second, priority="NICE")
        expected = Budget(total=Money(240_000_00, "USD"), gaps=3, as_p0=Money(160_000_00, "USD"))
        assert card(office, acme).budget == expected

    @only_sqlite
    def test_a_gap_that_it_asks_for_already_is_counted_once(self, office: Office) -> None:
        acme = office.account(arr_minor=240_000_00)
        gap_id = office.gap()
        office.file(account_id=acme, join_gap_id=gap_id, priority="P0", by=OTHER_SELLER)
        shown = card(office, acme, joins=gap_id).budget
        assert shown == Budget(total=Money(240_000_00, "USD"), gaps=1, as_p0=Money(240_000_00, "USD"))

    @only_sqlite
    @pytest.mark.parametrize(
        ("deals", "total"),
        [([], None), ([("open", 100_00, "EUR"), ("open", 5_00, "USD"), ("lost", 9_00, "USD")], 115_00)],
    )
    def test_a_prospects_money_is_that_of_its_open_deals(
        self, office: Office, deals: list[tuple[str, int, str]], total: int | None
    ) -> None:
        acme = office.account(arr_minor=None, arr_currency=None, kind=AccountKind.PROSPECT)
        for stage, minor, currency in deals:
            office.opportunity(
                acme, kind="new", stage=stage, amount_minor=minor, amount_currency=currency, close_date=in_days(-1)
            )
        shown = card(office, acme).budget
        assert (shown.total.minor if shown else None) == total

    @only_sqlite
    @pytest.mark.parametrize(("by", "exact"), [(SELLER, False), (PM, True)])
    def test_exact_sums_are_for_leaders(self, office: Office, by: str, exact: bool) -> None:
        assert card(office, office.account(), by=by).shows_exact_money is exact


@given(st.integers(1, 10**12), st.lists(st.sampled_from(Priority), max_size=30))
def test_a_p0_never_carries_more_than_there_is_nor_less_than_an_even_share(cents: int, others: list[Priority]) -> None:
    shared = budget(Money(cents, "USD"), others=dict(enumerate(others)))
    assert shared.gaps == 1 + len(others)
    assert Fraction(cents, shared.gaps) - 1 <= shared.as_p0.minor <= cents
    assert (shared.as_p0.minor == cents) or others
