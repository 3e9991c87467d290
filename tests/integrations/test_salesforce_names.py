"""Any name that an account can have is found by its beginning, and no text is anything but a text."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from tests.integrations.salesforce_world import World

HARD = [
    "O'Neil & Söhne (100%)",
    "' OR Name LIKE '%",
    "\\' OR Name != null OR Name = \\'",
    "100% wool_co",
    'The "Quoted" \\ Company',
    "🦄 Unicorn 👩‍👩‍👧 Ltd",
    "]; DELETE FROM Account; [",
    "// no comment /* here",
    "{0} {:literal} %s ${x}",
    "x" * 255,
    "ẞtraße İstanbul ﬁne",
    "東京電力",
]
# Letters of every kind; no control characters, halves of characters or spaces at the ends, which CRMs trim.
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=2, max_size=40)


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """One server for hundreds of examples."""
    org = Org(clock=lambda: datetime(2026, 1, 5, tzinfo=UTC))
    with SalesforceServer(org) as server:
        world = World(org=org, salesforce=server, monotonic=lambda: 0.0)
        for name in HARD:
            world.add_account(name)
        yield world
    org.close()


def names(world: World, prefix: str) -> list[str]:
    return [one.name for one in world.directory.search_accounts(prefix=prefix)]


@pytest.mark.parametrize("name", HARD)
def test_hard_names_round_trip(shared: World, name: str) -> None:
    assert names(shared, name) == [name]
    assert name in names(shared, name[:3])
    assert name in {one.name for one in shared.accounts()}


def test_case_does_not_matter(shared: World) -> None:
    assert names(shared, "o'NEIL & SÖ") == [HARD[0]]


@pytest.mark.parametrize("wildcard", ["%%", "__", "%_", "O_Neil", "O%"])
def test_wildcards_are_themselves(shared: World, wildcard: str) -> None:
    assert names(shared, wildcard) == []


@pytest.mark.parametrize("prefix", ["", " ", "O", " O ", "\x00\x00", "\ud800\ud800", "\n\t"])
def test_fewer_than_two_characters_find_nothing_and_ask_nothing(shared: World, prefix: str) -> None:
    before = shared.count("batch")

    assert names(shared, prefix) == []
    assert shared.count("batch") == before


def test_control_characters_cannot_be_in_a_name(shared: World) -> None:
    assert names(shared, "O'Neil\x00& Söhne") == [HARD[0]]


def test_the_limit_is_kept_in_the_order_of_names(world: World) -> None:
    for number in range(5):
        world.add_account(f"Acme {4 - number}")

    assert [one.name for one in world.directory.search_accounts(prefix="acme", limit=3)] == [
        "Acme 0",
        "Acme 1",
        "Acme 2",
    ]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES)
@example(name="'\\")
@example(name="\\%")
@example(name="a\\")
@example(name="--")
def test_any_name_is_found_by_itself_alone(shared: World, name: str) -> None:
    added = shared.add_account(name)
    try:
        found = shared.directory.search_accounts(prefix=name)
    finally:
        shared.org.destroy("Account", added)

    assert added in {one.id for one in found}
    # What else was found begins with it: no text gets out of its literal.
    assert all(one.name.casefold().startswith(name.casefold()) for one in found)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=st.text(max_size=300))
def test_any_text_at_all_is_harmless(shared: World, prefix: str) -> None:
    found = shared.directory.search_accounts(prefix=prefix)

    assert len(found) <= 2
    assert shared.org.ids("Account")
