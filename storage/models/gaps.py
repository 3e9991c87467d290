"""Gaps, the requests that ask for them, and their links to GitLab."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.keys import gap_key
from domain.money import Money
from domain.words import AccountKind, GapState, Impact, OpportunityStage, Priority
from storage.base import Base, RowId
from storage.models.columns import CurrencyCode, SlackId, money, words
from storage.models.customers import Account, Opportunity


class Gap(Base):
    """One missing capability. Its title and problem are internal text: they never hold customer data."""

    __tablename__ = "gap"
    __table_args__ = (Index("ix_gap_state", "state"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    title: Mapped[str] = mapped_column(String(150))
    problem: Mapped[str | None] = mapped_column(Text)
    area_key: Mapped[str | None] = mapped_column(String(40), index=True)
    dri_id: Mapped[str | None] = mapped_column(SlackId)
    state: Mapped[GapState] = mapped_column(words(GapState))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("gap.id"))
    effort_months: Mapped[float | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(SlackId)
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    requests: Mapped[list["Request"]] = relationship(back_populates="gap", lazy="raise")
    links: Mapped[list["Link"]] = relationship(back_populates="gap", lazy="raise")

    @property
    def key(self) -> str:
        return gap_key(self.id)


class Request(Base):
    """One account's need for a gap. Priority, money and dates belong here, not to the gap."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("arr_typed_minor IS NULL OR arr_typed_minor >= 0", name="typed_arr_not_negative"),
        CheckConstraint("(arr_typed_minor IS NULL) = (arr_typed_currency IS NULL)", name="typed_arr_has_currency"),
        CheckConstraint("(arr_crm_minor IS NULL) = (arr_crm_currency IS NULL)", name="crm_arr_has_currency"),
        Index("ix_request_gap_account_created", "gap_id", "account_id", "created_at"),
        Index("ix_request_requester_created", "requester_id", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"))
    title: Mapped[str] = mapped_column(String(150))
    use_case: Mapped[str | None] = mapped_column(Text)
    workaround: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[Priority] = mapped_column(words(Priority))
    impact: Mapped[Impact] = mapped_column(words(Impact))
    needed_by: Mapped[date | None]
    arr_typed_minor: Mapped[int | None] = mapped_column(BigInteger)
    arr_typed_currency: Mapped[str | None] = mapped_column(CurrencyCode)
    # The account as the CRM had it when the request was filed: later truth is on the account itself.
    arr_crm_minor: Mapped[int | None] = mapped_column(BigInteger)
    arr_crm_currency: Mapped[str | None] = mapped_column(CurrencyCode)
    arr_crm_as_of: Mapped[datetime | None]
    account_kind_then: Mapped[AccountKind] = mapped_column(words(AccountKind))
    # The chosen deal at that moment, likewise.
    deal_stage_then: Mapped[OpportunityStage | None] = mapped_column(words(OpportunityStage))
    deal_stage_name_then: Mapped[str | None] = mapped_column(String(80))
    deal_amount_then_minor: Mapped[int | None] = mapped_column(BigInteger)
    deal_amount_then_currency: Mapped[str | None] = mapped_column(CurrencyCode)
    requester_id: Mapped[str] = mapped_column(SlackId)
    source: Mapped[str] = mapped_column(String(24))
    source_channel_id: Mapped[str | None] = mapped_column(SlackId)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    last_confirmed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    gap: Mapped[Gap] = relationship(back_populates="requests", lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")
    opportunity: Mapped[Opportunity | None] = relationship(lazy="raise")

    @property
    def arr_typed(self) -> Money | None:
        return money(self.arr_typed_minor, self.arr_typed_currency)

    @property
    def arr_crm(self) -> Money | None:
        return money(self.arr_crm_minor, self.arr_crm_currency)

    @property
    def deal_amount_then(self) -> Money | None:
        return money(self.deal_amount_then_minor, self.deal_amount_then_currency)


class Link(Base):
    """A gap's tie to one GitLab issue or epic, kept as the address that a person gave."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("gap_id", "url"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))
    url: Mapped[str] = mapped_column(String(1000))
    # What the address leads to (a row of `issue`), once it was read.
    issue_id: Mapped[int | None] = mapped_column(RowId, index=True)
    # When GitLab last showed us nothing at an address that never was read.
    unseen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(SlackId)

    gap: Mapped[Gap] = relationship(back_populates="links", lazy="raise")
