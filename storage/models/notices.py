"""What happened to gaps that somebody has to hear of, and who has heard of it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId
from storage.models.columns import SlackId

_WAITING = text("batch IS NULL")


class GapChange(Base):
    """Something that those who asked for a gap are told: it shipped, was planned, declined, merged or reopened.

    `before` and `after` are states or dates. `wording` is the product manager's text that may be sent to customers.
    """

    __tablename__ = "gap_change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    actor_id: Mapped[str] = mapped_column(SlackId)
    at: Mapped[datetime]
    before: Mapped[str | None] = mapped_column(String(60))
    after: Mapped[str | None] = mapped_column(String(60))
    other_gap_id: Mapped[int | None] = mapped_column(ForeignKey("gap.id"))
    wording: Mapped[str | None] = mapped_column(Text)


class Notice(Base):
    """One change that one person is to hear of, once. `batch` names the message that it went into."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "change_id"),
        Index("ix_notice_waiting", "user_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId)
    change_id: Mapped[int] = mapped_column(ForeignKey("gap_change.id"))
    is_urgent: Mapped[bool]
    created_at: Mapped[datetime]
    batch: Mapped[str | None] = mapped_column(String(40))


class NoticePreference(Base):
    """How a person wants to hear of changes; without a row, as everybody does."""

    __tablename__ = "notice_preference"

    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    choice: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime]


class Follower(Base):
    """Somebody who wants to hear what becomes of a gap without having asked for it."""

    __tablename__ = "follower"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    since: Mapped[datetime]


class Promise(Base):
    """A date that somebody gave a customer. `warned_due` is the milestone's date that was warned about last."""

    __tablename__ = "promise"

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), primary_key=True)
    promised_on: Mapped[date]
    promised_by: Mapped[str] = mapped_column(SlackId)
    noted_by: Mapped[str] = mapped_column(SlackId)
    noted_at: Mapped[datetime]
    warned_due: Mapped[date | None]
