"""Salesforce has a bad day, and nobody notices anything but a date."""

from collections.abc import Iterator

import pytest

from bot import clock
from domain.money import Money
from sandbox.moods import Mood
from sandbox.salesforce.moods import MOODS
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from storage.jobs.models import Job
from storage.models import Account
from tests.scenarios import salesforce_world as crm
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, seen
from usecases.job_kinds import MIRROR_CUSTOMERS

BAD_DAYS = [
    *(mood for mood in MOODS if mood.key in {"silent", "down", "limited"}),
    Mood(key="thirty seconds", label="", detail="", faults=(("*", "slow:30"),)),
]
STUCK = {"silent", "thirty seconds"}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def org() -> Iterator[Org]:
    org = Org(clock=clock.now)
    org.insert("CurrencyType", IsoCode="USD", ConversionRate=1, IsCorporate=True)
    acme = crm.add_customer(org, "Acme Rockets", Segment__c="Enterprise")
    crm.add_deal(org, acme, "Renewal of the moon base")
    crm.add_customer(org, "Bolt & Nut", arr=12_000)
    yield org
    org.close()


@pytest.fixture
def salesforce(org: Org) -> Iterator[SalesforceServer]:
    with SalesforceServer(org) as server:
        yield server


@pytest.fixture
def office(open_office: OpenOffice, salesforce: SalesforceServer) -> Office:
    """Nobody has filed anything yet, and the first load is done."""
    office = open_office(seed="empty", more_policy=crm.POLICY, more_settings=crm.settings(salesforce))
    crm.sync(office)
    return office


def acme(office: Office) -> Account:
    (found,) = office.rows(Account, Account.name == "Acme Rockets")
    account: Account = found
    return account


def is_at_work(job: Job) -> bool:
    return job.state == "open" and job.token is not None


@pytest.mark.parametrize("day", BAD_DAYS, ids=lambda day: day.key)
def test_filing_searching_and_ranking_go_on_and_the_mirror_catches_up(
    office: Office, org: Org, salesforce: SalesforceServer, day: Mood
) -> None:
    known = acme(office)
    day.settle(salesforce.faults)
    org.update("Account", known.salesforce_id or "", ARR__c=990_000)
    crm.want_sync(office)
    salesforce.faults.wait_until_taken()

    office.open_form(office.ava)
    assert "Acme Rockets" in [one["text"]["text"] for one in office.ava.suggestions("Account", "roc")]
    office.ava.choose("Account", "Acme")
    assert known.arr_as_of is not None
    assert f"$240k ARR · as of {known.arr_as_of:%-d %b %Y}" in str(office.ava.modal.blocks)
    office.ava.fill(
        {"What is missing?": "Dark mode", "Priority": "P1", "What is at stake?": "Risks churn", "Product area": "Auth"}
    )
    assert office.ava.submit().response_action == "close"
    office.wait_for(lambda: any("Filed for" in seen(one) for one in office.ava.messages("general")))
    ranking = office.top_gaps(office.pat)
    assert "Dark mode" in ranking
    assert "$240k" in ranking
    assert f"as of {known.arr_as_of:%-d %b %Y}" in ranking

    # All of this happened while one job, and nobody else, waited for Salesforce.
    if day.key in STUCK:
        assert is_at_work(office.rows(Job, Job.kind == MIRROR_CUSTOMERS.name)[-1])
        assert salesforce.faults.taken == 1
    assert salesforce.records.of("batch") == []
    assert office.link.silences == []

    salesforce.faults.clear()
    office.settle(hasten=True)

    caught_up = acme(office)
    assert caught_up.arr == Money(990_000_00, "USD")
    assert caught_up.arr_as_of is not None
    assert caught_up.arr_as_of > known.arr_as_of
    # Whoever is only slow is believed in the end; all others are asked again.
    assert ('"salesforce.sync_postponed"' in office.logs) == (day.key != "thirty seconds")


def test_a_revoked_access_is_a_dead_letter_with_the_sentence_and_the_next_look_begins_anew(
    office: Office, org: Org, salesforce: SalesforceServer
) -> None:
    office.expects_dead_jobs = True
    salesforce.faults.script("describe", "INSUFFICIENT_ACCESS")
    crm.sync(office)
    (dead,) = office.dead_jobs()
    assert "Check the rights of the integration user." in str(dead.error)

    org.update("Account", acme(office).salesforce_id or "", ARR__c=990_000)
    crm.sync(office)
    assert acme(office).arr == Money(990_000_00, "USD")
    assert len(office.dead_jobs()) == 1
