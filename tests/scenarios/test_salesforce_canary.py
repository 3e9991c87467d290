"""One customer's data goes the whole way, from the CRM through a request and a bad week, and is seen by nobody else."""

import json
from collections.abc import Iterator

import pytest

from bot import clock
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from storage.jobs.models import Job
from storage.models import Account, AuditRow, Opportunity, Request
from tests.scenarios import salesforce_world as crm
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, seen

# In words of their own, so that each leak says what leaked.
NAME, DEAL, HOST = "Zzcanary Holdings", "Yyplover renewal", "xxcurlew.example"
OWNER, NOTE, TITLE = "Wwheron Owner", "Vvstork needs it for its audit", "Bulk edit of users"
SECRETS = (
    "zzcanary",
    "yyplover",
    "xxcurlew",
    "wwheron",
    "vvstork",
    "987654321",
    "987,654",
    "$988m",
    "76543210",
    "$77m",
)
FAULTS = (
    f"QUERY_TIMEOUT:{NAME}",
    f"REQUEST_LIMIT_EXCEEDED:{NAME}",
    f"INSUFFICIENT_ACCESS:{NAME}",
    "html:503",
    "expired",
)


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def org() -> Iterator[Org]:
    org = Org(clock=clock.now)
    org.insert("CurrencyType", IsoCode="USD", ConversionRate=1, IsCorporate=True)
    owner = org.insert("User", Name=OWNER, Email=f"owner@{HOST}")
    account = crm.add_customer(
        org, NAME, arr=987_654_321, OwnerId=owner, CSM__c=owner, Website=f"https://www.{HOST}", Segment__c="Enterprise"
    )
    crm.add_deal(org, account, DEAL, amount=76_543_210)
    yield org
    org.close()


@pytest.fixture
def salesforce(org: Org) -> Iterator[SalesforceServer]:
    with SalesforceServer(org) as server:
        yield server


@pytest.fixture
def office(open_office: OpenOffice, salesforce: SalesforceServer) -> Office:
    office = open_office(seed="empty", more_policy=crm.POLICY, more_settings=crm.settings(salesforce))
    # What the CRM refuses for good ends as a dead letter.
    office.expects_dead_jobs = True
    return office


def a_bad_week(office: Office, org: Org, salesforce: SalesforceServer) -> None:
    """First load, type-ahead, filing, every kind of trouble, a merge, a deletion, and the catching up."""
    crm.sync(office)
    account = office.rows(Account)[0]
    office.open_form(office.ava)
    office.ava.suggestions("Account", "zzcan")
    office.ava.choose("Account", "Zzcanary")
    office.ava.choose("Opportunity", "Yyplover")
    fields = {"Priority": "P1", "What is at stake?": "Risks churn", "Product area": "Auth"}
    office.ava.fill({"What is missing?": TITLE, "Use case": NOTE, "Workaround": NOTE, **fields})
    assert office.ava.submit().response_action == "close"
    office.settle(hasten=True)
    for fault in FAULTS:
        salesforce.faults.script("query", fault)
        org.update("Account", account.salesforce_id or "", Segment__c="SMB")
        crm.sync(office)
    other = crm.add_customer(org, f"{NAME} Ltd")
    org.merge(other, account.salesforce_id or "")
    crm.sync(office)
    org.delete("Account", other)
    crm.sync(office)
    office.top_gaps(office.cem)


def test_it_is_in_no_log_line_url_metric_error_or_channel(
    office: Office, org: Org, salesforce: SalesforceServer
) -> None:
    a_bad_week(office, org, salesforce)

    # It did go the whole way: else nothing could have leaked.
    request = office.rows(Request)[0]
    assert request.use_case == NOTE
    assert [one.name for one in office.rows(Opportunity)] == [DEAL]
    assert office.rows(Account, Account.id == request.account_id)[0].name == f"{NAME} Ltd"
    assert any("Zzcanary" in seen(one) for one in office.ava.messages("general"))
    assert len([job for job in office.dead_jobs() if job.kind == "salesforce.mirror"]) == 1

    places = {
        "log": [office.logs],
        "pages": [office.page(path) for path in ("/metrics", "/healthz", "/readyz")],
        "addresses at Salesforce": [call.url for call in salesforce.records.calls],
        "addresses at Slack": [record["path"] for record in office.slack.records.calls],
        "previews": [
            str(record["body"].get("text") or "")
            for record in office.slack.records.calls
            if isinstance(record["body"], dict)
        ],
        "jobs": [json.dumps([job.payload, job.error, job.key, job.lane]) for job in office.rows(Job)],
        "history": [json.dumps([row.before, row.after, row.reason]) for row in office.rows(AuditRow)],
        "area's channel": [json.dumps(one.as_slack(with_metadata=True)) for one in office.pat.messages("area-auth")],
        "what others see": [json.dumps(one.as_slack()) for one in office.cem.messages("general")],
    }
    assert all(places.values())
    leaks = {
        place: sorted({word for text in texts for word in SECRETS if word in text.casefold()})
        for place, texts in places.items()
    }
    assert leaks == {place: [] for place in places}
