"""One GitLab a test, mostly on SQLite; what differs between databases asks for both."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from storage.database import Database
from tests.canary import leaks_to_gitlab
from tests.gitlab_contract import violations
from tests.integrations.gitlab_house import House
from tests.issues.issue_office import IssueOffice
from tests.usecases.conftest import database, shared_postgres
from tests.usecases.office import HandClock

__all__ = ["database", "shared_postgres"]

settings.register_profile("thorough", deadline=None, max_examples=500)
"""For `make chaos-gitlab`; must be asked for by name."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def house(clock: HandClock) -> Iterator[House]:
    """What was said in it is judged by GitLab's contract, where that is."""
    house = House(clock=clock)  # type: ignore[arg-type]  another clock with the same hands
    with house.gitlab:
        yield house
    assert violations(house.gitlab.records.calls) == []


@pytest.fixture
def office(database: Database, house: House, clock: HandClock) -> Iterator[IssueOffice]:
    """Whatever happens in it, nothing of a customer goes to GitLab."""
    yield IssueOffice(database, clock=clock, house=house)
    assert leaks_to_gitlab(house.gitlab.records.calls, database) == []
