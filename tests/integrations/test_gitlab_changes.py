"""Following changes: nothing that changed is missed, whatever changes while it is read."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.issue_tracker import Cursor, Scope, ScopeKind
from domain.issue_tracker_errors import NotVisible
from domain.issues import Issue
from sandbox.gitlab.world import Role
from tests.integrations.gitlab_house import START, House

EVERYTHING = Cursor(since=START - timedelta(days=1))


def followed(house: House, scope: Scope, *, after: Cursor = EVERYTHING, limit: int = 2) -> list[Issue]:
    """Read to the end."""
    found: list[Issue] = []
    cursor: Cursor | None = after
    while cursor is not None:
        page = house.tracker().changes(scope, after=cursor, limit=limit)
        found += page.issues
        cursor = page.next
    return found


def in_group(house: House) -> Scope:
    return Scope(kind=ScopeKind.GROUP, namespace_id=house.group.id)


class TestIssues:
    def test_come_in_the_order_of_their_changes(self, house: House) -> None:
        first = house.issue(title="one")
        house.clock.pass_(minutes=1)
        house.issue(title="two", home=house.other)
        house.clock.pass_(minutes=1)
        house.gitlab.work.close(first, by=house.ann)

        assert [issue.title for issue in followed(house, in_group(house), limit=100)] == ["two", "one"]

    def test_of_one_project_or_of_all(self, house: House) -> None:
        house.issue(title="here")
        house.issue(title="there", home=house.other)
        here = Scope(kind=ScopeKind.PROJECT, namespace_id=house.project.id)

        assert [issue.title for issue in followed(house, here)] == ["here"]
        assert {issue.title for issue in followed(house, in_group(house))} == {"here", "there"}

    def test_since_then_inclusive(self, house: House) -> None:
        house.issue(title="before")
        house.clock.pass_(seconds=1)
        house.issue(title="then")

        found = followed(house, in_group(house), after=Cursor(since=house.clock()))

        assert [issue.title for issue in found] == ["then"]

    def test_that_are_deep_are_not_paged_to(self, house: House) -> None:
        for _ in range(9):
            house.clock.pass_(seconds=1)
            house.issue()

        assert len({issue.ref for issue in followed(house, in_group(house), limit=3)}) == 9
        assert all("page=1" in call.path for call in house.gitlab.records.of("issues.list"))

    def test_changed_in_one_moment_are_turned_over(self, house: House) -> None:
        for _ in range(7):
            house.issue()

        assert len({issue.ref for issue in followed(house, in_group(house), limit=3)}) == 7

    def test_nothing_new_takes_one_call(self, house: House) -> None:
        for _ in range(3):
            house.issue()
        house.clock.pass_(minutes=1)
        house.gitlab.records.clear()

        assert followed(house, in_group(house), after=Cursor(since=house.clock())) == []
        assert len(house.gitlab.records.calls) == 1


class TestEpics:
    def test_come_page_by_page(self, house: House) -> None:
        below = house.world.add_group("acme/sub")
        for number in range(5):
            house.clock.pass_(seconds=number % 2)
            house.issue(home=below if number % 2 else house.group, title=str(number))

        found = followed(house, Scope(kind=ScopeKind.EPICS, namespace_id=house.group.id))

        assert [issue.title for issue in found] == ["0", "1", "2", "3", "4"]
        assert {issue.path for issue in found} == {"acme", "acme/sub"}

    def test_of_a_group_that_is_hidden(self, house: House) -> None:
        house.group.visibility = "private"
        house.demote(None)

        with pytest.raises(NotVisible):
            followed(house, Scope(kind=ScopeKind.EPICS, namespace_id=house.group.id))
        house.demote(Role.PLANNER)
        assert followed(house, Scope(kind=ScopeKind.EPICS, namespace_id=house.group.id)) == []


@pytest.fixture(scope="module")
def quiet_house() -> Iterator[House]:
    house = House()
    with house.gitlab:
        yield house


@settings(max_examples=15)
@given(dice=st.randoms(use_true_random=False), limit=st.integers(1, 4))
def test_no_change_is_missed_whatever_happens_between_pages(quiet_house: House, dice: Random, limit: int) -> None:
    """After the read, every issue was seen at least once in its last state."""
    house = quiet_house
    house.world.items.clear()
    house.clock.now = START
    items = []
    for _ in range(8):
        house.clock.pass_(milliseconds=dice.randrange(2))
        items.append(house.issue())
    seen: dict[int, str] = {}
    cursor: Cursor | None = EVERYTHING
    while cursor is not None:
        page = house.tracker().changes(in_group(house), after=cursor, limit=limit)
        seen |= {issue.ref.iid: issue.title for issue in page.issues}
        cursor = page.next
        if cursor is not None and dice.random() < 0.4:
            house.clock.pass_(milliseconds=1)
            house.gitlab.work.edit(dice.choice(items), by=house.ann, changes={"title": str(dice.random())})

    assert seen == {item.iid: item.title for item in items}
