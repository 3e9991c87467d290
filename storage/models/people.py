"""The people of the workspace, mirrored from Slack so that no listener has to ask who somebody is."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from domain.people import PersonKind
from storage.base import Base
from storage.models.columns import SlackId, words


class Person(Base):
    """A Slack user as last seen. Without a row somebody is unknown, and unknown people may do nothing."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    team_id: Mapped[str] = mapped_column(SlackId)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[PersonKind] = mapped_column(words(PersonKind))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class GroupMember(Base):
    """Membership in a Slack user group that the configuration gives a role to."""

    __tablename__ = "group_member"

    group_id: Mapped[str] = mapped_column(SlackId, primary_key=True)
    user_id: Mapped[str] = mapped_column(SlackId, primary_key=True, index=True)
