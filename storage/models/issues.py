"""Issues and epics of GitLab as we last read them, and what we are about to do there or want to know of people."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.issues import Health, IssueState, ItemKind
from storage.base import Base, JsonObject, RowId
from storage.models.columns import SlackId, words

_OPEN = text("state = 'open'")
TITLE_LENGTH = 255


class TrackedIssue(Base):
    """An issue or epic that is linked or changed lately, as of `read_at`.

    `standing` tells whether we still see it: `seen`, `hidden` (deleted, or not for us any more) or `moved`. It is never
    read as a state. The `pushed` columns and the note's belong to us: what we last wrote there.
    """

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("kind", "namespace_id", "iid"),
        Index("ix_issue_path_iid", "path", "iid"),
        Index("ix_issue_updated_at", "updated_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(words(ItemKind))
    namespace_id: Mapped[int] = mapped_column(BigInteger)
    iid: Mapped[int]
    item_id: Mapped[int] = mapped_column(BigInteger)
    path: Mapped[str] = mapped_column(String(1000))
    url: Mapped[str] = mapped_column(String(1000))
    type_name: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    title_folded: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    is_confidential: Mapped[bool] = mapped_column(default=False)
    state: Mapped[IssueState] = mapped_column(words(IssueState))
    closed_at: Mapped[datetime | None]
    standing: Mapped[str] = mapped_column(String(12), default="seen")
    moved_to_url: Mapped[str | None] = mapped_column(String(1000))
    milestone_title: Mapped[str | None] = mapped_column(String(255))
    milestone_due: Mapped[date | None]
    due: Mapped[date | None]
    weight: Mapped[int | None]
    health: Mapped[Health | None] = mapped_column(words(Health))
    labels: Mapped[list[str]] = mapped_column(JsonObject)
    assignees: Mapped[list[str]] = mapped_column(JsonObject)
    updated_at: Mapped[datetime]
    read_at: Mapped[datetime]
    pushed_labels: Mapped[list[str] | None] = mapped_column(JsonObject)
    note_marker: Mapped[str | None] = mapped_column(String(48))
    note_id: Mapped[int | None] = mapped_column(BigInteger)
    note_digest: Mapped[str | None] = mapped_column(String(64))
    # We may not write internal notes there.
    note_refused_at: Mapped[datetime | None]
    # Something of ours came out less hidden than it was meant to be: until somebody links it anew, we write nothing.
    closed_to_us_at: Mapped[datetime | None]


class IssueCreation(Base):
    """An issue that somebody asked for. Its marker finds it in GitLab, however often we have to try."""

    __tablename__ = "issue_creation"
    __table_args__ = (
        # Two people who press the button at once get one issue.
        Index("uq_issue_creation_open", "gap_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))
    project: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    problem: Mapped[str] = mapped_column(Text)
    is_confidential: Mapped[bool]
    marker: Mapped[str] = mapped_column(String(48), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="open")
    failure: Mapped[str | None] = mapped_column(String(500))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(SlackId)


class IssueQuestion(Base):
    """A closed issue, and what its gap's DRI makes of it. Each closing asks once."""

    __tablename__ = "issue_question"
    __table_args__ = (UniqueConstraint("gap_id", "issue_id", "closed_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    closed_at: Mapped[datetime]
    is_by_change: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    answer: Mapped[str | None] = mapped_column(String(24))
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(SlackId)
    answered_at: Mapped[datetime | None]


class IssueScope(Base):
    """A project or group that is polled, and how far that has come."""

    __tablename__ = "issue_scope"
    __table_args__ = (UniqueConstraint("kind", "path"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    path: Mapped[str] = mapped_column(String(1000))
    namespace_id: Mapped[int | None] = mapped_column(BigInteger)
    since: Mapped[datetime]
    position: Mapped[str] = mapped_column(Text, default="")
    polled_at: Mapped[datetime | None]


class IssueSearch(Base):
    """Words that somebody wants looked for in GitLab, until the answer is on their screen."""

    __tablename__ = "issue_search"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gap.id"))
    words: Mapped[str] = mapped_column(String(200))
    view_id: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[str] = mapped_column(SlackId)
    asked_at: Mapped[datetime]
