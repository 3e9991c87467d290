"""Webhooks in any order, repeated and lost: after one reconcile we know what GitLab knows."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from domain.issues import Health, IssueState
from sandbox.gitlab.world import Item, Milestone
from storage.jobs import Job
from storage.models import IssueQuestion, Link, TrackedIssue
from tests.issues.hook_door import TOKEN, HookDoor
from tests.issues.issue_office import IssueOffice

DEEDS = (
    *("close", "merge", "reopen", "title", "label", "unlabel", "weight", "no weight", "health", "plan", "unplan"),
    *("secret", "open", "delete", "move", "postpone"),
)
LOST, MOST_TIMES = 0.3, 5
EDITS: Mapping[str, Mapping[str, Any]] = {
    "title": {"title": "Another title"},
    "label": {"add_labels": ["bug", "gap::odd"]},
    "unlabel": {"remove_labels": ["bug", "customer"]},
    "weight": {"weight": 3},
    "no weight": {"weight": 0},
    "secret": {"confidential": True},
    "open": {"confidential": False},
}


@dataclass
class Town:
    """The issues that one example plays with."""

    office: IssueOffice
    door: HookDoor
    milestone: Milestone

    def play(self, deeds: list[tuple[int, str]]) -> list[Item]:
        items = [self.office.house.issue(title=f"Issue {number}") for number in range(2)]
        for item in items:
            self.office.issues.link(self.office.gap(), text=item.reference, by="UPM")
        self.office.work()
        for number, deed in deeds:
            self.office.clock.move(seconds=20)
            if items[number] in self.office.house.world.items and items[number].moved_to is None:
                self.do(items[number], deed)
        return items

    def do(self, item: Item, deed: str) -> None:
        work, ann = self.office.house.gitlab.work, self.office.house.ann
        deeds: dict[str, Callable[[], object]] = {
            "close": lambda: work.close(item, by=ann),
            "merge": lambda: work.close_by_merge(item, by=ann),
            "reopen": lambda: work.reopen(item, by=ann),
            "plan": lambda: work.plan(item, self.milestone, by=ann),
            "unplan": lambda: work.plan(item, None, by=ann),
            "delete": lambda: work.delete(item),
            "move": lambda: work.move(item, to=self.office.house.other, by=ann),
            # Neither of these two is a change of the issue to GitLab: no webhook, no poll tells of it.
            "health": lambda: setattr(item, "health", "at_risk"),
            "postpone": lambda: setattr(self.milestone, "due", date(2027, 1, 1 + item.iid % 28)),
        }
        deeds.get(deed, lambda: work.edit(item, by=ann, changes=EDITS[deed]))()

    def forget(self) -> None:
        """Begin with nothing: five hundred examples would read each other's issues."""
        with self.office.database.write() as session:
            for table in (IssueQuestion, Link, TrackedIssue, Job):
                session.execute(delete(table))
        self.office.house.world.items.clear()
        self.office.house.gitlab.hooks.held.clear()
        self.office.house.gitlab.records.clear()

    def deliver(self, order: random.Random) -> None:
        """Lose some, repeat some, in any order; work on what came now and then."""
        hooks = self.office.house.gitlab.hooks
        sent = [one for one in hooks.held if order.random() >= LOST for _ in range(order.randint(1, MOST_TIMES))]
        hooks.held.clear()
        order.shuffle(sent)
        for delivery in sent:
            assert self.door.deliver(delivery).status == 200
            if order.random() < LOST:
                self.office.work()
        self.office.work()


@pytest.fixture
def town(office: IssueOffice) -> Iterator[Town]:
    gitlab = office.house.gitlab
    gitlab.hooks.add(office.house.project, "http://127.0.0.1:9/webhooks/gitlab", token=TOKEN)
    gitlab.hooks.is_holding = True
    door = HookDoor(office.database, knows="token", now=office.clock)
    yield Town(office, door, office.house.world.add_milestone(office.house.project, "18.3", due=date(2027, 1, 15)))
    door.close()


def known(row: TrackedIssue) -> tuple[Any, ...]:
    """What we say of an issue."""
    if row.standing != "seen":
        return (row.standing,)
    return (
        row.title,
        row.state,
        row.milestone_title,
        row.milestone_due,
        row.weight,
        row.health,
        sorted(row.labels),
        row.assignees,
        row.is_confidential,
        row.closed_at is not None,
    )


def true(item: Item, town: Town) -> tuple[Any, ...]:
    """What GitLab says of it."""
    if item not in town.office.house.world.items:
        return ("hidden",)
    if item.moved_to is not None:
        return ("moved",)
    return (
        item.title,
        IssueState.OPEN if item.state == "opened" else IssueState.CLOSED,
        item.milestone.title if item.milestone else None,
        item.milestone.due if item.milestone else None,
        item.weight or None,
        Health(item.health) if item.health else None,
        sorted(item.labels),
        [one.name for one in item.assignees],
        item.confidential,
        item.closed_at is not None,
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(DEEDS)), min_size=1, max_size=6),
    seed=st.integers(0, 2**32),
)
def test_after_one_reconcile_the_mirror_is_gitlab(town: Town, deeds: list[tuple[int, str]], seed: int) -> None:
    town.forget()
    items = town.play(deeds)
    town.deliver(random.Random(seed))  # noqa: S311  how many are drawn depends on the deeds
    town.office.clock.move(minutes=1)
    town.office.reconcile()
    rows = {row.item_id: known(row) for row in town.office.tracked}
    assert {item.id: rows[item.id] for item in items} == {item.id: true(item, town) for item in items}
