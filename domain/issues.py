"""Issues and epics of a tracker, as we know them: what they are called, where they live, and how they stand."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ItemKind(StrEnum):
    """Where an item lives, which decides how it is asked for."""

    ISSUE = "issue"
    """In a project: issues, incidents, tasks and the like."""
    EPIC = "epic"
    """In a group: epics and other items of groups. Not in every edition."""


class IssueState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Health(StrEnum):
    ON_TRACK = "on_track"
    NEEDS_ATTENTION = "needs_attention"
    AT_RISK = "at_risk"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a person pastes: the full path of a project (or a group, for an epic) as of today, and the number in it."""

    kind: ItemKind
    path: str
    iid: int

    @property
    def reference(self) -> str:
        """`group/project#7`, or `group&3` for an epic."""
        return f"{self.path}{'&' if self.kind is ItemKind.EPIC else '#'}{self.iid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRef:
    """What we store: the numeric id of the project (or group) outlives renames and transfers, its path does not."""

    kind: ItemKind
    namespace_id: int
    iid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    id: int
    title: str
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    username: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue or epic as the tracker has it now.

    `item_id` is the tracker's global id, which other items point at. `weight` is None where unknown; 0 means unknown
    as well. `moved_to` is the global id of the issue that this one was moved to; it is closed then, and `moved` finds
    the other. `duplicate_of` is set where it was closed as a duplicate. Text in here may be confidential: it is for
    people who may see the gap, never for logs.
    """

    ref: IssueRef
    item_id: int
    path: str
    type_name: str
    title: str
    state: IssueState
    url: str
    updated_at: datetime
    closed_at: datetime | None = None
    labels: tuple[str, ...] = ()
    milestone: Milestone | None = None
    due: date | None = None
    weight: int | None = None
    health: Health | None = None
    assignees: tuple[Assignee, ...] = ()
    is_confidential: bool = False
    moved_to: int | None = None
    duplicate_of: IssueRef | None = None

    @property
    def address(self) -> Address:
        return Address(kind=self.ref.kind, path=self.path, iid=self.ref.iid)

    def __repr__(self) -> str:
        """Leave out what people wrote: a confidential issue's title must not reach a log."""
        return f"Issue({self.ref.kind} {self.ref.iid} of {self.ref.namespace_id})"
