"""An issue was closed: whether that means that the gap has shipped is for its DRI to say."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.keys import gap_key
from domain.organisation import Organisation
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean
from domain.words import GapState
from storage import audit, gap_moves, gaps, issue_work, issues
from storage.database import Database
from storage.issue_work import ANSWERED, OPEN
from storage.jobs import Attempt, enqueue
from storage.models import IssueQuestion
from usecases import keep_customers_in
from usecases.follow_issue import BOT, DECLINED, NOT_SHIPPED, SHIPPED, reference
from usecases.issue_jobs import SETTLE_QUESTION, QuestionAsked
from usecases.job_kinds import SlotCame
from usecases.keep_customers_in import Written
from usecases.know_people import KnowPeople
from usecases.move_gap import LONGEST_TEXT, Move, move


@dataclass(frozen=True, slots=True)
class Question:
    """What a DRI is asked, and what became of it."""

    question_id: int
    gap_id: int
    gap_title: str
    gap_state: GapState
    dri_id: str | None
    reference: str
    url: str
    is_by_change: bool
    is_open: bool
    answer: str | None
    answered_by: str | None
    ships_on: datetime | None

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)

    @property
    def is_by_clock(self) -> bool:
        return self.answered_by == BOT


@dataclass(frozen=True, slots=True)
class AnswerIssueQuestion:
    """The DRI's word, or the clock's: with `ship_after`, a merged change ships its gap unless somebody objects."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    ship_after: timedelta | None
    now: Clock

    def __call__(self, question_id: int, *, has_shipped: bool, by: str) -> Question:
        """Take the answer; raise `Overtaken`, `NotAllowed` or `NotFound`."""
        with self.database.write() as session:
            asked = self._asked(session, question_id, by)
            self._answer(session, asked, word=SHIPPED if has_shipped else NOT_SHIPPED, by=by)
        return self.question(question_id) or _gone()

    def check(self, question_id: int, *, by: str) -> Question:
        """The question, for somebody who may answer it and while it is open; raise as the answer would."""
        with self.database.read() as session:
            self._asked(session, question_id, by)
        found = self.question(question_id) or _gone()
        if not found.is_open:
            raise Overtaken(_ANSWERED)
        return found

    def decline(self, question_id: int, *, reason: str, by: str) -> None:
        """The issue was closed since nobody will build it; raise `InvalidInput` too where the reason cannot be told."""
        with self.database.write() as session:
            asked = self._asked(session, question_id, by)
            why = _told(clean(reason))
            keep_customers_in.check(session, {"reason": Written(why)}, gap_ids={asked.gap_id})
            self._answer(session, asked, word=DECLINED, by=by, reason=why)

    def ship_unanswered(self, _attempt: Attempt[SlotCame]) -> None:
        """Ship what merged changes closed and nobody spoke of for `ship_after`."""
        if self.ship_after is None:
            return
        with self.database.read() as session:
            waiting = issue_work.unanswered_since(session, self.now() - self.ship_after)
        for asked in waiting:
            with suppress(Overtaken), self.database.write() as session:  # somebody answers at this moment
                gap = gap_moves.now(session, asked.gap_id)
                if gap is not None and gap.state.is_open:
                    self._answer(session, asked, word=SHIPPED, by=BOT)

    def question(self, question_id: int) -> Question | None:
        """The question as it stands now."""
        with self.database.read() as session:
            asked = issue_work.question(session, question_id)
            gap = gaps.find(session, asked.gap_id) if asked else None
            issue = issues.get(session, asked.issue_id) if asked else None
        if asked is None or gap is None or issue is None:
            return None
        area = self.organisation.area(gap.area_key)
        return Question(
            question_id=asked.id,
            gap_id=gap.id,
            gap_title=gap.title,
            gap_state=gap.state,
            dri_id=gap.dri_id or (area.dri if area else None),
            reference=reference(issue.path, issue.kind, issue.iid),
            url=issue.url,
            is_by_change=asked.is_by_change,
            is_open=asked.state == OPEN,
            answer=asked.answer,
            answered_by=asked.answered_by,
            ships_on=asked.asked_at + self.ship_after if self.ship_after and asked.is_by_change else None,
        )

    def _asked(self, session: Session, question_id: int, by: str) -> IssueQuestion:
        asked = issue_work.question(session, question_id)
        gap = gap_moves.now(session, asked.gap_id) if asked else None
        self.people.authorised(session, by, Action.MOVE_GAP, owner=gap.dri_id if gap else None)
        return asked or _gone()

    def _answer(self, session: Session, asked: IssueQuestion, *, word: str, by: str, reason: str | None = None) -> None:
        at = self.now()
        if not issue_work.answer(session, asked.id, state=ANSWERED, word=word, by=by, at=at):
            raise Overtaken(_ANSWERED)
        issue = issues.get(session, asked.issue_id)
        name = reference(issue.path, issue.kind, issue.iid) if issue else "its issue"
        audit.record(
            session.connection(),
            at=at,
            actor_id=by,
            action="gap.issue_question_answered",
            subject=f"gap:{asked.gap_id}",
            after={"answer": word, "issue": name},
        )
        gap, wanted = gap_moves.now(session, asked.gap_id), _MOVES.get(word)
        if wanted is not None and gap is not None and gap.state is not wanted:
            how = "by a merged change" if asked.is_by_change else "by hand"
            why = reason or f"{name} was closed {how}."
            move(session, Move(gap_id=asked.gap_id, wanted=wanted, by=by, at=at, reason=why))
        enqueue(session, SETTLE_QUESTION, QuestionAsked(question_id=asked.id))


_MOVES = {SHIPPED: GapState.SHIPPED, DECLINED: GapState.DECLINED}
_ANSWERED = "This was answered already, or the issue is open again."


def _told(reason: str) -> str:
    """The reason, if it can be one; raise `InvalidInput`."""
    if not reason:
        raise InvalidInput({"reason": "Say why: everybody who asked will read it."})
    if len(reason) > LONGEST_TEXT:
        raise InvalidInput({"reason": f"Keep it under {LONGEST_TEXT:,} characters."})
    return reason


def _gone() -> NoReturn:
    raise NotFound("I do not know this question any more.")
