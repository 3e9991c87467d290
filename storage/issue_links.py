"""Which gaps an issue serves and which issues serve a gap. An address that nobody has read yet is a link as well."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from domain.issue_labels import ServedGap
from domain.issue_note import NotedGap, NotedRequest
from domain.issues import IssueState
from domain.keys import gap_key
from domain.words import GapState
from storage.issues import SEEN
from storage.models import Account, Gap, Link, Request, TrackedIssue


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with what it leads to, as far as that was read."""

    id: int
    gap_id: int
    url: str
    unseen_at: datetime | None
    issue: TrackedIssue | None


@dataclass(frozen=True, slots=True)
class LinkedGap:
    """A gap that an issue serves."""

    gap_id: int
    title: str
    state: GapState
    area_key: str | None
    dri_id: str | None

    @property
    def served(self) -> ServedGap:
        return ServedGap(state=self.state, area_key=self.area_key)


def of_gaps(session: Session, gap_ids: Collection[int]) -> dict[int, list[LinkRow]]:
    """The links of these gaps, the oldest first."""
    query = (
        select(Link, TrackedIssue)
        .outerjoin(TrackedIssue, TrackedIssue.id == Link.issue_id)
        .where(Link.gap_id.in_(gap_ids))
        .order_by(Link.gap_id, Link.id)
    )
    found: dict[int, list[LinkRow]] = {}
    for link, issue in session.execute(query):
        found.setdefault(link.gap_id, []).append(LinkRow(link.id, link.gap_id, link.url, link.unseen_at, issue))
    return found


def add(session: Session, *, gap_id: int, url: str, issue_id: int | None, by: str, at: datetime) -> int | None:
    """Link; return the link's id, or None when the gap has this link already."""
    same = Link.url == url if issue_id is None else or_(Link.url == url, Link.issue_id == issue_id)
    if session.scalar(select(exists().where(Link.gap_id == gap_id, same))):
        return None
    row = Link(gap_id=gap_id, url=url, issue_id=issue_id, created_at=at, created_by=by)
    session.add(row)
    session.flush()
    return row.id


def remove(session: Session, link_id: int) -> bool:
    result = session.execute(delete(Link).where(Link.id == link_id).execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def get(session: Session, link_id: int) -> LinkRow | None:
    query = select(Link, TrackedIssue).outerjoin(TrackedIssue, TrackedIssue.id == Link.issue_id)
    row = session.execute(query.where(Link.id == link_id)).first()
    return LinkRow(row[0].id, row[0].gap_id, row[0].url, row[0].unseen_at, row[1]) if row else None


def unread(session: Session, *, gap_id: int | None = None, before: datetime | None = None) -> list[Link]:
    """Links whose address nobody has read, but for those that showed nothing after `before`."""
    query = select(Link).where(Link.issue_id.is_(None))
    if gap_id is not None:
        query = query.where(Link.gap_id == gap_id)
    if before is not None:
        query = query.where(or_(Link.unseen_at.is_(None), Link.unseen_at < before))
    return list(session.scalars(query.order_by(Link.id).limit(100)))


def resolve(session: Session, link_id: int, *, issue_id: int, url: str) -> bool:
    """Note what an address leads to, under the address that GitLab gives it. A gap keeps one link to an issue.

    False when the link is gone, or went because the gap had another one to the same issue.
    """
    link = session.get(Link, link_id)
    if link is None:
        return False
    twin = exists().where(
        Link.gap_id == link.gap_id, Link.id != link.id, or_(Link.issue_id == issue_id, Link.url == url)
    )
    if session.scalar(select(twin)):
        session.delete(link)
        return False
    link.issue_id, link.url, link.unseen_at = issue_id, url, None
    return True


def note_unseen(session: Session, link_id: int, *, at: datetime) -> None:
    session.execute(update(Link).where(Link.id == link_id, Link.issue_id.is_(None)).values(unseen_at=at))


def gaps_of(session: Session, issue_id: int) -> list[LinkedGap]:
    """The gaps that an issue serves."""
    query = (
        select(Gap.id, Gap.title, Gap.state, Gap.area_key, Gap.dri_id)
        .join(Link, Link.gap_id == Gap.id)
        .where(Link.issue_id == issue_id)
        .order_by(Gap.id)
    )
    return [LinkedGap(*row) for row in session.execute(query)]


def issues_of(session: Session, gap_id: int) -> list[int]:
    """The issues that serve a gap, as far as they were read."""
    query = select(Link.issue_id).where(Link.gap_id == gap_id, Link.issue_id.is_not(None))
    return [issue_id for issue_id in session.scalars(query.order_by(Link.id)) if issue_id is not None]


def served(session: Session) -> dict[int, list[ServedGap]]:
    """Every linked issue that we see, with what its labels depend on."""
    query = (
        select(TrackedIssue.id, Gap.state, Gap.area_key)
        .select_from(Link)
        .join(Gap, Gap.id == Link.gap_id)
        .join(TrackedIssue, and_(TrackedIssue.id == Link.issue_id, TrackedIssue.standing == SEEN))
        .order_by(Link.issue_id, Gap.id)
    )
    found: dict[int, list[ServedGap]] = {}
    for issue_id, state, area_key in session.execute(query):
        found.setdefault(issue_id, []).append(ServedGap(state=state, area_key=area_key))
    return found


def noted(session: Session, issue_ids: Collection[int] | None = None) -> dict[int, list[NotedGap]]:
    """Linked issues that we see, with what their notes count. No name and no amount is read."""
    query = (
        select(TrackedIssue.id, Gap.id, Request.account_id, Request.priority, Request.impact, Account.salesforce_id)
        .select_from(Link)
        .join(Gap, Gap.id == Link.gap_id)
        .join(TrackedIssue, and_(TrackedIssue.id == Link.issue_id, TrackedIssue.standing == SEEN))
        .outerjoin(Request, and_(Request.gap_id == Gap.id, Request.withdrawn_at.is_(None)))
        .outerjoin(Account, Account.id == Request.account_id)
        .order_by(Link.issue_id, Gap.id, Request.id)
    )
    if issue_ids is not None:
        query = query.where(Link.issue_id.in_(issue_ids))
    found: dict[int, dict[int, list[NotedRequest]]] = {}
    for issue_id, gap_id, account_id, priority, impact, crm_id in session.execute(query):
        of_gap = found.setdefault(issue_id, {}).setdefault(gap_id, [])
        if account_id is not None:
            of_gap.append(NotedRequest(account_id=account_id, priority=priority, impact=impact, crm_id=crm_id))
    return {
        issue_id: [NotedGap(key=gap_key(gap_id), requests=tuple(requests)) for gap_id, requests in gaps.items()]
        for issue_id, gaps in found.items()
    }


def has_open_issue(session: Session, gap_id: int) -> bool:
    """Tell whether anything that serves the gap is still open, as far as we see."""
    query = exists().where(
        Link.gap_id == gap_id,
        Link.issue_id == TrackedIssue.id,
        TrackedIssue.state == IssueState.OPEN,
        TrackedIssue.standing == SEEN,
    )
    return bool(session.scalar(select(query)))


def account_names(session: Session, gap_id: int) -> list[str]:
    """Who asks for the gap: to make sure that none of them is named in public."""
    query = select(Account.name).join(Request, Request.account_id == Account.id).where(Request.gap_id == gap_id)
    return list(session.scalars(query.distinct()))
