"""What the product promises to do around GitLab later. Payloads carry ids and addresses, never anybody's words."""

from dataclasses import dataclass
from datetime import datetime

from domain.issues import ItemKind
from storage.jobs import JobKind
from usecases.job_kinds import THROUGH_AN_OUTAGE, SlotCame

GITLAB = "gitlab"
"""The target that GitLab's jobs are paced by."""


@dataclass(frozen=True, slots=True)
class IssueWanted:
    """An issue is to be read: something may have happened to it at `wanted_at`. A later reading is enough."""

    kind: ItemKind
    namespace_id: int
    iid: int
    wanted_at: datetime


READ_ISSUE = JobKind(name="issue.read", payload=IssueWanted, target=GITLAB, max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class LinksWanted:
    """Addresses that somebody gave for a gap are to be read. With a response_url, somebody waits to hear of it."""

    gap_id: int
    response_url: str | None = None


READ_LINKS = JobKind(name="issue.read_links", payload=LinksWanted, target=GITLAB, max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class IssueNamed:
    """An issue of ours, by our own id."""

    issue_id: int


PUSH_LABELS = JobKind(name="issue.push_labels", payload=IssueNamed, target=GITLAB, max_attempts=THROUGH_AN_OUTAGE)
PUSH_NOTE = JobKind(name="issue.push_note", payload=IssueNamed, target=GITLAB, max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class IssueClosed:
    """An issue was seen closed, and nobody knows yet by what."""

    issue_id: int
    closed_at: datetime


LOOK_AT_CLOSING = JobKind(
    name="issue.look_at_closing", payload=IssueClosed, target=GITLAB, max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class CreationWanted:
    """Somebody asked for an issue to be made."""

    creation_id: int


CREATE_ISSUE = JobKind(name="issue.create", payload=CreationWanted, target=GITLAB, max_attempts=THROUGH_AN_OUTAGE)
TELL_CREATED = JobKind(
    name="issue.tell_created", payload=CreationWanted, target="slack", max_attempts=THROUGH_AN_OUTAGE
)


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A gap's DRI is asked what the closing of an issue means."""

    question_id: int


ASK_ABOUT_ISSUE = JobKind(name="issue.ask", payload=QuestionAsked, target="slack", max_attempts=THROUGH_AN_OUTAGE)
SETTLE_QUESTION = JobKind(name="issue.settle", payload=QuestionAsked, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class AdminsWarned:
    """The admins have to hear that something at an issue could not be kept hidden, or may not be written."""

    issue_id: int
    trouble: str


WARN_ADMINS = JobKind(name="issue.warn_admins", payload=AdminsWarned, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class SearchWanted:
    """Somebody looks at a modal and waits for what GitLab finds; the words are in the search's row."""

    search_id: int


SEARCH_GITLAB = JobKind(name="issue.search", payload=SearchWanted, max_attempts=3)

POLL_ISSUES = JobKind(name="issue.poll", payload=SlotCame, target=GITLAB)
RECONCILE_ISSUES = JobKind(name="issue.reconcile", payload=SlotCame, target=GITLAB, time_limit=3600.0)
SHIP_UNANSWERED = JobKind(name="issue.ship_unanswered", payload=SlotCame)


def lane_of(issue_id: int) -> str:
    """What is written to one issue is written one after the other."""
    return f"issue:{issue_id}"
