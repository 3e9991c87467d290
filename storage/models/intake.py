"""Requests on their way in: conversations that go on, where a request was said, and whose channel it was said in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId
from storage.models.columns import SlackId


class Conversation(Base):
    """One thread in which somebody tells us what an account needs. `draft` is what was understood so far.

    Its key is the channel and the thread. `version` makes two messages at the same moment take turns.
    """

    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_user_state", "user_id", "state"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    channel_id: Mapped[str] = mapped_column(SlackId)
    thread_ts: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    user_id: Mapped[str] = mapped_column(SlackId)
    state: Mapped[str] = mapped_column(String(16))
    asked: Mapped[str | None] = mapped_column(String(24))
    draft: Mapped[dict[str, Any]]
    origin: Mapped[dict[str, Any] | None]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("request.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class RequestOrigin(Base):
    """The message that a request was made from: who wrote it, and where it can be read again."""

    __tablename__ = "request_origin"
    __table_args__ = (Index("ix_request_origin_message", "channel_id", "ts"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), primary_key=True)
    channel_id: Mapped[str] = mapped_column(SlackId)
    ts: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str] = mapped_column(String(32))
    author_id: Mapped[str | None] = mapped_column(SlackId)
    permalink: Mapped[str | None] = mapped_column(String(1000))


class ChannelAccount(Base):
    """The account that a channel is about: it is meant wherever a message there names none."""

    __tablename__ = "channel_account"

    channel_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_by: Mapped[str] = mapped_column(SlackId)
    set_at: Mapped[datetime]
