"""What people say of a gap in GitLab by its `gap::` label: heard where it is one team's own business, else put right.

A gap goes by its label through triage, backlog, plan and work. What customers are told of (shipped, declined …) needs
somebody's words, and is decided in Slack; a label that cannot be heeded is taken back.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.issue_labels import state_named, wanted_labels
from domain.issues import IssueState
from domain.transitions import TransitionRefused
from domain.words import GapState
from storage import gaps, issues
from storage.issue_links import LinkedGap
from storage.issues import SEEN, Kept
from storage.jobs import enqueue
from usecases.issue_jobs import PUSH_LABELS, IssueNamed, lane_of
from usecases.move_gap import Move, move

HEEDED = frozenset({GapState.TRIAGE, GapState.BACKLOG, GapState.PLANNED, GapState.IN_PROGRESS})


def heed_labels(session: Session, kept: Kept, served: list[LinkedGap], *, by: str, name: str, at: datetime) -> None:
    """Move the gap as its issue was labelled, in the transaction that kept the reading; or promise to relabel it."""
    if kept.before is None or kept.before.state_labels == kept.after.state_labels:
        return
    if kept.after.standing != SEEN or kept.after.state is not IssueState.OPEN:
        return
    if kept.after.state_labels <= set(wanted_labels([gap.served for gap in served])) and kept.after.state_labels:
        return
    added = kept.after.state_labels - kept.before.state_labels
    wanted = state_named(added)
    if len(served) == 1 and wanted in HEEDED and _is_newer(session, kept.issue_id, served[0].gap_id):
        reason = f"{name} was labelled {next(iter(added))}."
        try:
            move(session, Move(gap_id=served[0].gap_id, wanted=wanted, by=by, at=at, reason=reason))
        except TransitionRefused:
            pass
        else:
            return
    enqueue(session, PUSH_LABELS, IssueNamed(issue_id=kept.issue_id), lane=lane_of(kept.issue_id))


def _is_newer(session: Session, issue_id: int, gap_id: int) -> bool:
    """Whether the issue changed after the gap did: a label that we are about to change says nothing new."""
    issue, gap = issues.get(session, issue_id), gaps.find(session, gap_id)
    return issue is not None and gap is not None and issue.updated_at > gap.updated_at
