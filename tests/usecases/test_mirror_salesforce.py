"""The mirror in front of a Salesforce: the whole way over HTTP, on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.directory import BudgetSpent, DirectoryRefused, DirectoryUnavailable
from domain.gap_query import GapQuery
from domain.money import Money
from domain.words import AccountKind, OpportunityKind, OpportunityStage
from integrations.salesforce import SalesforceDirectory
from integrations.salesforce_fields import FieldMapping
from integrations.salesforce_session import ClientCredentials, Timeouts
from sandbox.book import write_book
from sandbox.salesforce.book_org import book_org
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from storage import portfolio, rates
from tests.usecases.mirror_world import Mirror
from tests.usecases.office import NOW, Office, in_days

FIELDS = {
    "arr": "ARR__c",
    "strategic": "Strategic__c",
    "segment": "Segment__c",
    "region": "Region__c",
    "health": "Health__c",
    "renewal_date": "Renewal_Date__c",
    "csm": "CSM__r.Name",
}
CANARY = "Zanzibar Ornithopter"


@dataclass
class Company(Mirror):
    """An org on loopback, the real client, and the mirror behind it."""

    directory: SalesforceDirectory
    org: Org
    server: SalesforceServer
    seconds: Callable[[], float] = field(default=lambda: 0.0)

    def add(self, name: str = "Acme", **values: Any) -> str:
        return self.org.insert("Account", Name=name, **{"CurrencyIsoCode": "USD"} | values)

    def add_deal(self, account: str, **values: Any) -> str:
        values = {"Name": "Renewal", "CurrencyIsoCode": "USD", "IsClosed": False, "IsWon": False} | values
        return self.org.insert("Opportunity", AccountId=account, **values)


@pytest.fixture
def company(office: Office) -> Iterator[Company]:
    org = Org(clock=office.clock)
    for code, rate in (("USD", "1"), ("EUR", "0.5")):
        org.insert("CurrencyType", IsoCode=code, ConversionRate=Decimal(rate), IsCorporate=code == "USD")
    with SalesforceServer(org, page_size=2) as server:
        yield Company(office, directory(server), org=org, server=server)
    org.close()


def directory(server: SalesforceServer) -> SalesforceDirectory:
    return SalesforceDirectory(
        url=server.base_url,
        credentials=ClientCredentials(consumer_key=server.consumer_key, consumer_secret=server.consumer_secret),
        mapping=FieldMapping(account=FIELDS, kinds={"Existing Business": OpportunityKind.EXPANSION}),
        default_currency="USD",
        timeouts=Timeouts(connect=2.0, read=5.0),
        monotonic=lambda: 0.0,
    )


def test_the_first_load_of_a_whole_company_ranks_like_its_own_book(office: Office) -> None:
    """120 accounts and their deals come over in pages; what was mirrored is what the book says."""
    book = write_book(seed=7, as_of=NOW.date())
    org = book_org(book, clock=office.clock)
    with SalesforceServer(org, page_size=50) as server:
        mirror = Mirror(office, directory(server))
        report = mirror.sync()
        verified = [one for one in book.accounts if one.salesforce_id]
        assert (report.is_full, report.accounts.read, report.opportunities.read) == (
            True,
            len(verified),
            len(book.opportunities),
        )
        assert (report.opportunities.left_out, report.opportunities.untyped, report.missing) == (0, 0, ())
        ids = {one.id: mirror.account(one.salesforce_id or "").id for one in verified}
        for one in verified:
            kept = mirror.account(one.salesforce_id or "")
            assert (kept.name, kept.domain, kept.kind, kept.health) == (one.name, one.domain, one.kind, one.health)
            assert kept.arr == (None if one.arr is None else Money(one.arr, one.currency))
            assert (kept.parent_id, kept.renewal_date) == (ids.get(one.parent or 0), one.renewal)
            assert (kept.owner_name, kept.csm_name, kept.is_strategic) == (one.owner_name, one.csm_name, one.strategic)
        for deal in book.opportunities:
            found = mirror.opportunity(deal.salesforce_id)
            assert (found.account_id, found.kind, found.stage) == (ids[deal.account], deal.kind, deal.stage)
        table = office.reading(rates.stored)
        assert (table.corporate, {rate.code for rate in table.rates}) == ("USD", set(book.rates_to_usd))
    org.close()


def test_a_change_of_owner_currency_and_amount_arrives(company: Company) -> None:
    ann, bob = (company.org.insert("User", Name=name, Email=f"{name}@us.example") for name in ("Ann", "Bob"))
    acme = company.add(OwnerId=ann, ARR__c="240000", Type="Customer")
    deal = company.add_deal(acme, Amount="5000", Type="Existing Business")
    company.sync()
    assert (company.account(acme).owner_name, company.account(acme).arr) == ("Ann", Money(240_000_00, "USD"))
    company.later(minutes=30)
    company.org.update("Account", acme, OwnerId=bob, CurrencyIsoCode="JPY", ARR__c="9000000")
    company.org.update("Opportunity", deal, IsClosed=True, IsWon=True, CloseDate=date(2026, 11, 2))
    report = company.sync()
    assert not report.is_full
    kept = company.account(acme)
    assert (kept.owner_name, kept.arr, kept.arr_as_of) == ("Bob", Money(9_000_000, "JPY"), company.office.clock())
    assert (company.opportunity(deal).stage, company.opportunity(deal).kind) == (
        OpportunityStage.WON,
        OpportunityKind.EXPANSION,
    )


def test_formulas_change_without_a_trace_until_the_night(company: Company) -> None:
    acme = company.add(Health__c="Green")
    company.later(days=1)
    company.sync()
    company.later(days=1)
    company.org.update("Account", acme, Health__c="Red")
    company.sync()
    assert company.account(acme).health == "green"
    company.sync(is_full=True)
    assert company.account(acme).health == "red"


def test_delete_and_undelete(company: Company) -> None:
    acme = company.add()
    deal = company.add_deal(acme)
    company.sync()
    company.later(minutes=30)
    company.org.delete("Account", acme)
    report = company.sync()
    assert (report.accounts.deleted, report.opportunities.deleted, company.found("acme")) == (1, 1, [])
    company.later(minutes=30)
    company.org.undelete("Account", acme)
    company.sync()
    assert (company.opportunity(deal).crm_deleted_at, company.found("acme")) == (None, ["Acme"])


def test_what_was_emptied_from_the_bin_is_noticed_at_night(company: Company) -> None:
    acme, other = company.add(), company.add("Other")
    company.sync()
    company.later(hours=1)
    company.org.delete("Account", acme)
    company.org.destroy("Account", acme)
    assert company.sync(is_full=True).accounts.deleted == 1
    assert (company.keys(), company.keys(is_deleted=True)) == ({other}, {acme})


def test_a_merge_takes_requests_and_deals_along(company: Company) -> None:
    acme, double = company.add("Acme"), company.add("Acme GmbH")
    deal = company.add_deal(double)
    company.sync()
    request = company.office.file(account_id=company.account(double).id).request_id
    company.later(minutes=30)
    company.org.merge(acme, double)
    assert company.sync().moved.requests == 1
    assert company.office.request(request).account_id == company.account(acme).id
    assert company.opportunity(deal).account_id == company.account(acme).id
    assert (company.account(double).crm_master_id, company.found("acme")) == (acme, ["Acme"])


@pytest.mark.parametrize("is_full", [True, False])
def test_a_cursor_lost_half_way(company: Company, is_full: bool) -> None:
    company.sync()
    company.later(days=1)
    keys = {company.add(f"Acme {number}") for number in range(9)}
    company.later(days=1)
    company.server.faults.script("query_more", "ok", "INVALID_QUERY_LOCATOR", "ok", "INVALID_QUERY_LOCATOR")
    report = company.sync(is_full=is_full)
    assert (company.keys(), report.accounts.read) == (keys, 9)


def test_a_spent_budget_ends_the_sync_and_keeps_what_came(company: Company) -> None:
    keys = {company.add(f"Acme {number}") for number in range(9)}
    company.server.calls_allowed = 7
    company.later(days=1)
    with pytest.raises(BudgetSpent):
        company.sync()
    kept = company.keys()
    assert kept < keys
    assert kept
    company.server.calls_used, company.server.calls_allowed = 0, 100_000
    again = Mirror(company.office, directory(company.server))
    assert again.sync().accounts.read == len(keys - kept)
    assert company.keys() == keys


def test_a_hidden_field_is_named_and_the_rest_goes_on(company: Company) -> None:
    acme = company.add(ARR__c="240000", Segment__c="Enterprise")
    company.org.hide("Account", "ARR__c")
    report = company.sync()
    assert [(one.record, one.key, one.api_name) for one in report.missing] == [("Account", "arr", "ARR__c")]
    assert (company.account(acme).arr, company.account(acme).segment) == (None, "Enterprise")
    assert report.usage is not None
    assert report.usage.used == company.server.calls_used


def test_an_org_with_one_currency_has_no_rates_of_its_own(office: Office) -> None:
    org = Org(clock=office.clock, multi_currency=False)
    acme = org.insert("Account", Name="Acme", ARR__c=Decimal("240000.00"))
    with SalesforceServer(org) as server:
        mirror = Mirror(office, directory(server))
        mirror.sync()
    assert (mirror.account(acme).arr, office.reading(rates.stored)) == (Money(240_000_00, "USD"), None)
    assert mirror.account(acme).kind is AccountKind.CUSTOMER, "it pays, and the type says nothing"
    org.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("query QUERY_TIMEOUT", DirectoryUnavailable),
        ("query html:503", DirectoryUnavailable),
        ("query_more drop", DirectoryUnavailable),
        ("query malformed", DirectoryUnavailable),
        ("query INSUFFICIENT_ACCESS", DirectoryRefused),
        ("token invalid_client", DirectoryRefused),
    ],
)
def test_no_trouble_tells_of_customers(
    company: Company,
    fault: str,
    error: type[Exception],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for number in range(5):
        account = company.add(f"{CANARY} {number}", Website="https://ornithopter.example", ARR__c="987654321")
        company.add_deal(account, Name=f"{CANARY} deal")
    company.server.faults.script(*fault.split())
    with pytest.raises(error) as raised:
        company.sync()
    company.server.faults.clear()
    told = [str(raised.value), repr(raised.value), caplog.text, *capfd.readouterr()]
    told += [str(one) for one in (raised.value.__cause__, raised.value.__context__) if one]
    told += [call.url for call in company.server.records.calls]
    for text in told:
        assert not any(word in text.lower() for word in ("zanzibar", "ornithopter", "987654321")), text


def test_names_like_attacks_are_only_names(company: Company) -> None:
    names = ["O'Neil & Söhne (100%)", "' OR Name LIKE '%", "🦜 Parrot", "x" * 255, "'; DROP TABLE account; --"]
    keys = [company.add(name) for name in names]
    company.sync()
    assert [company.account(key).name for key in keys] == names
    for typed, name in (("o'neil", names[0]), ("' or name", names[1]), ("parrot", names[2]), ("x" * 255, names[3])):
        assert company.found(typed) == [name]


def test_a_ranking_survives_a_currency_that_nobody_has_a_rate_for(company: Company) -> None:
    acme = company.add(ARR__c="240000", CurrencyIsoCode="XAF", Type="Customer")
    company.sync()
    office = company.office
    office.file(account_id=company.account(acme).id)
    (entry,) = [one for one in office.reading(lambda s: office.use.rank.ranking(portfolio.read(s))) if one.rank == 1]
    assert entry.totals.imputed_accounts == 1


def test_the_organisations_rates_go_before_the_policys(company: Company) -> None:
    office = company.office
    acme = company.add(ARR__c="100000", CurrencyIsoCode="EUR", Type="Customer", Renewal_Date__c=in_days(90))
    company.sync()
    office.file(account_id=company.account(acme).id)
    office.clock.move(minutes=2)
    shown = office.use.ranking.list_gaps.page(GapQuery(), by="USELLER", page=0)
    assert shown.gaps[0].arr == Money(200_000_00, "USD"), "the policy says 1.1"
    assert office.file(account_id=company.account(acme).id, arr="5m JPY", title="Audit log").request_id, "the policy's"
