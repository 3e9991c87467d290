"""What somebody answers about their request becomes a part of it, with a trace."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import Overtaken
from storage import audit, requests
from storage.models import Question
from usecases.request_fields import with_more


def keep_on_request(session: Session, question: Question, words: str, *, at: datetime) -> None:
    """Add words to the use case of the question's request, unless it was withdrawn; raise `Overtaken`."""
    request = requests.find(session, question.request_id)
    if request is None or request.withdrawn_at is not None:
        return
    values = {"use_case": with_more(request.use_case, words), "last_confirmed_at": at}
    if not requests.change(session, request_id=request.id, expected_version=request.version, values=values, at=at):
        raise Overtaken("Somebody changed this request a moment ago. Please say it again.")
    audit.record(
        session.connection(),
        at=at,
        actor_id=question.asked_of,
        action="request.corrected",
        subject=f"request:{request.id}",
        after={"question": question.id},
    )
