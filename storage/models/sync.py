"""How far the mirror of the CRM has come, who is at it, and the exchange rates that it brought."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId
from storage.models.columns import CurrencyCode


class CrmRead(Base):
    """How far one kind of record was read. Everything before a mark is kept.

    `mark_at` and `mark_id` belong to the reading of changes. The `pass_` columns belong to a full pass that began and
    has not ended yet: it goes on from there. The two ends say when a whole sync last succeeded.
    """

    __tablename__ = "crm_read"

    record: Mapped[str] = mapped_column(String(24), primary_key=True)
    mark_at: Mapped[datetime | None]
    mark_id: Mapped[str | None] = mapped_column(String(18))
    pass_started_at: Mapped[datetime | None]
    pass_mark_at: Mapped[datetime | None]
    pass_mark_id: Mapped[str | None] = mapped_column(String(18))
    changes_read_at: Mapped[datetime | None]
    full_read_at: Mapped[datetime | None]


class CrmTurn(Base):
    """Whose turn it is to mirror: one at a time over all processes. An abandoned turn ends by itself."""

    __tablename__ = "crm_turn"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(64))
    held_until: Mapped[datetime]


class CrmRate(Base):
    """Units of a currency for one unit of the organisation's corporate one, as its CRM says.

    A rate without days is the current one. The number is text: neither database may round it.
    """

    __tablename__ = "exchange_rate"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    code: Mapped[str] = mapped_column(CurrencyCode)
    per_corporate: Mapped[str] = mapped_column(String(60))
    is_corporate: Mapped[bool]
    start: Mapped[date | None]
    end: Mapped[date | None]
    as_of: Mapped[datetime | None]
    """When somebody last changed a current rate in the CRM."""
    read_at: Mapped[datetime]
