"""What makes effects happen once and leaves a trace: inbox keys, audit rows, and where messages were posted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId
from storage.models.columns import SlackId


class InboxEntry(Base):
    """An inbound thing that was handled, by the key its sender chose. A second delivery finds the first's subject."""

    __tablename__ = "inbox"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str | None] = mapped_column(String(60))
    received_at: Mapped[datetime] = mapped_column(index=True)


class AuditRow(Base):
    """Who did what to what, when and why. Append-only: triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(SlackId)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(Text)


class PostedMessage(Base):
    """Where the message with this marker is, so that it is edited in place and never posted again."""

    __tablename__ = "posted_message"

    marker: Mapped[str] = mapped_column(String(200), primary_key=True)
    channel_id: Mapped[str] = mapped_column(SlackId)
    ts: Mapped[str] = mapped_column(String(32))
    posted_at: Mapped[datetime]
