"""A small org on loopback and the real client in front of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
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
