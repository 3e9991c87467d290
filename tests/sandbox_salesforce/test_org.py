"""What happens to records, and what those who watch SystemModstamp see of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox import book
from sandbox.salesforce.book_org import book_org
from sandbox.salesforce.org import Org
from sandbox.salesforce.soql import parse
from tests.sandbox_salesforce.conftest import START, Clock

AS_OF = date(2026, 1, 5)


@pytest.fixture
def acme(org: Org, clock: Clock) -> str:
    """An account that was last changed an hour ago."""
    found = org.ids("Account")[0]
    clock.pass_(hours=1)
    return found


def changed(org: Org, clock: Clock) -> set[str]:
    """The names of what was changed right now."""
    now = clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    records = [org.get(kind, one) for kind in ("Account", "Opportunity") for one in everything(org, kind)]
    return {record["Name"] for record in records if record["SystemModstamp"] == now}


def everything(org: Org, kind: str) -> list[str]:
    return org.find(parse(f"SELECT Id FROM {kind}"), with_deleted=True)  # noqa: S608


def test_an_update_bumps_the_record_alone(org: Org, clock: Clock, acme: str) -> None:
    org.update("Account", acme, ARR__c=5, CurrencyIsoCode="EUR")

    assert (org.get("Account", acme)["ARR__c"], changed(org, clock)) == (5.0, {"Acme"})


def test_a_formula_bumps_nothing_unless_something_else_changes_too(org: Org, clock: Clock, acme: str) -> None:
    org.update("Account", acme, Health__c="Red")
    assert (org.get("Account", acme)["Health__c"], changed(org, clock)) == ("Red", set())

    org.update("Account", acme, Health__c="Green", Segment__c="Enterprise")
    assert changed(org, clock) == {"Acme"}


def test_the_stamp_has_whole_seconds(org: Org, clock: Clock, acme: str) -> None:
    clock.pass_(milliseconds=750)
    org.update("Account", acme, ARR__c=5)

    assert org.get("Account", acme)["SystemModstamp"].endswith(":02.000Z")


def test_delete_and_undelete_take_the_deals_along(org: Org, clock: Clock, acme: str) -> None:
    org.delete("Account", acme)
    assert (acme in org.ids("Account"), org.ids("Opportunity"), changed(org, clock)) == (False, [], {"Acme", "Renewal"})

    clock.pass_(minutes=1)
    org.undelete("Account", acme)
    assert (acme in org.ids("Account"), len(org.ids("Opportunity"))) == (True, 1)
    assert changed(org, clock) == {"Acme", "Renewal"}


def test_a_merge_moves_the_children(org: Org, clock: Clock, acme: str) -> None:
    master = org.insert("Account", Name="Master", at=START)
    clock.pass_(minutes=1)

    org.merge(master, acme)

    loser = org.get("Account", acme)
    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (1, master)
    assert changed(org, clock) == {"Acme", "Master", "acme child", "Renewal"}
    assert org.get("Opportunity", org.ids("Opportunity")[0])["AccountId"] == master


def test_destroyed_is_gone(org: Org, acme: str) -> None:
    org.destroy("Account", acme)

    assert acme not in everything(org, "Account")
    with pytest.raises(KeyError):
        org.get("Account", acme)


@pytest.mark.parametrize("action", ["update", "delete", "undelete"])
def test_what_is_not_there_cannot_change(org: Org, action: str) -> None:
    with pytest.raises(KeyError):
        getattr(org, action)("Account", "001Qy00000AAAAAAAA")


def test_a_typing_error_in_a_test_is_an_error(org: Org, acme: str) -> None:
    with pytest.raises(KeyError, match=r"Account\.Nope"):
        org.update("Account", acme, Nope=1)
    with pytest.raises(KeyError):
        org.insert("Nope", Name="x")


class TestBook:
    @pytest.fixture(scope="class")
    @classmethod
    def written(cls) -> book.Book:
        return book.write_book(seed=7, as_of=AS_OF)

    @pytest.fixture
    def company(self, written: book.Book, clock: Clock) -> Iterator[Org]:
        org = book_org(written, clock=clock)
        yield org
        org.close()

    def test_it_is_the_book_of_the_bot_s_mirror(self, company: Org, written: book.Book) -> None:
        accounts = {one.salesforce_id: one for one in written.accounts if one.verified}
        deals = {one.salesforce_id: one for one in written.opportunities}

        assert set(company.ids("Account")) == accounts.keys()
        assert set(company.ids("Opportunity")) == deals.keys()
        for one, account in accounts.items():
            assert one is not None
            self.check(company.get("Account", one), account)

    def check(self, stored: dict[str, Any], account: book.Account) -> None:
        scale = 1 if account.currency == "JPY" else 100
        assert stored["Name"] == account.name
        assert stored["CurrencyIsoCode"] == account.currency
        assert stored["ARR__c"] == (None if account.arr is None else account.arr / scale)
        assert stored["Renewal_Date__c"] == (account.renewal.isoformat() if account.renewal else None)
        assert bool(stored["Strategic__c"]) is account.strategic
        assert stored["OwnerId"]

    def test_rates_are_what_a_dollar_buys(self, company: Org, written: book.Book) -> None:
        rates = {
            row["IsoCode"]: row["ConversionRate"]
            for row in (company.get("CurrencyType", one) for one in company.ids("CurrencyType"))
        }

        assert rates.keys() == written.rates_to_usd.keys()
        for code, dollars in written.rates_to_usd.items():
            assert rates[code] * float(Decimal(dollars)) == pytest.approx(1, rel=1e-5)

    def test_everything_was_changed_before_the_book_s_day_began(self, company: Org) -> None:
        morning = (START.replace(hour=4, minute=30) + timedelta(seconds=0)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

        for kind in ("Account", "Opportunity", "User", "CurrencyType"):
            assert all(company.get(kind, one)["SystemModstamp"] <= morning for one in company.ids(kind))

    def test_it_is_the_same_every_time(self, company: Org, written: book.Book, clock: Clock) -> None:
        again = book_org(written, clock=clock)

        assert [again.get("User", one) for one in again.ids("User")] == [
            company.get("User", one) for one in company.ids("User")
        ]
        again.close()


def test_an_org_in_a_file_is_there_again_and_gives_no_id_twice(clock: Clock, tmp_path: Path) -> None:
    path = str(tmp_path / "org.db")
    first = Org(clock=clock, path=path)
    acme = first.insert("Account", Name="Acme")
    first.close()

    again = Org(clock=clock, path=path)
    other = again.insert("Account", Name="Other")

    assert again.ids("Account") == [acme, other]
    assert again.get("Account", acme)["Name"] == "Acme"
    again.close()


def test_all_or_nothing(org: Org) -> None:
    before = org.ids("Account")

    def half() -> None:
        with org.all_or_nothing():
            org.insert("Account", Name="Half")
            org.insert("Account", Nmae="Wrong")

    with pytest.raises(KeyError):
        half()
    assert org.ids("Account") == before

    with org.all_or_nothing():
        org.insert("Account", Name="Whole")
    assert len(org.ids("Account")) == len(before) + 1
