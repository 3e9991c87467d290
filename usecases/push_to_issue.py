"""Bring an issue's labels and its internal note up to date with the gaps it serves."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from domain.issue_labels import ServedGap, plan_labels, wanted_labels
from domain.issue_note import NoteDetail, NotedGap, note_text
from domain.issue_tracker import Marker, NoteText, Tracker
from domain.issue_tracker_errors import Forbidden, MayNotHide, NoteWentPublic, NotVisible
from domain.issues import Issue, IssueRef
from domain.ports import Clock
from storage import issue_links, issues
from storage.database import Database
from storage.issues import SEEN
from storage.jobs import Attempt, PermanentFailure, RetryLater, enqueue
from storage.models import TrackedIssue
from usecases.follow_issue import follow
from usecases.issue_jobs import WARN_ADMINS, AdminsWarned, IssueNamed
from usecases.tracker_trouble import GIVEN_UP_AFTER, awaited

log = structlog.get_logger(__name__)

MAY_NOT_HIDE, WENT_PUBLIC, NOT_CONFIDENTIAL = "may_not_hide", "went_public", "not_confidential"
_REMOVE_AGAIN_SECONDS = 30.0
_NO_LABELS = "GitLab did not change the labels: the bot needs the role Planner (or Reporter)."


@dataclass(frozen=True, slots=True)
class NotePolicy:
    """What a note may say, and where the CRM is."""

    detail: NoteDetail = NoteDetail.LINKS
    crm_url: str | None = None

    def text(self, gaps: list[NotedGap]) -> str:
        return note_text(gaps, detail=self.detail, crm_url=self.crm_url) if gaps else ""


@dataclass(frozen=True, slots=True)
class PushToIssue:
    """Handlers of the jobs that write to an issue that exists. Each may be repeated after any crash."""

    database: Database
    tracker: Tracker
    notes: NotePolicy
    now: Clock
    new_word: Callable[[], str]

    def labels(self, attempt: Attempt[IssueNamed]) -> None:
        """Add what is missing and take away what is ours and wrong; never save the whole list."""
        with self.database.read() as session:
            row = issues.get(session, attempt.payload.issue_id)
            gaps = [one.served for one in issue_links.gaps_of(session, row.id)] if row else []
        if row is None or row.standing != SEEN or row.closed_to_us_at is not None:
            return
        ref, wanted, at = issues.ref_of(row), wanted_labels(gaps), self.now()
        with awaited():
            try:
                issue, left = self._changed(ref, gaps, row)
            except NotVisible:
                self._hide(ref, at)
                return
            except Forbidden:
                if attempt.number < GIVEN_UP_AFTER:
                    raise
                raise PermanentFailure(_NO_LABELS) from None
        with self.database.write() as session:
            follow(session, issues.keep(session, issue, read_at=at), at=at, is_ours=True)
            issues.push(session, row.id, pushed_labels=list(wanted))
        if left:
            log.error("gitlab.labels_refused", issue_id=row.id, count=len(left))
            raise PermanentFailure(_NO_LABELS)

    def _changed(self, ref: IssueRef, gaps: Sequence[ServedGap], row: TrackedIssue) -> tuple[Issue, tuple[str, ...]]:
        """The issue as it is then, and the labels that GitLab silently left as they were."""
        issue = self.tracker.read(ref)
        plan = plan_labels(issue.labels, gaps, pushed_before=row.pushed_labels or ())
        if plan.is_empty:
            return issue, ()
        return self.tracker.change_labels(ref, add=plan.add, remove=plan.remove)

    def note(self, attempt: Attempt[IssueNamed]) -> None:
        """Write the one internal note, or take it away when the issue serves no gap any more."""
        issue_id = attempt.payload.issue_id
        with self.database.write() as session:
            row = issues.get(session, issue_id)
            if row is None or row.standing != SEEN:
                return
            if row.note_marker is None:
                row.note_marker = self.new_word()
            text = self.notes.text(issue_links.noted(session, [issue_id]).get(issue_id, []))
        if row.closed_to_us_at is not None:
            self._remove_public(row)
        elif digest(text) != row.note_digest or row.note_refused_at is not None:
            self._write(row, text, is_last=attempt.number >= GIVEN_UP_AFTER)

    def _write(self, row: TrackedIssue, text: str, *, is_last: bool) -> None:
        ref, marker, at = issues.ref_of(row), Marker(row.note_marker or ""), self.now()
        with awaited():
            try:
                if text:
                    note_id = self.tracker.put_note(ref, text=NoteText(text), marker=marker, known=row.note_id).id
                else:
                    self.tracker.remove_note(ref, marker=marker)
                    note_id = None
            except NotVisible:
                self._hide(ref, at)
            except (MayNotHide, Forbidden) as refused:
                if isinstance(refused, Forbidden) and not is_last:
                    raise
                with self.database.write() as session:
                    issues.push(session, row.id, note_refused_at=at, note_digest=digest(text))
                    warn_admins(session, row.id, MAY_NOT_HIDE)
            except NoteWentPublic as public:
                with self.database.write() as session:
                    close_to_us(session, row.id, WENT_PUBLIC, at=at)
                if not public.is_removed:
                    raise RetryLater(_REMOVE_AGAIN_SECONDS) from None
            else:
                with self.database.write() as session:
                    issues.push(session, row.id, note_id=note_id, note_digest=digest(text), note_refused_at=None)

    def _remove_public(self, row: TrackedIssue) -> None:
        """Nothing is written here any more; make sure that nothing of ours is left."""
        with awaited():
            try:
                self.tracker.remove_note(issues.ref_of(row), marker=Marker(row.note_marker or ""))
            except NotVisible:
                return

    def _hide(self, ref: IssueRef, at: datetime) -> None:
        with self.database.write() as session:
            issues.hide(session, ref, read_at=at)


def digest(text: str) -> str:
    """What a note said, for comparing."""
    return hashlib.sha256(text.encode()).hexdigest()


def close_to_us(session: Session, issue_id: int, trouble: str, *, at: datetime) -> None:
    """Write nothing more to this issue, and let the admins know."""
    issues.push(session, issue_id, closed_to_us_at=at, note_digest=None)
    warn_admins(session, issue_id, trouble)


def warn_admins(session: Session, issue_id: int, trouble: str) -> None:
    """Promise the warning, once per issue and kind of trouble (for as long as done jobs are remembered)."""
    enqueue(session, WARN_ADMINS, AdminsWarned(issue_id=issue_id, trouble=trouble), key=f"issue:{issue_id}:{trouble}")
