"""What somebody says below a question that they have answered belongs to the answer too."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.policy import Action
from domain.ports import Clock
from storage import inbox, questions
from storage.database import Database
from storage.jobs import enqueue
from storage.models import Question
from usecases.converse import Heard
from usecases.hear_needs import spoken
from usecases.intake_job_kinds import TELL_ADDITION, AnswerGrew
from usecases.know_people import KnowPeople
from usecases.understanding.answers import command_in
from usecases.words_on_request import keep_on_request

LONGEST_ADDITION = 2000
LONGEST_ANSWER = 6000


@dataclass(frozen=True, slots=True)
class AddToAnswer:
    """Keeps it on the request, and tells whoever asked."""

    database: Database
    people: KnowPeople
    now: Clock

    def __call__(self, heard: Heard, key: str) -> bool:
        """Take the message; False when it stands below no answered question. A mere “thanks” is taken and left."""
        if heard.thread_ts is None:
            return False
        at, text = self.now(), spoken(heard.text)[:LONGEST_ADDITION]
        with self.database.read() as session:
            if not text or self._question(session, heard) is None:
                return False
        if command_in(text) is not None:
            return True
        with self.database.write() as session:
            self.people.authorised(session, heard.user_id, Action.FILE_REQUEST)
            found = self._question(session, heard)
            if found is not None and inbox.first_time(session.connection(), key=key, at=at):
                self._add(session, found, text, at)
        return True

    def _question(self, session: Session, heard: Heard) -> Question | None:
        where = {"channel_id": heard.channel_id, "thread_ts": heard.thread_ts or ""}
        return questions.answered_in(session, user_id=heard.user_id, **where)

    def _add(self, session: Session, found: Question, text: str, at: datetime) -> None:
        found.answer = f"{found.answer}\n{text}"[:LONGEST_ANSWER]
        keep_on_request(session, found, f"Added: {text}", at=at)
        grew = AnswerGrew(question_id=found.id, request_id=found.request_id)
        enqueue(session, TELL_ADDITION, grew, lane=f"person:{found.asked_by}")
