"""A local GitLab with one group, two projects and a bot, and the real client in front of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.issue_tracker import Created, Marker, NoteText, PublicDraft
from domain.issues import Address, Issue, ItemKind
from integrations.gitlab import GitLabTracker
from integrations.gitlab_session import Timeouts
from sandbox.gitlab.server import GitLabServer
from sandbox.gitlab.world import Group, Item, Project, Role, Tier, User, World

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TOKEN = "glpat-sandbox"
MARKER = Marker("gapbot0123456789abcdef")
OTHER_MARKER = Marker("gapbot9876543210fedcba")
DRAFT = PublicDraft(title="Single sign-on with groups", text="People cannot log in.", labels=("customer", "gap::new"))
NOTE = NoteText("Asked for by 3 accounts.")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class House:
    """`bot` is a planner of the group unless a test says otherwise."""

    clock: Clock = field(default_factory=Clock)
    tier: Tier = "ultimate"
    trackers: dict[tuple[str, float], GitLabTracker] = field(default_factory=dict)
    world: World = field(init=False)
    gitlab: GitLabServer = field(init=False)
    group: Group = field(init=False)
    project: Project = field(init=False)
    other: Project = field(init=False)
    bot: User = field(init=False)
    ann: User = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(clock=self.clock, tier=self.tier)
        self.group = self.world.add_group("acme")
        self.project = self.world.add_project("acme/platform")
        self.other = self.world.add_project("acme/mobile")
        self.bot = self.world.add_user("gapbot")
        self.ann = self.world.add_user("ann", name="Ann Miller")
        self.group.members |= {self.bot.id: Role.PLANNER, self.ann.id: Role.MAINTAINER}
        self.world.add_token(TOKEN, self.bot)
        self.gitlab = GitLabServer(self.world)

    def tracker(self, *, token: str = TOKEN, read: float = 5.0) -> GitLabTracker:
        """The same one for the same wishes, as a new one has to connect first."""
        if (token, read) not in self.trackers:
            timeouts = Timeouts(connect=2.0, read=read)
            self.trackers[token, read] = GitLabTracker(
                url=self.gitlab.base_url, token=token, now=self.clock, timeouts=timeouts
            )
        return self.trackers[token, read]

    def issue(self, **fields: Any) -> Item:
        home = fields.pop("home", self.project)
        return self.gitlab.work.create(home, by=self.ann, **{"title": "Dark mode"} | fields)

    def seen(self, item: Item, **options: Any) -> Issue:
        """The item as the client finds it by its address."""
        kind = ItemKind.ISSUE if isinstance(item.home, Project) else ItemKind.EPIC
        return self.tracker(**options).find(Address(kind=kind, path=item.home.path, iid=item.iid))

    def create(self, *, draft: PublicDraft = DRAFT, marker: Marker = MARKER, read: float = 5.0) -> Created:
        tracker = self.tracker(read=read)
        return tracker.create(project_id=self.project.id, draft=draft, marker=marker, since=START)

    def demote(self, role: Role | None) -> None:
        """Give the bot this role, or none."""
        self.group.members.pop(self.bot.id, None)
        if role is not None:
            self.group.members[self.bot.id] = role

    def made_by_bot(self) -> list[Item]:
        return [item for item in self.world.items if item.author is self.bot]
