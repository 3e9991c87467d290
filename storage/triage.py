"""What triage reads and keeps: queues, questions to requesters, reminders, gaps that wait for demand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from domain.issue_health import worst
from domain.issues import Health, IssueState
from domain.words import GapState
from storage.issues import SEEN
from storage.models import AuditRow, DecisionReminder, DemandWait, Gap, Link, Question, Request, TrackedIssue

UNDECIDED = (GapState.NEW, GapState.TRIAGE, GapState.NEEDS_INFO)


@dataclass(frozen=True, slots=True)
class QueuedGap:
    """A gap that waits for a decision."""

    gap_id: int
    title: str
    area_key: str | None
    dri_id: str | None
    state: GapState
    opened_at: datetime
    accounts: int
    health: Health | None = None


def queue(
    session: Session, *, dri_id: str | None = None, without_dri: bool = False, gap_id: int | None = None
) -> list[QueuedGap]:
    """Undecided gaps, the longest waiting first: one person's, nobody's, or all; or the one that is named."""
    accounts = func.count(func.distinct(Request.account_id))
    query = (
        select(Gap.id, Gap.title, Gap.area_key, Gap.dri_id, Gap.state, Gap.created_at, accounts)
        .outerjoin(Request, (Request.gap_id == Gap.id) & Request.withdrawn_at.is_(None))
        .group_by(Gap.id, Gap.title, Gap.area_key, Gap.dri_id, Gap.state, Gap.created_at)
        .order_by(Gap.created_at, Gap.id)
    )
    query = query.where(Gap.id == gap_id) if gap_id is not None else query.where(Gap.state.in_(UNDECIDED))
    if dri_id is not None:
        query = query.where(Gap.dri_id == dri_id)
    if without_dri:
        query = query.where(Gap.dri_id.is_(None))
    return [QueuedGap(*row) for row in session.execute(query)]


def health_of(session: Session, gap_ids: Collection[int]) -> dict[int, Health]:
    """How the work on these gaps goes, as far as their open issues say."""
    rows = session.execute(
        select(Link.gap_id, TrackedIssue.health)
        .join(TrackedIssue, TrackedIssue.id == Link.issue_id)
        .where(Link.gap_id.in_(gap_ids), TrackedIssue.standing == SEEN, TrackedIssue.state == IssueState.OPEN)
    )
    said: dict[int, list[Health | None]] = {}
    for gap_id, health in rows:
        said.setdefault(gap_id, []).append(health)
    return {gap_id: found for gap_id, each in said.items() if (found := worst(each))}


def with_health(session: Session, queue: Sequence[QueuedGap]) -> list[QueuedGap]:
    """The same gaps with how the work on them goes."""
    found = health_of(session, [gap.gap_id for gap in queue])
    return [replace(gap, health=found.get(gap.gap_id)) for gap in queue]


def assign(
    session: Session, *, gap_id: int, was: str | None, dri_id: str | None, area_key: str | None, at: datetime
) -> bool:
    """Give the gap to somebody and an area, if it still is whose the caller saw; False when somebody was faster."""
    result = session.execute(
        update(Gap)
        .where(Gap.id == gap_id, Gap.dri_id.is_(None) if was is None else Gap.dri_id == was)
        .values(dri_id=dri_id, area_key=area_key, updated_at=at, version=Gap.version + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def has_link(session: Session, gap_id: int) -> bool:
    return session.scalar(select(Link.id).where(Link.gap_id == gap_id).limit(1)) is not None


def ask(session: Session, *, request: Request, by: str, text: str, at: datetime) -> int:
    """Keep a question to the requester; return its id."""
    row = Question(
        gap_id=request.gap_id,
        request_id=request.id,
        asked_by=by,
        asked_of=request.requester_id,
        asked_at=at,
        text=text,
    )
    session.add(row)
    session.flush()
    return row.id


def question(session: Session, question_id: int) -> Question | None:
    return session.get(Question, question_id)


def question_in(session: Session, *, channel_id: str, thread_ts: str, user_id: str) -> Question | None:
    """The open question that was asked of this person in this thread."""
    return session.scalar(
        select(Question)
        .where(
            Question.channel_id == channel_id,
            Question.thread_ts == thread_ts,
            Question.asked_of == user_id,
            Question.answered_at.is_(None),
        )
        .limit(1)
    )


def place_question(session: Session, question_id: int, *, channel_id: str, ts: str) -> None:
    """Note the message that the question is, in whose thread it will be answered."""
    row = session.get(Question, question_id)
    if row is not None:
        row.channel_id, row.thread_ts = channel_id, ts


def answer(session: Session, question_id: int, *, text: str, at: datetime) -> bool:
    """Keep the answer; False when there is one already."""
    result = session.execute(
        update(Question)
        .where(Question.id == question_id, Question.answered_at.is_(None))
        .values(answer=text, answered_at=at)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def open_questions(session: Session, *, gap_id: int | None = None, asked_of: str | None = None) -> list[Question]:
    query = select(Question).where(Question.answered_at.is_(None)).order_by(Question.id)
    if gap_id is not None:
        query = query.where(Question.gap_id == gap_id)
    if asked_of is not None:
        query = query.where(Question.asked_of == asked_of)
    return list(session.scalars(query))


def wait_for_demand(session: Session, *, gap_id: int, accounts: int, wake_at: int, by: str, at: datetime) -> None:
    session.merge(DemandWait(gap_id=gap_id, accounts_then=accounts, wake_at=wake_at, set_by=by, set_at=at))


def demand_grown(session: Session) -> list[DemandWait]:
    """Gaps that wait for demand and have it."""
    asking = (
        select(Request.gap_id, func.count(func.distinct(Request.account_id)).label("accounts"))
        .where(Request.withdrawn_at.is_(None))
        .group_by(Request.gap_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(DemandWait)
            .join(Gap, Gap.id == DemandWait.gap_id)
            .join(asking, asking.c.gap_id == DemandWait.gap_id)
            .where(Gap.state == GapState.AWAITING_DEMAND, asking.c.accounts >= DemandWait.wake_at)
            .order_by(DemandWait.gap_id)
        )
    )


def first_trace(session: Session) -> datetime | None:
    """When the first thing happened of which there is a trace."""
    return session.scalar(select(AuditRow.at).order_by(AuditRow.id).limit(1))


def reminded(session: Session) -> dict[int, int]:
    """How often there was a reminder of each gap."""
    return {row.gap_id: row.turn for row in session.execute(select(DecisionReminder.gap_id, DecisionReminder.turn))}


def remind(session: Session, *, gap_id: int, turn: int, at: datetime) -> None:
    session.merge(DecisionReminder(gap_id=gap_id, turn=turn, reminded_at=at))


def leads(session: Session) -> Collection[str]:
    """Everybody who has undecided gaps."""
    query = select(Gap.dri_id).where(Gap.state.in_(UNDECIDED), Gap.dri_id.is_not(None)).distinct()
    return sorted(one for one in session.scalars(query) if one)
