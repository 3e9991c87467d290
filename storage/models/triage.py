"""What triage leaves behind: merges that can be undone, questions that were asked, and gaps that wait for demand."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.words import GapState
from storage.base import Base, RowId
from storage.models.columns import SlackId, words


class Merge(Base):
    """One gap that became part of another. `moved` is what went along, by table, so that it can go back."""

    __tablename__ = "gap_merge"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    state_before: Mapped[GapState] = mapped_column(words(GapState))
    moved: Mapped[dict[str, Any]]
    merged_by: Mapped[str] = mapped_column(SlackId)
    merged_at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(SlackId)
    undone_at: Mapped[datetime | None]


class Question(Base):
    """Something that triage has to know of a requester. The answer comes in the thread that it was asked in."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_thread", "channel_id", "thread_ts"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    asked_by: Mapped[str] = mapped_column(SlackId)
    asked_of: Mapped[str] = mapped_column(SlackId, index=True)
    asked_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    channel_id: Mapped[str | None] = mapped_column(SlackId)
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]


class DemandWait(Base):
    """A gap that waits for more demand: at `wake_at` accounts it goes back to the backlog by itself."""

    __tablename__ = "demand_wait"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    accounts_then: Mapped[int]
    wake_at: Mapped[int]
    set_by: Mapped[str] = mapped_column(SlackId)
    set_at: Mapped[datetime]


class DecisionReminder(Base):
    """How often somebody was reminded that this gap waits for a decision: once for each `turn` that it has waited."""

    __tablename__ = "decision_reminder"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    turn: Mapped[int]
    reminded_at: Mapped[datetime]
