"""The mirror of issues: kept in the order of the tracker's own changes, found by address, words and what they serve."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.issue_labels import STATE_SCOPE
from domain.issues import Address, Issue, IssueRef, IssueState, ItemKind
from domain.text import folded
from storage.models import IssueCreation, IssueQuestion, Link, TrackedIssue
from storage.models.issues import TITLE_LENGTH

SEEN, HIDDEN, MOVED = "seen", "hidden", "moved"


@dataclass(frozen=True, slots=True)
class Standing:
    """What others have to hear of when it changes."""

    state: IssueState
    standing: str
    milestone_due: date | None
    state_labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kept:
    """A read that was kept: what the row said before (None for a new one) and says now."""

    issue_id: int
    before: Standing | None
    after: Standing

    @property
    def is_closed_now(self) -> bool:
        return self._is(IssueState.CLOSED) and (self.before is None or self.before.state is IssueState.OPEN)

    @property
    def is_open_again(self) -> bool:
        return self._is(IssueState.OPEN) and self.before is not None and self.before.state is IssueState.CLOSED

    @property
    def is_visible_again(self) -> bool:
        return self.after.standing == SEEN and self.before is not None and self.before.standing == HIDDEN

    @property
    def has_moved_milestone(self) -> bool:
        return bool(
            self.before
            and self.before.milestone_due
            and self.after.milestone_due
            and self.before.milestone_due != self.after.milestone_due
        )

    def _is(self, state: IssueState) -> bool:
        return self.after.state is state and self.after.standing == SEEN


@dataclass(frozen=True, slots=True)
class Pushed:
    """What we wrote last to an issue."""

    id: int
    pushed_labels: list[str] | None
    note_digest: str | None
    note_refused_at: datetime | None


def keep(session: Session, issue: Issue, *, read_at: datetime) -> Kept:
    """Keep what was read unless something newer is kept already. `read_at` is when the reading began."""
    row = _row(session, issue.ref)
    if row is None:
        session.execute(_insert(session, issue, read_at))
        row = _row(session, issue.ref)
        if row is None:
            raise AssertionError("an issue that was just kept is not there")
        if (row.updated_at, row.read_at) == (issue.updated_at, read_at):
            return Kept(row.id, None, _standing(row))
    before = _standing(row)
    if (row.updated_at, row.read_at) <= (issue.updated_at, read_at):
        for name, value in _values(issue, read_at).items():
            setattr(row, name, value)
        session.flush()
    return Kept(row.id, before, _standing(row))


def hide(session: Session, ref: IssueRef, *, read_at: datetime) -> None:
    """Note that the tracker did not show us this issue; nothing else is known, and nothing else changes."""
    session.execute(
        update(TrackedIssue)
        .where(*_is(ref), TrackedIssue.read_at <= read_at)
        .values(standing=HIDDEN, read_at=read_at)
        .execution_options(synchronize_session=False)
    )


def get(session: Session, issue_id: int) -> TrackedIssue | None:
    return session.get(TrackedIssue, issue_id)


def find(session: Session, ref: IssueRef) -> TrackedIssue | None:
    return session.scalar(select(TrackedIssue).where(*_is(ref)))


def at_address(session: Session, address: Address) -> TrackedIssue | None:
    """The issue that has this address as of our last reading."""
    query = select(TrackedIssue).where(
        TrackedIssue.kind == address.kind, TrackedIssue.path == address.path, TrackedIssue.iid == address.iid
    )
    return session.scalar(query.order_by(TrackedIssue.read_at.desc()).limit(1))


def ref_of(row: TrackedIssue) -> IssueRef:
    return IssueRef(kind=row.kind, namespace_id=row.namespace_id, iid=row.iid)


def like(session: Session, words: str, *, limit: int) -> list[TrackedIssue]:
    """Issues whose title has all these words (or their beginnings), open ones first, the latest changed first."""
    wanted = folded(words).split()[:8]
    if not wanted:
        return []
    contains = [TrackedIssue.title_folded.contains(word, autoescape=True) for word in wanted]
    query = select(TrackedIssue).where(TrackedIssue.standing == SEEN, *contains)
    order = (TrackedIssue.state.desc(), TrackedIssue.updated_at.desc(), TrackedIssue.id)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def linked(session: Session) -> list[IssueRef]:
    """All linked issues, in a fixed order."""
    query = select(TrackedIssue.kind, TrackedIssue.namespace_id, TrackedIssue.iid).where(_is_linked())
    rows = session.execute(query.order_by(TrackedIssue.namespace_id, TrackedIssue.iid))
    return [IssueRef(kind=kind, namespace_id=namespace_id, iid=iid) for kind, namespace_id, iid in rows]


def linked_places(session: Session) -> list[tuple[ItemKind, int, str]]:
    """Where linked issues live: kind, id and path of the project or group."""
    query = select(TrackedIssue.kind, TrackedIssue.namespace_id, TrackedIssue.path).where(
        _is_linked(), TrackedIssue.standing == SEEN
    )
    return [(kind, id_, path) for kind, id_, path in session.execute(query.distinct().order_by(TrackedIssue.path))]


def pushed(session: Session) -> list[Pushed]:
    """What we wrote last to each linked issue that we see and may write to."""
    query = select(
        TrackedIssue.id, TrackedIssue.pushed_labels, TrackedIssue.note_digest, TrackedIssue.note_refused_at
    ).where(_is_linked(), TrackedIssue.standing == SEEN, TrackedIssue.closed_to_us_at.is_(None))
    return [Pushed(*row) for row in session.execute(query.order_by(TrackedIssue.id))]


def push(session: Session, issue_id: int, **values: Any) -> None:
    """Note what we wrote there: labels, or the note's id, digest and marker."""
    session.execute(update(TrackedIssue).where(TrackedIssue.id == issue_id).values(**values))


def forget_unlinked(session: Session, *, before: datetime) -> int:
    """Drop issues that nobody linked and that did not change for long; return how many."""
    kept = or_(
        _is_linked(),
        exists().where(IssueQuestion.issue_id == TrackedIssue.id),
        exists().where(IssueCreation.issue_id == TrackedIssue.id),
    )
    result = session.execute(
        delete(TrackedIssue).where(TrackedIssue.updated_at < before, ~kept).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount


def known(session: Session, refs: Iterable[IssueRef]) -> dict[IssueRef, TrackedIssue]:
    """The rows of these issues, as far as there are any."""
    one_of = [and_(*_is(ref)) for ref in refs]
    rows: Sequence[TrackedIssue] = session.scalars(select(TrackedIssue).where(or_(*one_of))).all() if one_of else ()
    return {ref_of(row): row for row in rows}


def _row(session: Session, ref: IssueRef) -> TrackedIssue | None:
    """The row, ours alone until the transaction ends: two readings of one issue follow each other."""
    return session.scalar(select(TrackedIssue).where(*_is(ref)).with_for_update())


def _is(ref: IssueRef) -> tuple[Any, ...]:
    return (
        TrackedIssue.kind == ref.kind,
        TrackedIssue.namespace_id == ref.namespace_id,
        TrackedIssue.iid == ref.iid,
    )


def _is_linked() -> Any:
    return exists().where(Link.issue_id == TrackedIssue.id)


def _insert(session: Session, issue: Issue, read_at: datetime) -> Any:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    ref = issue.ref
    row = _values(issue, read_at) | {"kind": ref.kind, "namespace_id": ref.namespace_id, "iid": ref.iid}
    return insert(TrackedIssue).values(**row).on_conflict_do_nothing()


def _standing(row: TrackedIssue) -> Standing:
    labels = frozenset(label for label in row.labels if label.startswith(STATE_SCOPE))
    return Standing(row.state, row.standing, row.milestone_due, labels)


def _values(issue: Issue, read_at: datetime) -> dict[str, Any]:
    milestone = issue.milestone
    return {
        "item_id": issue.item_id,
        "path": issue.path,
        "url": issue.url,
        "type_name": issue.type_name[:40],
        "title": issue.title[:TITLE_LENGTH],
        "title_folded": folded(issue.title)[:TITLE_LENGTH],
        "is_confidential": issue.is_confidential,
        "state": issue.state,
        "closed_at": issue.closed_at,
        "standing": MOVED if issue.moved_to is not None else SEEN,
        "milestone_title": milestone.title[:255] if milestone else None,
        "milestone_due": milestone.due if milestone else None,
        "due": issue.due,
        "weight": issue.weight or None,
        "health": issue.health,
        "labels": list(issue.labels),
        "assignees": [one.name for one in issue.assignees],
        "updated_at": issue.updated_at,
        "read_at": read_at,
    }
