"""Who looks at their Home tab, and what it shows them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.models.columns import SlackId


class HomeVisit(Base):
    """Somebody's Home tab. It is drawn again when something happens to what is `shown`.

    `pages` are those that its sections are turned to, `audit_id` is how far the audit was looked at for it, and
    `digest` tells whether a new drawing would look any different.
    """

    __tablename__ = "home_visit"

    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    opened_at: Mapped[datetime]
    audit_id: Mapped[int] = mapped_column(BigInteger)
    pages: Mapped[dict[str, Any]]
    shown: Mapped[dict[str, Any]]
    digest: Mapped[str | None] = mapped_column(String(64))
