"""The governed Top 10 and its digest: immutable versions, proposals, and who decided what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.people import Role
from storage.base import Base, RowId
from storage.models.columns import SlackId, words


class Top10Version(Base):
    """One published Top 10. Never changed: a new list is a new version."""

    __tablename__ = "top10_version"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    published_at: Mapped[datetime]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))

    entries: Mapped[list["Top10Entry"]] = relationship(order_by="Top10Entry.position", lazy="raise")


class Top10Entry(Base):
    """A gap's place in one version."""

    __tablename__ = "top10_entry"
    __table_args__ = (UniqueConstraint("version_id", "gap_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("top10_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))


class Proposal(Base):
    """A wish to change the Top 10, with the list it would lead to."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    base_number: Mapped[int]
    change: Mapped[dict[str, Any]]
    reason: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Decision(Base):
    """One role's word on a proposal; the unique constraint makes a race lose politely."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("proposal_id", "role"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    role: Mapped[Role] = mapped_column(words(Role))
    approved: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(SlackId)
    decided_at: Mapped[datetime]


class Digest(Base):
    """One subscription's post for one period; unique, so that no restart or replica posts it twice."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("subscription", "period"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subscription: Mapped[str] = mapped_column(String(120))
    period: Mapped[str] = mapped_column(String(16))
    channel_id: Mapped[str] = mapped_column(SlackId)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
