"""A small org and a small GitLab on loopback, and the real clients in front of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from tests.gitlab_contract import violations
from tests.integrations.gitlab_house import House
from tests.integrations.salesforce_world import World

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Hands:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = START
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)
        self.seconds += timedelta(**time).total_seconds()

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def org(clock: Hands) -> Iterator[Org]:
    org = Org(clock=clock)
    yield org
    org.close()


@pytest.fixture
def salesforce(org: Org) -> Iterator[SalesforceServer]:
    with SalesforceServer(org, page_size=3) as server:
        yield server


@pytest.fixture
def world(org: Org, salesforce: SalesforceServer, clock: Hands) -> World:
    return World(org=org, salesforce=salesforce, monotonic=clock.monotonic)


@pytest.fixture
def house() -> Iterator[House]:
    """What was said in it is judged by GitLab's contract, where that is."""
    house = House()
    with house.gitlab:
        yield house
    assert violations(house.gitlab.records.calls) == []


@pytest.fixture
def free_house() -> Iterator[House]:
    """The same without a licence."""
    house = House(tier="free")
    with house.gitlab:
        yield house
    assert violations(house.gitlab.records.calls) == []
