"""What the tests of the client talk about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.directory import DirectoryAccount, DirectoryOpportunity
from integrations.salesforce import SalesforceDirectory
from integrations.salesforce_fields import FieldMapping
from integrations.salesforce_session import ClientCredentials, Credentials, Timeouts
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer

ACCOUNT_FIELDS = {
    "arr": "ARR__c",
    "strategic": "Strategic__c",
    "segment": "Segment__c",
    "region": "Region__c",
    "health": "Health__c",
    "renewal_date": "Renewal_Date__c",
    "csm": "CSM__r.Name",
    "csm_email": "CSM__r.Email",
}


@dataclass
class World:
    """An org, its server and one client with the mapping of the sandbox's fields."""

    org: Org
    salesforce: SalesforceServer
    monotonic: Callable[[], float]
    directory: SalesforceDirectory = field(init=False)

    def __post_init__(self) -> None:
        self.directory = self.client()

    def client(
        self,
        *,
        credentials: Credentials | None = None,
        mapping: FieldMapping | None = None,
        read_timeout: float = 10.0,
        **options: Any,
    ) -> SalesforceDirectory:
        return SalesforceDirectory(
            url=self.salesforce.base_url,
            credentials=credentials
            or ClientCredentials(
                consumer_key=self.salesforce.consumer_key, consumer_secret=self.salesforce.consumer_secret
            ),
            mapping=mapping or FieldMapping(account=ACCOUNT_FIELDS),
            default_currency="USD",
            timeouts=Timeouts(connect=2.0, read=read_timeout),
            monotonic=self.monotonic,
            **options,
        )

    def add_account(self, name: str = "Acme", **values: Any) -> str:
        return self.org.insert("Account", Name=name, **{"CurrencyIsoCode": "USD"} | values)

    def add_deal(self, account: str, name: str = "Renewal", **values: Any) -> str:
        defaults = {"CurrencyIsoCode": "USD", "IsClosed": False, "IsWon": False}
        return self.org.insert("Opportunity", Name=name, AccountId=account, **defaults | values)

    def accounts(self, **options: Any) -> list[DirectoryAccount]:
        return [one for page in self.directory.accounts(**options) for one in page.records]

    def opportunities(self, **options: Any) -> list[DirectoryOpportunity]:
        return [one for page in self.directory.opportunities(**options) for one in page.records]

    def account(self, record_id: str, **options: Any) -> DirectoryAccount:
        return next(one for one in self.accounts(**options) if one.id == record_id)

    def count(self, *operations: str) -> int:
        return len(self.salesforce.records.of(*operations))
