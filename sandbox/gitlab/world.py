"""What is in the local GitLab: users, groups, projects, issues and their notes. It knows no permissions."""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Literal

Tier = Literal["free", "premium", "ultimate"]
Visibility = Literal["public", "private"]


class Role(IntEnum):
    """GitLab's access levels."""

    GUEST = 10
    PLANNER = 15
    REPORTER = 20
    DEVELOPER = 30
    MAINTAINER = 40
    OWNER = 50


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    id: int
    username: str
    name: str


@dataclass(slots=True, kw_only=True, eq=False)
class Token:
    """A personal, group or project access token; every group or project token is a user of its own."""

    value: str
    user: User
    scopes: tuple[str, ...] = ("api",)
    expires_on: date | None = None
    is_revoked: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Namespace:
    """A group or a project; `path` is the full one."""

    id: int
    path: str
    name: str
    parent: "Group | None" = None
    visibility: Visibility = "public"
    members: dict[int, Role] = field(default_factory=dict)

    @property
    def line(self) -> Iterator["Namespace"]:
        """Itself and all that it is in."""
        here: Namespace | None = self
        while here is not None:
            yield here
            here = here.parent


@dataclass(slots=True, kw_only=True, eq=False)
class Group(Namespace):
    pass


@dataclass(slots=True, kw_only=True, eq=False)
class Project(Namespace):
    old_paths: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True, eq=False)
class Milestone:
    id: int
    iid: int
    title: str
    home: Namespace
    due: date | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Note:
    id: int
    body: str
    author: User
    internal: bool
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True, eq=False)
class StateEvent:
    """A line of an item's history: `closed` or `reopened`, and the merge request that did it."""

    id: int
    state: str
    user: User
    at: datetime
    merge_request: int | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """An issue (its home is a project) or an epic (its home is a group)."""

    id: int
    iid: int
    home: Namespace
    type_name: str
    title: str
    author: User
    created_at: datetime
    updated_at: datetime
    description: str = ""
    state: str = "opened"
    closed_at: datetime | None = None
    labels: list[str] = field(default_factory=list)
    milestone: Milestone | None = None
    due: date | None = None
    weight: int | None = None
    health: str | None = None
    assignees: list[User] = field(default_factory=list)
    confidential: bool = False
    moved_to: "Item | None" = None
    duplicate_of: "Item | None" = None
    notes: list[Note] = field(default_factory=list)
    events: list[StateEvent] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return f"{self.home.path}{'#' if isinstance(self.home, Project) else '&'}{self.iid}"


class World:
    """All of it. Hold `lock` while looking at more than one thing; the server does."""

    def __init__(self, *, clock: Callable[[], datetime], tier: Tier = "ultimate", version: str = "18.6.1-ee") -> None:
        self.clock = clock
        self.tier = tier
        self.version = version
        self.lock = threading.RLock()
        self.users: list[User] = []
        self.tokens: list[Token] = []
        self.groups: list[Group] = []
        self.projects: list[Project] = []
        self.milestones: list[Milestone] = []
        self.items: list[Item] = []
        self.labels: set[str] = set()
        self.ids = itertools.count(1001)
        self.last_iids: dict[int, int] = {}

    def new_id(self) -> int:
        return next(self.ids)

    def add_user(self, username: str, *, name: str = "") -> User:
        user = User(id=self.new_id(), username=username, name=name or username)
        self.users.append(user)
        return user

    def add_token(self, value: str, user: User, *, scopes: Iterable[str] = ("api",)) -> Token:
        token = Token(value=value, user=user, scopes=tuple(scopes))
        self.tokens.append(token)
        return token

    def add_group(self, path: str, *, name: str = "", visibility: Visibility = "public") -> Group:
        """Add a group; the group that its path begins with is its parent, where there is one."""
        group = Group(id=self.new_id(), path=path, name=name or path, parent=self._parent(path), visibility=visibility)
        self.groups.append(group)
        return group

    def add_project(self, path: str, *, name: str = "", visibility: Visibility = "public") -> Project:
        project = Project(
            id=self.new_id(), path=path, name=name or path, parent=self._parent(path), visibility=visibility
        )
        self.projects.append(project)
        return project

    def add_milestone(self, home: Namespace, title: str, *, due: date | None = None) -> Milestone:
        iid = 1 + sum(one.home is home for one in self.milestones)
        milestone = Milestone(id=self.new_id(), iid=iid, title=title, home=home, due=due)
        self.milestones.append(milestone)
        return milestone

    def next_iid(self, home: Namespace) -> int:
        """Take the next number of this home; that of a deleted item is never given again."""
        self.last_iids[home.id] = self.last_iids.get(home.id, 0) + 1
        return self.last_iids[home.id]

    def user(self, user_id: int) -> User:
        return next(user for user in self.users if user.id == user_id)

    def project(self, key: str) -> Project | None:
        """Find by number or by path, but not by an old path."""
        return next((one for one in self.projects if key in {str(one.id), one.path}), None)

    def renamed_project(self, key: str) -> Project | None:
        return next((one for one in self.projects if key in one.old_paths), None)

    def group(self, key: str) -> Group | None:
        return next((one for one in self.groups if key in {str(one.id), one.path}), None)

    def item(self, home: Namespace, iid: int) -> Item | None:
        return next((one for one in self.items if one.home is home and one.iid == iid), None)

    def issues_below(self, namespace: Namespace) -> list[Item]:
        """The issues of a project, or of all projects in a group and its subgroups."""
        return [item for item in self.items if isinstance(item.home, Project) and namespace in item.home.line]

    def epics_below(self, group: Namespace) -> list[Item]:
        return [item for item in self.items if isinstance(item.home, Group) and group in item.home.line]

    def _parent(self, path: str) -> Group | None:
        above = [group for group in self.groups if path.startswith(f"{group.path}/")]
        return max(above, key=lambda group: len(group.path), default=None)
