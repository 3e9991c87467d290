"""What a gap makes of what happens to its issue. An issue is never the gap: people decide, issues are heard."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.gap_changes import ChangeKind
from domain.words import GapState
from storage import issue_links, issue_work, issues
from storage.issue_links import LinkedGap
from storage.issues import MOVED, Kept
from storage.jobs import enqueue
from usecases.heed_labels import heed_labels
from usecases.issue_jobs import (
    LOOK_AT_CLOSING,
    READ_ISSUE,
    SETTLE_QUESTION,
    IssueClosed,
    IssueWanted,
    QuestionAsked,
)
from usecases.move_gap import Move, move, tell
from usecases.promise_pushes import promise_pushes

BOT = "gapbot"
"""Who acts in the audit when nobody did but the clock or GitLab."""
SHIPPED, NOT_SHIPPED, DECLINED = "shipped", "not_shipped", "declined"

# Where a reopened issue takes a gap back to, if it was the answer about its closing that took it away.
_BACK = {GapState.SHIPPED: (SHIPPED, GapState.IN_PROGRESS), GapState.DECLINED: (DECLINED, GapState.TRIAGE)}


def follow(session: Session, kept: Kept, *, at: datetime, is_ours: bool = False) -> None:
    """Promise or do, in the transaction that kept a reading, what follows from the difference it made.

    `is_ours` says that we have just written to the issue: then its labels are no news.
    """
    if kept.before is None or kept.before == kept.after:
        return
    gaps = issue_links.gaps_of(session, kept.issue_id)
    if not gaps:
        return
    if kept.is_visible_again:
        promise_pushes(session, kept.issue_id)
    if kept.is_closed_now:
        _look_at_closing(session, kept.issue_id)
    if kept.is_open_again:
        _reopen(session, kept.issue_id, gaps, at=at)
    _heed_labels(session, kept, [] if is_ours else gaps, at=at)
    if kept.has_moved_milestone:
        _tell_milestone(session, kept, gaps, at=at)
    if kept.after.standing == MOVED and kept.before.standing != MOVED:
        _look_where(session, kept.issue_id, at=at)


def withdraw_questions(session: Session, question_ids: list[int], *, by: str, at: datetime) -> None:
    """Take questions back that have lost their reason, and promise to settle their messages."""
    for question_id in question_ids:
        if issue_work.answer(session, question_id, state=issue_work.WITHDRAWN, word=None, by=by, at=at):
            enqueue(session, SETTLE_QUESTION, QuestionAsked(question_id=question_id))


def _look_at_closing(session: Session, issue_id: int) -> None:
    issue = issues.get(session, issue_id)
    if issue is not None and issue.closed_at is not None:
        closed = IssueClosed(issue_id=issue_id, closed_at=issue.closed_at)
        key = f"issue:{issue_id}:closed:{issue.closed_at.isoformat()}"
        enqueue(session, LOOK_AT_CLOSING, closed, key=key)


def _reopen(session: Session, issue_id: int, gaps: list[LinkedGap], *, at: datetime) -> None:
    withdraw_questions(session, issue_work.open_questions(session, issue_id=issue_id), by=BOT, at=at)
    issue = issues.get(session, issue_id)
    for gap in gaps:
        word, back = _BACK.get(gap.state, (None, None))
        if issue and back and issue_work.last_answer(session, gap_id=gap.gap_id, issue_id=issue_id) == word:
            reason = f"{reference(issue.path, issue.kind, issue.iid)} was reopened."
            move(session, Move(gap_id=gap.gap_id, wanted=back, by=BOT, at=at, reason=reason))


def _heed_labels(session: Session, kept: Kept, gaps: list[LinkedGap], *, at: datetime) -> None:
    issue = issues.get(session, kept.issue_id)
    if issue is not None and gaps:
        name = reference(issue.path, issue.kind, issue.iid)
        heed_labels(session, kept, gaps, by=BOT, name=name, at=at)


def reference(path: str, kind: str, iid: int) -> str:
    """`group/project#7` or `group&3`."""
    return f"{path}{'&' if kind == 'epic' else '#'}{iid}"


def _tell_milestone(session: Session, kept: Kept, gaps: list[LinkedGap], *, at: datetime) -> None:
    before, after = kept.before, kept.after
    if before is None or before.milestone_due is None or after.milestone_due is None:
        return
    for gap in gaps:
        if gap.state.is_open:
            tell(
                session,
                gap_id=gap.gap_id,
                kind=ChangeKind.MILESTONE,
                by=BOT,
                at=at,
                before=before.milestone_due.isoformat(),
                after=after.milestone_due.isoformat(),
            )


def _look_where(session: Session, issue_id: int, *, at: datetime) -> None:
    issue = issues.get(session, issue_id)
    if issue is not None and issue.moved_to_url is None:
        ref = issues.ref_of(issue)
        wanted = IssueWanted(kind=ref.kind, namespace_id=ref.namespace_id, iid=ref.iid, wanted_at=at)
        enqueue(session, READ_ISSUE, wanted)
