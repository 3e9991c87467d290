"""Ava looks for a customer that the bot has not heard of yet: Salesforce is asked while the form stays open."""

from collections.abc import Iterator

import pytest

from bot import clock
from domain.money import Money
from handlers.people import owners
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from sandbox.slack.person import Person
from storage.jobs.models import Job
from storage.models import Account, AccountSearch
from tests.scenarios import salesforce_world as crm
from tests.scenarios.conftest import IN_A_HURRY, OpenOffice
from tests.scenarios.office import Office
from usecases.job_kinds import MIRROR_CUSTOMERS

SEARCH = "Search Salesforce for"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def org() -> Iterator[Org]:
    org = Org(clock=clock.now)
    org.insert("CurrencyType", IsoCode="USD", ConversionRate=1, IsCorporate=True)
    yield org
    org.close()


@pytest.fixture
def salesforce(org: Org) -> Iterator[SalesforceServer]:
    with SalesforceServer(org) as server:
        yield server


@pytest.fixture
def office(open_office: OpenOffice, salesforce: SalesforceServer) -> Office:
    """The first sync, of an empty Salesforce, is done, and the next one is far away."""
    policy = {"salesforce": {**crm.POLICY["salesforce"], "changes_every": "1d"}}
    office = open_office(seed="empty", more_policy=policy, more_settings=crm.settings(salesforce))
    office.wait_for(lambda: office.count(Job, Job.kind == MIRROR_CUSTOMERS.name) == len(["changes", "everything"]))
    office.settle()
    return office


def facts(person: Person) -> str:
    found = [block for block in person.modal.blocks if block["block_id"].startswith("facts")]
    return str(found[0]["elements"][0]["text"]) if found else ""


def chosen(person: Person) -> str | None:
    """What the account's input has."""
    (option,) = (action["account"]["selected_option"] for action in person.modal.values.values() if "account" in action)
    return option["text"]["text"] if option else None


def search(office: Office, typed: str) -> None:
    """Choose to search, as the last but one line of the type-ahead offers it."""
    lines = [option["text"]["text"] for option in office.ava.suggestions("Account", typed)]
    assert lines[-2:] == [f"🔎 {SEARCH} “{typed}”", f"➕ Not in the CRM: add “{typed}”"]
    office.ava.choose("Account", typed)


class TestTheAnswerComesBackIntoTheForm:
    def test_with_the_account_chosen_and_everything_that_was_typed(self, office: Office, org: Org) -> None:
        crm.add_customer(org, "Zebra Foods", Segment__c="Retail")
        office.open_form(office.ava, "Dark mode")
        office.ava.fill({"Priority": "P0", "What is at stake?": "Risks churn", "Use case": "At night."})
        search(office, "zebra")
        assert office.ava.submit().errors == {"account": "Choose the account, or type its name to add it."}
        office.settle()

        assert chosen(office.ava) == "Zebra Foods"
        assert "Customer · Retail" in facts(office.ava)
        assert "$240k ARR" in facts(office.ava)
        assert office.ava.modal.values["use_case"]["use_case"]["value"] == "At night."
        assert office.ava.submit().response_action == "close"
        assert office.rows(Account)[0].id == office.last_request().account_id
        assert office.last_request().arr_crm is not None
        assert office.count(AccountSearch) == 0, "the name is not kept"

    def test_with_what_there_is_where_several_can_be_meant(self, office: Office, org: Org) -> None:
        for name in ("Zebra AG", "Zebra & Söhne"):
            crm.add_customer(org, name)
        office.open_form(office.ava)
        search(office, "Zebra")
        office.settle()

        assert chosen(office.ava) is None
        assert facts(office.ava) == (
            "Salesforce has “Zebra &amp; Söhne”, “Zebra AG”. Now you find them under “Account”: choose one."
        )
        office.ava.type("What is missing?", "Dark mode")
        assert "Now you find them" in facts(office.ava), "it stays until an account is chosen"
        office.ava.choose("Account", "Zebra AG")
        assert "$240k ARR" in facts(office.ava)
        office.ava.type("What is missing?", "Dark mode on Android")
        assert chosen(office.ava) == "Zebra AG"

    def test_with_nothing(self, office: Office) -> None:
        office.open_form(office.ava)
        search(office, "Zebra")
        office.settle()

        assert "no account whose name starts with “Zebra”" in facts(office.ava)
        assert chosen(office.ava) is None

    def test_with_what_to_do_when_salesforce_is_down(self, office: Office, salesforce: SalesforceServer) -> None:
        salesforce.faults.script("*", "html:503", times=9)
        office.open_form(office.ava)
        search(office, "Zebra")
        office.settle()

        assert "Salesforce does not answer right now. Add it as “not in the CRM”" in facts(office.ava)


class TestMeanwhile:
    def test_the_form_says_that_it_searches(self, office: Office, org: Org, salesforce: SalesforceServer) -> None:
        crm.add_customer(org, "Zebra Foods")
        salesforce.faults.script("*", "slow:30")
        office.open_form(office.ava)
        search(office, "zebra")

        assert facts(office.ava) == "Searching Salesforce for “zebra” …"
        office.ava.type("What is missing?", "Dark mode")
        assert facts(office.ava) == "Searching Salesforce for “zebra” …"
        salesforce.faults.clear()
        office.settle()
        assert chosen(office.ava) == "Zebra Foods"
        assert office.ava.modal.values["title"]["title"]["value"] == "Dark mode"

    def test_an_amount_that_is_typed_is_not_lost(self, office: Office, org: Org, salesforce: SalesforceServer) -> None:
        crm.add_deal(org, crm.add_customer(org, "Zebra Foods"), "Zebra renewal")
        salesforce.faults.script("*", "slow:30")
        office.open_form(office.ava, "Dark mode")
        office.ava.fill({"Priority": "P0", "What is at stake?": "Risks churn"})
        search(office, "zebra")
        office.ava.type("ARR at stake", "90k")
        salesforce.faults.clear()
        office.settle()

        assert chosen(office.ava) == "Zebra Foods"
        assert office.ava.modal.values["arr"]["arr"]["value"] == "90k"
        assert "$240,000 is what the CRM says, and what counts if you leave this empty." in str(office.ava.modal.blocks)
        office.ava.choose("Opportunity", "Zebra renewal")
        assert office.ava.submit().response_action == "close"
        filed = office.last_request()
        assert (filed.arr_typed, filed.arr_crm) == (Money(90_000_00, "USD"), Money(240_000_00, "USD"))
        assert filed.opportunity_id is not None

    def test_whoever_adds_the_account_by_hand_keeps_it(
        self, office: Office, org: Org, salesforce: SalesforceServer
    ) -> None:
        crm.add_customer(org, "Zebra Foods")
        salesforce.faults.script("*", "slow:30")
        office.open_form(office.ava)
        search(office, "Zebra")
        office.ava.choose("Account", "Z")
        salesforce.faults.clear()
        office.settle()

        assert chosen(office.ava) == "➕ Not in the CRM: add “Z”"
        assert "is added as _unverified_" in facts(office.ava)

    def test_a_form_that_was_closed_waits_for_nothing(self, office: Office, org: Org) -> None:
        crm.add_customer(org, "Zebra Foods")
        office.open_form(office.ava)
        search(office, "Zebra")
        office.ava.close()
        office.settle()

        assert office.count(AccountSearch) == 0


def test_owners_are_known_in_slack_after_a_sync(office: Office, org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "PACE", IN_A_HURRY)
    cem, left = (
        org.insert("User", Name=name, Email=email, IsActive=True)
        for name, email in (("Cem", "CEM@example.com"), ("Somebody Else", "else@example.com"))
    )
    crm.add_customer(org, "Zebra Foods", OwnerId=cem, CSM__c=left)
    crm.sync(office)
    office.open_form(office.ava)
    office.ava.choose("Account", "Zebra")

    assert "Owner <@U0CEM> · CSM Somebody Else" in facts(office.ava)
