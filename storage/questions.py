"""Answered questions, to which people add what came to their mind later."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Question


def answered_in(session: Session, *, channel_id: str, thread_ts: str, user_id: str) -> Question | None:
    """The question of this thread, if this person has answered it."""
    return session.scalar(
        select(Question)
        .where(
            Question.channel_id == channel_id,
            Question.thread_ts == thread_ts,
            Question.asked_of == user_id,
            Question.answered_at.is_not(None),
        )
        .order_by(Question.id.desc())
        .limit(1)
    )
