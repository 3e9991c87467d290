"""An org with a few records, asked directly and over HTTP."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sandbox.salesforce.org import Org
from sandbox.salesforce.soql import parse

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def org(clock: Clock) -> Iterator[Org]:
    org = Org(clock=clock)
    ann = org.insert("User", Name="Ann Miller")
    acme = org.insert("Account", Name="Acme", OwnerId=ann, ARR__c=100, Segment__c="SMB", Strategic__c=True)
    clock.pass_(seconds=1)
    org.insert("Account", Name="acme child", ParentId=acme, ARR__c=50, Renewal_Date__c=date(2026, 3, 1))
    clock.pass_(seconds=1)
    org.insert("Account", Name="Zebra 100%", Segment__c="Enterprise")
    org.insert("Opportunity", Name="Renewal", AccountId=acme, Amount=10.5, IsClosed=False)
    yield org
    org.close()


@pytest.fixture
def ask(org: Org) -> Callable[..., list[dict[str, Any]]]:
    """Run a query and leave out the attributes."""

    def run(soql: str, *, with_deleted: bool = False) -> list[dict[str, Any]]:
        query = parse(soql)
        return [plain(one) for one in org.read(query, org.find(query, with_deleted=with_deleted))]

    return run


def plain(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: plain(value) if isinstance(value, dict) else value
        for name, value in record.items()
        if name != "attributes"
    }
