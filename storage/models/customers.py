"""Accounts and opportunities: a mirror of the CRM, plus what people typed because the CRM does not have it yet."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.money import Money
from domain.text import folded
from domain.words import AccountKind, OpportunityKind, OpportunityStage
from storage.base import Base, RowId
from storage.models.columns import CurrencyCode, SlackId, money, words

NAME_LENGTH = 255
EMAIL_LENGTH = 254
"""No longer address can receive mail (RFC 5321)."""


def search_form(name: str) -> str:
    """What accounts are found by. Folding can make a name longer (ß becomes ss): what does not fit is cut."""
    return folded(name)[:NAME_LENGTH]


def _folded_name(context: object) -> str:
    """Derive the search form from the name being inserted."""
    return search_form(context.get_current_parameters()["name"])  # type: ignore[attr-defined]


class Account(Base):
    """A company. `is_verified` is false when somebody typed it and no CRM account has been found for it."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("arr_minor IS NULL OR arr_currency IS NOT NULL", name="arr_has_currency"),
        Index("ix_account_name_folded", "name_folded"),
        # Two people typing the same new name at once get one account.
        Index(
            "uq_account_unverified_name",
            "name_folded",
            unique=True,
            sqlite_where=text("salesforce_id IS NULL"),
            postgresql_where=text("salesforce_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    salesforce_id: Mapped[str | None] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_folded: Mapped[str] = mapped_column(String(NAME_LENGTH), default=_folded_name)
    domain: Mapped[str | None] = mapped_column(String(255))
    kind: Mapped[AccountKind] = mapped_column(words(AccountKind))
    is_verified: Mapped[bool] = mapped_column(default=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    segment: Mapped[str | None] = mapped_column(String(80))
    region: Mapped[str | None] = mapped_column(String(80))
    is_strategic: Mapped[bool] = mapped_column(default=False)
    health: Mapped[str | None] = mapped_column(String(24))
    owner_name: Mapped[str | None] = mapped_column(String(120))
    owner_email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    owner_slack_id: Mapped[str | None] = mapped_column(SlackId)
    csm_name: Mapped[str | None] = mapped_column(String(120))
    csm_email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    csm_slack_id: Mapped[str | None] = mapped_column(SlackId)
    arr_minor: Mapped[int | None] = mapped_column(BigInteger)
    arr_currency: Mapped[str | None] = mapped_column(CurrencyCode)
    arr_as_of: Mapped[datetime | None]
    renewal_date: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(SlackId)
    crm_parent_id: Mapped[str | None] = mapped_column(String(18), index=True)
    # The account that took this one's place: by a merge in the CRM, or because the CRM has got it meanwhile.
    crm_master_id: Mapped[str | None] = mapped_column(String(18))
    crm_deleted_at: Mapped[datetime | None]
    crm_seen_at: Mapped[datetime | None]

    @property
    def arr(self) -> Money | None:
        return money(self.arr_minor, self.arr_currency)


class Opportunity(Base):
    """A deal with an account, as the CRM has it."""

    __tablename__ = "opportunity"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    salesforce_id: Mapped[str] = mapped_column(String(18), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[OpportunityKind] = mapped_column(words(OpportunityKind))
    stage: Mapped[OpportunityStage] = mapped_column(words(OpportunityStage))
    stage_name: Mapped[str | None] = mapped_column(String(80))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    amount_currency: Mapped[str | None] = mapped_column(CurrencyCode)
    probability: Mapped[int | None]
    close_date: Mapped[date | None]
    crm_deleted_at: Mapped[datetime | None]
    crm_seen_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money | None:
        return money(self.amount_minor, self.amount_currency)


class CrmPerson(Base):
    """Somebody who owns accounts in the CRM, and who that is in Slack; `slack_id` is empty where Slack knows nobody."""

    __tablename__ = "crm_person"

    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), primary_key=True)
    slack_id: Mapped[str | None] = mapped_column(SlackId)
    asked_at: Mapped[datetime]


class AccountSearch(Base):
    """A question to the CRM that somebody's open form waits for. It is gone with the answer: it names a customer."""

    __tablename__ = "account_search"
    # A job for a question that is gone must not find the next one under its number.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  SQLAlchemy reads it

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    view_id: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(SlackId)
    typed: Mapped[str] = mapped_column(String(NAME_LENGTH))
    # What the form showed when it was drawn last: it can be drawn again, but never asked for.
    form: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
