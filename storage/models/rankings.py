"""What the ranking was on each day, what people save of it, and what they know better than the data."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId
from storage.models.columns import CurrencyCode, SlackId


class RankDay(Base):
    """One day's ranking: by which model it came about, against which frozen figures, from which rows."""

    __tablename__ = "rank_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(24))
    model_version: Mapped[int]
    calibration_id: Mapped[str] = mapped_column(String(80))
    calibration: Mapped[dict[str, Any]]
    currency: Mapped[str] = mapped_column(CurrencyCode)
    inputs_hash: Mapped[str] = mapped_column(String(32))
    gaps: Mapped[int]


class StoredCalibration(Base):
    """The figures that a quarter's rankings are measured against, in one reporting currency; never changed.

    A later version takes the place of the figures of a young organisation, once there is enough to measure.
    """

    __tablename__ = "calibration"

    quarter: Mapped[str] = mapped_column(String(8), primary_key=True)
    currency: Mapped[str] = mapped_column(CurrencyCode, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    requested_gaps: Mapped[int]
    is_measured: Mapped[bool]
    figures: Mapped[dict[str, Any]]


class RankPlace(Base):
    """Where a gap stood on a day, and the parts that its score was made of."""

    __tablename__ = "rank_place"
    __table_args__ = (Index("ix_rank_place_gap_day", "gap_id", "day"),)

    day: Mapped[date] = mapped_column(ForeignKey("rank_day.day", ondelete="CASCADE"), primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    position: Mapped[int]
    score: Mapped[float]
    arr_minor: Mapped[int] = mapped_column(BigInteger)
    accounts: Mapped[int]
    strategic_accounts: Mapped[int]
    p0_accounts: Mapped[int]
    parts: Mapped[dict[str, Any]]
    p_top10: Mapped[float | None]


class SavedView(Base):
    """A query with a name. `scope` is whose it is: a user id, or `shared`."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("scope", "name_folded"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    scope: Mapped[str] = mapped_column(SlackId)
    name: Mapped[str] = mapped_column(String(60))
    name_folded: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(SlackId)
    updated_at: Mapped[datetime]


class GapEstimate(Base):
    """What people say a gap takes and brings. Months are on the gap itself; a weight is kept as it was given.

    The three RICE inputs are decimal text on GitLab's scales; None leaves the value that the requests suggest.
    """

    __tablename__ = "gap_estimate"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    weight: Mapped[int | None]
    reach: Mapped[str | None] = mapped_column(String(8))
    impact: Mapped[str | None] = mapped_column(String(8))
    confidence: Mapped[str | None] = mapped_column(String(8))
    updated_by: Mapped[str] = mapped_column(SlackId)
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class GapTheme(Base):
    """A theme that a gap belongs to, in lower case; it may have several."""

    __tablename__ = "gap_theme"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(40), primary_key=True)


class DealCorrection(Base):
    """What a deal counts for in the ranking instead of what the CRM says. The CRM’s own figure stays where it is."""

    __tablename__ = "deal_correction"
    __table_args__ = (CheckConstraint("amount_minor >= 0", name="amount_not_negative"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    amount_currency: Mapped[str] = mapped_column(CurrencyCode)
    reason: Mapped[str] = mapped_column(Text)
    corrected_by: Mapped[str] = mapped_column(SlackId)
    corrected_at: Mapped[datetime]
