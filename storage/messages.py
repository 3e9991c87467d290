"""Where our messages are in Slack, by marker."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage.models import PostedMessage


@dataclass(frozen=True, slots=True)
class Posted:
    """A message's address."""

    channel_id: str
    ts: str


def find(session: Session, marker: str) -> Posted | None:
    row = session.get(PostedMessage, marker)
    return Posted(channel_id=row.channel_id, ts=row.ts) if row else None


def remember(session: Session, marker: str, posted: Posted, *, at: datetime) -> None:
    """Note where the message is; a later address replaces an earlier one (a deleted message was posted afresh)."""
    session.merge(PostedMessage(marker=marker, channel_id=posted.channel_id, ts=posted.ts, posted_at=at))
