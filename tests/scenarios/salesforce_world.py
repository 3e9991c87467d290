"""The small office with a Salesforce beside it: what it is told of it, and how a scenario makes it look."""

from typing import Any

from pydantic import SecretStr

from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from storage.jobs import enqueue
from tests.scenarios.office import Office
from usecases.job_kinds import MIRROR_CUSTOMERS, MirrorWanted

POLICY = {
    "salesforce": {
        "account": {
            "arr": "ARR__c",
            "strategic": "Strategic__c",
            "segment": "Segment__c",
            "health": "Health__c",
            "renewal_date": "Renewal_Date__c",
            "csm": "CSM__r.Name",
        }
    }
}


def settings(salesforce: SalesforceServer) -> dict[str, Any]:
    return {
        "salesforce_url": salesforce.base_url,
        "salesforce_consumer_key": SecretStr(salesforce.consumer_key),
        "salesforce_consumer_secret": SecretStr(salesforce.consumer_secret),
    }


def want_sync(office: Office) -> None:
    """Let the next slot of the schedule come now."""
    with office.database.write() as session:
        enqueue(session, MIRROR_CUSTOMERS, MirrorWanted(wanted_at=office.now()), lane="salesforce")


def sync(office: Office) -> None:
    """Let the bot look at Salesforce, and wait until it has."""
    want_sync(office)
    office.settle(hasten=True)


def add_customer(org: Org, name: str, *, arr: int | None = 240_000, currency: str = "USD", **values: Any) -> str:
    return org.insert("Account", Name=name, Type="Customer", ARR__c=arr, CurrencyIsoCode=currency, **values)


def add_deal(org: Org, account: str, name: str, *, amount: int = 50_000) -> str:
    return org.insert(
        "Opportunity",
        Name=name,
        AccountId=account,
        Type="Renewal",
        StageName="Negotiation",
        Amount=amount,
        CurrencyIsoCode="USD",
        IsClosed=False,
        IsWon=False,
    )
