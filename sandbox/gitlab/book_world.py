"""The GitLab of the invented company: a project for each product area, with issues for what is planned and done."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from sandbox.book import Book, Gap
from sandbox.gitlab.world import Group, Item, Milestone, Project, Role, StateEvent, User, World

_MORNING = time(8, 30, tzinfo=UTC)
_RELEASES = (-28, 0, 28, 56, 84)
_PLANS = {"planned": 2, "in_progress": 1, "shipped": 0}
_HEALTH = ("on_track", "on_track", "needs_attention", "at_risk")
_BACKLOG_SHARE = 3


def group_of(company: str) -> str:
    """The path of the company's group."""
    return company.lower()


def project_of(company: str, area: str) -> str:
    """The path of an area's project."""
    return f"{group_of(company)}/{area}"


def book_world(written: Book, *, clock: Callable[[], datetime]) -> World:
    """Return a world with the book's product in it; changes from now on have the clock's time."""
    world = World(clock=clock)
    _Builder(world, written).build()
    return world


class _Builder:
    def __init__(self, world: World, written: Book) -> None:
        self._world = world
        self._book = written
        self._morning = datetime.combine(written.as_of, _MORNING)
        self._users: dict[str, User] = {}
        self._releases: list[Milestone] = []

    def build(self) -> None:
        group = self._world.add_group(group_of(self._book.company), name=self._book.company)
        for person in self._book.people:
            self._users[person.id] = self._world.add_user(person.handle, name=person.name)
        for members in (self._book.roles["engineering"], self._book.roles["pm"]):
            group.members |= {self._users[member].id: Role.MAINTAINER for member in members}
        for days in _RELEASES:
            due = self._book.as_of + timedelta(days=days)
            self._releases.append(self._world.add_milestone(group, f"{due:%y.%m} release", due=due))
        projects = {area.key: self._project(area.key, area.name, group) for area in self._book.areas}
        for gap in self._book.gaps:
            if gap.state in _PLANS or (gap.state == "backlog" and gap.id % _BACKLOG_SHARE == 0):
                self._issue(projects[gap.area], gap)

    def _project(self, key: str, name: str, group: Group) -> Project:
        area = next(area for area in self._book.areas if area.key == key)
        self._add(group, title=f"{name}: what we build this year", author=self._users[area.dri], age=200)
        return self._world.add_project(project_of(self._book.company, key), name=name)

    def _issue(self, project: Project, gap: Gap) -> None:
        """As product writes it: the problem, and nobody's name."""
        author = self._users[gap.dri]
        item = self._add(project, title=gap.title, author=author, age=20 + gap.id % 90, text=gap.problem)
        item.labels = [gap.area, f"gap::{gap.state.replace('_', '-')}"]
        item.weight = round(gap.effort_months * 2) if gap.effort_months else None
        if gap.state in _PLANS:
            item.milestone = self._releases[_PLANS[gap.state]]
            item.assignees = [self._users[self._book.roles["engineering"][0]]]
        if gap.state == "in_progress":
            item.health = _HEALTH[gap.id % len(_HEALTH)]
        if gap.state == "shipped":
            item.state, item.closed_at = "closed", item.updated_at
            merged = StateEvent(
                id=self._world.new_id(),
                state="closed",
                user=author,
                at=item.updated_at,
                merge_request=self._world.new_id(),
            )
            item.events.append(merged)

    def _add(self, home: Group | Project, *, title: str, author: User, age: int, text: str = "") -> Item:
        item = Item(
            id=self._world.new_id(),
            iid=self._world.next_iid(home),
            home=home,
            type_name="epic" if isinstance(home, Group) else "issue",
            title=title,
            description=text,
            author=author,
            created_at=self._morning - timedelta(days=age),
            updated_at=self._morning - timedelta(days=age // 10 + 1),
        )
        self._world.items.append(item)
        return item
