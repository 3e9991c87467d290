"""Linked issues as a reader of the gap sees them: where they stand, as of when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.issues import Health, IssueState
from storage import issue_links
from storage.issue_links import LinkRow
from storage.issues import HIDDEN, MOVED
from storage.models import TrackedIssue
from usecases.follow_issue import reference


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIssue:
    """One link. Without a `state` GitLab has not been asked yet, or shows us nothing: never read that as closed."""

    link_id: int
    url: str
    reference: str | None = None
    title: str | None = None
    state: IssueState | None = None
    is_hidden: bool = False
    is_moved: bool = False
    moved_to_url: str | None = None
    milestone: str | None = None
    due: date | None = None
    weight: int | None = None
    health: Health | None = None
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    read_at: datetime | None = None


def linked_issues(
    session: Session, gap_ids: Collection[int], *, sees_confidential: bool
) -> dict[int, tuple[LinkedIssue, ...]]:
    """The issues of these gaps. A confidential issue's words are for those who may see customers."""
    found = issue_links.of_gaps(session, gap_ids)
    return {gap_id: tuple(_line(row, sees_confidential) for row in rows) for gap_id, rows in found.items()}


def _line(row: LinkRow, sees_confidential: bool) -> LinkedIssue:
    issue = row.issue
    if issue is None:
        return LinkedIssue(link_id=row.id, url=row.url, is_hidden=row.unseen_at is not None)
    name = reference(issue.path, issue.kind, issue.iid)
    if issue.standing == HIDDEN:
        return LinkedIssue(link_id=row.id, url=row.url, reference=name, is_hidden=True, read_at=issue.read_at)
    return LinkedIssue(
        link_id=row.id,
        url=row.url,
        reference=name,
        title=issue.title if sees_confidential or not issue.is_confidential else None,
        state=None if issue.standing == MOVED else issue.state,
        is_moved=issue.standing == MOVED,
        moved_to_url=issue.moved_to_url,
        milestone=issue.milestone_title,
        due=issue.milestone_due or issue.due,
        weight=issue.weight,
        health=issue.health,
        labels=_labels(issue, sees_confidential),
        assignees=tuple(issue.assignees),
        read_at=issue.read_at,
    )


def _labels(issue: TrackedIssue, sees_confidential: bool) -> tuple[str, ...]:
    return tuple(issue.labels) if sees_confidential or not issue.is_confidential else ()
