"""Weekly digests: who wants one where and when, and what was posted."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId
from storage.models.columns import SlackId


class Subscription(Base):
    """A channel's wish for a weekly digest that was made in Slack; those of the configuration are not stored."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    channel_id: Mapped[str] = mapped_column(SlackId, index=True)
    weekday: Mapped[int]
    at: Mapped[str] = mapped_column(String(5))
    time_zone: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    filters: Mapped[dict[str, Any]]
    money: Mapped[str] = mapped_column(String(8))
    owner_id: Mapped[str] = mapped_column(SlackId)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Digest(Base):
    """One subscription's post for one period; unique, so that no restart or replica posts it twice.

    `content` is what the post says, without any customer's name. `trouble` is Slack's word for why it could not be
    posted; the same word again is not told to the owner again.
    """

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("subscription", "period"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subscription: Mapped[str] = mapped_column(String(120))
    period: Mapped[str] = mapped_column(String(24))
    channel_id: Mapped[str] = mapped_column(SlackId)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(60))
