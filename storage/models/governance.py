"""The governed Top 10 and its digest: immutable versions, proposals, and who decided what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.people import Role
from storage.base import Base, RowId
from storage.models.columns import SlackId, words


class Top10Version(Base):
    """One published Top 10. Never changed: a new list is a new version.

    `cause` says in a sentence why there is one without a proposal: a gap on it was closed.
    """

    __tablename__ = "top10_version"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    published_at: Mapped[datetime]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    cause: Mapped[str | None] = mapped_column(String(200))

    entries: Mapped[list["Top10Entry"]] = relationship(order_by="Top10Entry.position", lazy="raise")


class Top10Entry(Base):
    """A gap's place in one version. A pinned one is not displaced by the weekly rule until its day has passed."""

    __tablename__ = "top10_entry"
    __table_args__ = (UniqueConstraint("version_id", "gap_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("top10_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))
    pinned_until: Mapped[date | None]
    pinned_by: Mapped[str | None] = mapped_column(SlackId)
    pin_reason: Mapped[str | None] = mapped_column(Text)


class Proposal(Base):
    """A wish to change the Top 10. `change` is what is to be done to the list, `figures` the gaps' numbers of that day.

    `change_key` is what the change does, in short: one wish is open only once, however many replicas or people have
    it. `copies` are the channels and people who were sent it. Without `proposed_by` it is the weekly rule's.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_open_change",
            "change_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    base_number: Mapped[int]
    change_key: Mapped[str] = mapped_column(String(120))
    change: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    copies: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Decision(Base):
    """One role's word on a proposal, and one person's; the unique constraints make a race lose politely."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("proposal_id", "role"), UniqueConstraint("proposal_id", "decided_by"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    role: Mapped[Role] = mapped_column(words(Role))
    approved: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(SlackId)
    decided_at: Mapped[datetime]


class Top10Run(Base):
    """One weekly run of the rule: the ten gaps that led the ranking then, best first."""

    __tablename__ = "top10_run"

    period: Mapped[str] = mapped_column(String(24), primary_key=True)
    ran_at: Mapped[datetime]
    leaders: Mapped[dict[str, Any]]
