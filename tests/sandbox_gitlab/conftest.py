"""The local GitLab as a stranger's client would use it: over HTTP, without our own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.gitlab_contract import violations
from tests.integrations.gitlab_house import TOKEN, House


@dataclass
class Caller:
    """Somebody with a token."""

    house: House
    session: requests.Session

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        url = f"{self.house.gitlab.base_url}{path}"
        headers = {"PRIVATE-TOKEN": TOKEN}
        return self.session.request(
            method, url, json=body, headers=headers, timeout=5, allow_redirects=False, **options
        )

    def graphql(self, query: str, **variables: Any) -> Any:
        return self("POST", "/api/graphql", {"query": query, "variables": variables}).json()


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    with house.gitlab:
        yield house
    assert violations(house.gitlab.records.calls) == []


@pytest.fixture
def call(house: House) -> Iterator[Caller]:
    with requests.Session() as session:
        yield Caller(house, session)
