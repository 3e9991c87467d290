"""What we ask of an issue tracker, in our words: find and read issues, write to them once, tell what changed.

`integrations.gitlab` answers for real. The types that end in public text (`PublicDraft`, labels) have no place for
customer data; a note is internal or is not written. `domain.issue_tracker_errors` lists what every method may raise.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from domain.issues import Address, Issue, IssueRef, IssueState

_MARKER = re.compile(r"[a-z]{3}[a-z0-9]{13,45}")


@dataclass(frozen=True, slots=True)
class Marker:
    """An opaque word that makes a write ours to find again. It is public: it must mean nothing to anybody else.

    Lower-case letters and digits, 16 to 48, three letters first: then GitLab's full-text search keeps it as one word.
    """

    word: str

    def __post_init__(self) -> None:
        if not _MARKER.fullmatch(self.word):
            raise ValueError("a marker is 16 to 48 lower-case letters and digits, three letters first")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDraft:
    """A new issue as the public will read it. `text` is Markdown that is already made safe for the tracker.

    There is no field for a customer, and there shall be none.
    """

    title: str
    text: str
    labels: tuple[str, ...] = ()
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class NoteText:
    """Markdown of an internal note, already made safe. Members see it: Salesforce links yes, names and amounts no."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """An issue that now exists, once. `dropped` names what the tracker left out without saying so.

    Those are labels that the bot may not set, and the word `confidential`.
    """

    issue: Issue
    is_new: bool
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    id: int
    text: str
    is_internal: bool
    is_ours: bool
    updated_at: datetime


class ScopeKind(StrEnum):
    PROJECT = "project"
    GROUP = "group"
    """The issues of all projects in a group and its subgroups."""
    EPICS = "epics"
    """The epics of a group and its subgroups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A part of the tracker that is polled as a whole. Confidential issues come too, where the bot may see them."""

    kind: ScopeKind
    namespace_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a read of changes has come; `position` belongs to the tracker. Without it: all since, inclusive."""

    since: datetime
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Some changed issues, the longest unchanged first; `next` is None when there are no more for now.

    An issue that changes during the read comes again. Deleted issues never come: `read_many` shows which are missing.
    """

    issues: Sequence[Issue]
    next: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBy:
    """What closed an issue last: a merged change (`merge_request_id`, or a `commit`), or a person by hand (neither)."""

    at: datetime
    merge_request_id: int | None = None
    commit: str | None = None

    @property
    def is_by_change(self) -> bool:
        return self.merge_request_id is not None or self.commit is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A project or group that was found by its path (also by an old one). `role` is the bot's; None is no member."""

    id: int
    path: str
    role: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who the token is, and what it may do. `expires_on` is None where it does not expire or cannot be known."""

    id: int
    username: str
    scopes: frozenset[str]
    expires_on: date | None
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook of a project. The tracker stops calling one that failed too often, until `disabled_until` or for ever.

    `alert_status` is the tracker's word: `executable`, `temporarily_disabled` or `disabled`.
    """

    id: int
    project_id: int
    url: str
    alert_status: str
    disabled_until: datetime | None = None


class Tracker(Protocol):
    """An issue tracker, as one bot user. Every method may raise each `TrackerError`; all may be called by any thread.

    Nothing is retried inside: a job does that. Each method is one to four calls with a timeout each.
    """

    def account(self) -> Account:
        """Tell who we are."""

    def project(self, path: str) -> Namespace:
        """Find a project by its path, following renames."""

    def group(self, path: str) -> Namespace:
        """Find a group by its path as of today."""

    def find(self, address: Address) -> Issue:
        """Read what a person pasted, following renames of its project. `issue.ref` is what to store."""

    def read(self, ref: IssueRef) -> Issue:
        """Read it as it is now. `NotVisible` means deleted, or that we may not see it any more."""

    def read_many(self, *, project_id: int, iids: Collection[int]) -> list[Issue]:
        """Read up to 100 issues of one project in one call; those that are gone or hidden are missing."""

    def moved(self, issue: Issue) -> Issue:
        """Read where a moved issue (`moved_to` is set) is now. `NotVisible` when we may not see that place."""

    def closed_by(self, ref: IssueRef) -> ClosedBy | None:
        """Tell what closed the issue last; None where the tracker does not know (epics, imported issues)."""

    def search(self, *, group: str, words: str, limit: int = 20) -> list[Issue]:
        """Find issues of a group by words in title and description, the latest changed first. No words find none."""

    def create(self, *, project_id: int, draft: PublicDraft, marker: Marker, since: datetime) -> Created:
        """Make sure that exactly one issue with this marker is in the project.

        It looks for the marker first, by search and among the bot's own issues made after `since`, which must be
        before the first attempt. So it may be repeated after every error. Two calls with one marker must not run at
        the same time. The draft of an issue that is there already is not applied again.
        """

    def change_labels(
        self, ref: IssueRef, *, add: Collection[str] = (), remove: Collection[str] = ()
    ) -> tuple[Issue, tuple[str, ...]]:
        """Add and remove labels, leaving all others alone; return the issue, and the labels that did not change.

        Repeating is harmless.
        """

    def set_state(self, ref: IssueRef, state: IssueState) -> Issue:
        """Close or reopen. Repeating is harmless. Raises `Forbidden` when the tracker silently left it."""

    def may_note_internally(self, ref: IssueRef) -> bool:
        """Ask whether the bot may mark notes as internal there, now. `NotVisible` when it may not even look."""

    def put_note(self, ref: IssueRef, *, text: NoteText, marker: Marker, known: int | None = None) -> Note:
        """Make sure that exactly one internal note with this marker is there, with this text.

        `known` is the id of the note as it was put last, and saves reading them all. Else the marker is looked for;
        before a new note is written, the right to hide it is asked (`MayNotHide`); the answer is checked: a note that
        went public is deleted at once (`NoteWentPublic`). May be repeated after every error; two calls with one marker
        must not run at the same time.
        """

    def remove_note(self, ref: IssueRef, *, marker: Marker) -> bool:
        """Delete the bot's notes with this marker; return whether there was one. Repeating is harmless."""

    def notes(self, ref: IssueRef) -> list[Note]:
        """Read all notes that people (and bots) wrote, the oldest first."""

    def changes(self, scope: Scope, *, after: Cursor, limit: int = 100) -> Changes:
        """Read one page (one call, two at times) of what changed, in the order of changes; go on with `next`."""

    def hooks(self, project_id: int) -> list[Hook]:
        """List the project's webhooks. Needs the role of a maintainer, else `Forbidden`."""

    def failed_deliveries(self, hook: Hook) -> list[int]:
        """List deliveries that the receiver did not take, the latest 20 first."""

    def resend(self, hook: Hook, *, delivery: int) -> None:
        """Ask for a delivery again."""
