"""Promise that an issue will say what its gaps say."""

from sqlalchemy.orm import Session

from storage.jobs import enqueue
from usecases.issue_jobs import PUSH_LABELS, PUSH_NOTE, IssueNamed, lane_of


def promise_pushes(session: Session, issue_id: int) -> None:
    """Its labels and its note, one after the other, in the caller's transaction."""
    named, lane = IssueNamed(issue_id=issue_id), lane_of(issue_id)
    enqueue(session, PUSH_LABELS, named, lane=lane)
    enqueue(session, PUSH_NOTE, named, lane=lane)
