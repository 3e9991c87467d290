"""What is asked, made and polled around issues: creations, questions to DRIs, scopes and searches."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.issue_tracker import ScopeKind
from storage.models import IssueCreation, IssueQuestion, IssueScope, IssueSearch

OPEN, DONE, FAILED = "open", "done", "failed"
ANSWERED, WITHDRAWN = "answered", "withdrawn"


def begin_creation(session: Session, **values: Any) -> int | None:
    """Promise an issue; return the creation's id, or None while another one for the gap is on its way."""
    made = session.execute(
        _insert(session)(IssueCreation)
        .values(state=OPEN, **values)
        .on_conflict_do_nothing()
        .returning(IssueCreation.id)
    ).first()
    return made[0] if made else None


def creation(session: Session, creation_id: int) -> IssueCreation | None:
    return session.get(IssueCreation, creation_id)


def open_creation(session: Session, gap_id: int) -> bool:
    query = select(IssueCreation.id).where(IssueCreation.gap_id == gap_id, IssueCreation.state == OPEN)
    return session.scalar(query) is not None


def end_creation(
    session: Session, creation_id: int, *, state: str, issue_id: int | None = None, failure: str | None = None
) -> bool:
    """End an open creation; False when it had ended already."""
    ended = update(IssueCreation).where(IssueCreation.id == creation_id, IssueCreation.state == OPEN)
    return _changed(session, ended.values(state=state, issue_id=issue_id, failure=failure))


def ask(
    session: Session, *, gap_id: int, issue_id: int, closed_at: datetime, is_by_change: bool, at: datetime
) -> int | None:
    """Open a question; return its id, or None when this closing was asked about already."""
    insert = _insert(session)(IssueQuestion).values(
        gap_id=gap_id, issue_id=issue_id, closed_at=closed_at, is_by_change=is_by_change, state=OPEN, asked_at=at
    )
    made = session.execute(insert.on_conflict_do_nothing().returning(IssueQuestion.id)).first()
    return made[0] if made else None


def question(session: Session, question_id: int) -> IssueQuestion | None:
    return session.get(IssueQuestion, question_id)


def answer(session: Session, question_id: int, *, state: str, word: str | None, by: str, at: datetime) -> bool:
    """Answer or withdraw an open question; False when somebody was faster."""
    given = update(IssueQuestion).where(IssueQuestion.id == question_id, IssueQuestion.state == OPEN)
    return _changed(session, given.values(state=state, answer=word, answered_by=by, answered_at=at))


def open_questions(session: Session, *, issue_id: int) -> list[int]:
    query = select(IssueQuestion.id).where(IssueQuestion.issue_id == issue_id, IssueQuestion.state == OPEN)
    return list(session.scalars(query.order_by(IssueQuestion.id)))


def questions_of_gap(session: Session, *, gap_id: int, issue_id: int) -> list[int]:
    query = select(IssueQuestion.id).where(
        IssueQuestion.gap_id == gap_id, IssueQuestion.issue_id == issue_id, IssueQuestion.state == OPEN
    )
    return list(session.scalars(query))


def last_answer(session: Session, *, gap_id: int, issue_id: int) -> str | None:
    """What was last answered for a gap about this issue."""
    query = select(IssueQuestion.answer).where(
        IssueQuestion.gap_id == gap_id, IssueQuestion.issue_id == issue_id, IssueQuestion.state == ANSWERED
    )
    return session.scalar(query.order_by(IssueQuestion.closed_at.desc()).limit(1))


def unanswered_since(session: Session, before: datetime) -> list[IssueQuestion]:
    """Open questions about merged changes that were asked before this moment."""
    query = select(IssueQuestion).where(
        IssueQuestion.state == OPEN, IssueQuestion.is_by_change, IssueQuestion.asked_at <= before
    )
    return list(session.scalars(query.order_by(IssueQuestion.id)))


def scope(session: Session, *, kind: ScopeKind, path: str, since: datetime) -> IssueScope:
    """How far a scope has come; a new one begins at `since`."""
    insert = _insert(session)(IssueScope).values(kind=kind.value, path=path, since=since, position="")
    session.execute(insert.on_conflict_do_nothing())
    return session.scalars(select(IssueScope).where(IssueScope.kind == kind.value, IssueScope.path == path)).one()


def move_scope(session: Session, scope_id: int, **values: Any) -> None:
    session.execute(update(IssueScope).where(IssueScope.id == scope_id).values(**values))


def add_search(session: Session, **values: Any) -> int:
    row = IssueSearch(**values)
    session.add(row)
    session.flush()
    return row.id


def search(session: Session, search_id: int) -> IssueSearch | None:
    return session.get(IssueSearch, search_id)


def end_search(session: Session, search_id: int) -> None:
    session.execute(delete(IssueSearch).where(IssueSearch.id == search_id))


def _insert(session: Session) -> Any:
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", result).rowcount == 1
