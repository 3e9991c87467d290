"""Decide about new gaps: take one, ask its requester, hand it to another area, see whether it can be planned."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.keys import gap_key
from domain.organisation import Organisation
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean
from domain.words import GapState
from storage import audit, gap_moves, gaps, inbox, requests, triage
from storage.database import Database
from storage.jobs import enqueue
from storage.models import Question
from storage.triage import UNDECIDED, QueuedGap
from usecases.converse import Heard
from usecases.hear_needs import spoken
from usecases.intake_job_kinds import ASK_REQUESTER, SHOW_TRIAGE, TELL_ANSWER, GapToTriage, QuestionAsked
from usecases.know_people import KnowPeople
from usecases.move_gap import Move, move
from usecases.suggest_gaps import SuggestGaps, Suggestion
from usecases.words_on_request import keep_on_request

LONGEST_QUESTION = 2000
SMALL_MONTHS = 3.0
"""A gap of more person-months than this should be cut smaller before it is planned."""
USUAL_GROWTH = 3
"""Accounts more than today's that wake a gap which waits for demand."""
OFFERED = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the refinement checklist."""

    label: str
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageCard:
    """A gap as whoever decides about it sees it. There is no customer in it."""

    gap: QueuedGap
    problem: str | None
    checks: tuple[Check, ...]
    alike: tuple[Suggestion, ...] = ()

    @property
    def is_undecided(self) -> bool:
        return self.gap.state in UNDECIDED


@dataclass(frozen=True, slots=True)
class Triage:
    """For product managers, admins, and the DRI of the gap."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    suggest: SuggestGaps
    now: Clock

    def card(self, gap_id: int, *, by: str | None = None) -> TriageCard:
        """The gap with what helps to decide; raise `NotFound`, and for somebody who may not decide `NotAllowed`."""
        with self.database.read() as session:
            if by is not None:
                self._allowed(session, gap_id, by)
            found = triage.queue(session, gap_id=gap_id)
            gap = gaps.find(session, gap_id)
            if gap is None or not found:
                raise NotFound(f"I do not know {gap_key(gap_id)}.")
            is_described = bool(gap.problem) or any(one.use_case for one in requests.of_gap(session, gap_id))
            checks = (
                Check("Somebody is responsible (DRI)", gap.dri_id is not None),
                Check("It is clear: a problem or a use case is written down", is_described),
                Check("It says what done means: an issue is linked", triage.has_link(session, gap_id)),
                Check("Nothing blocks it: no question is open", not triage.open_questions(session, gap_id=gap_id)),
                Check(
                    f"It is small enough: estimated, up to {SMALL_MONTHS:.0f} person-months",
                    gap.effort_months is not None and gap.effort_months <= SMALL_MONTHS,
                ),
            )
            alike = self.suggest.find(session, gap.title, limit=OFFERED, but=gap_id)
            (shown,) = triage.with_health(session, found)
            asking = gaps.accounts_asking(session, [one.candidate.gap_id for one in alike])
        return TriageCard(
            gap=shown,
            problem=gap.problem,
            checks=checks,
            alike=tuple(
                Suggestion(
                    one.candidate.gap_id, one.candidate.title, asking[one.candidate.gap_id], one.score, one.reason
                )
                for one in alike
            ),
        )

    def take(self, gap_id: int, *, by: str) -> None:
        """Become responsible for the gap; raise `NotAllowed`, `NotFound` or `Overtaken`."""
        at = self.now()
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            gap = self._found(session, gap_id)
            self._hand_over(session, gap, dri_id=by, area_key=gap.area_key, by=by, at=at)
            if gap.state is GapState.NEW:
                move(session, Move(gap_id=gap_id, wanted=GapState.TRIAGE, by=by, at=at))

    def transfer(self, gap_id: int, *, area_key: str, by: str) -> None:
        """Hand the gap to another area and its DRI; raise `InvalidInput`, `NotAllowed`, `NotFound` or `Overtaken`."""
        at = self.now()
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            area = self.organisation.area(area_key)
            if area is None:
                raise InvalidInput({"area": "Choose the area that should decide."})
            gap = self._found(session, gap_id)
            self._hand_over(session, gap, dri_id=area.dri, area_key=area.key, by=by, at=at)
            if area.dri and gap.state in UNDECIDED:
                key = f"triage:{gap_id}:{area.key}:{at:%Y%m%dT%H%M%S}"
                enqueue(session, SHOW_TRIAGE, GapToTriage(gap_id=gap_id), key=key)

    def wait_for_demand(self, gap_id: int, *, by: str, wake_at: int | None = None) -> None:
        """Let the gap wait until more accounts ask; raise `NotAllowed`, `NotFound` or `TransitionRefused`."""
        at = self.now()
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            accounts = self._found(session, gap_id).accounts
            triage.wait_for_demand(
                session, gap_id=gap_id, accounts=accounts, wake_at=wake_at or accounts + USUAL_GROWTH, by=by, at=at
            )
            move(session, Move(gap_id=gap_id, wanted=GapState.AWAITING_DEMAND, by=by, at=at))

    def ask(self, gap_id: int, *, text: str, by: str) -> None:
        """Ask whoever filed the latest request; raise `InvalidInput`, `NotAllowed`, `NotFound` or `Overtaken`."""
        at, question = self.now(), clean(text)
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            filed = requests.of_gap(session, gap_id)
            if not question or len(question) > LONGEST_QUESTION:
                raise InvalidInput({"question": f"Ask something, in up to {LONGEST_QUESTION:,} characters."})
            if not filed:
                raise InvalidInput({"question": "Nobody asks for this gap at present."})
            id_ = triage.ask(session, request=filed[0], by=by, text=question, at=at)
            self._audit(session, "gap.asked", gap_id, by=by, at=at, after={"request": filed[0].id})
            if self._found(session, gap_id).state in {GapState.NEW, GapState.TRIAGE}:
                move(session, Move(gap_id=gap_id, wanted=GapState.NEEDS_INFO, by=by, at=at))
            asked = QuestionAsked(question_id=id_)
            enqueue(session, ASK_REQUESTER, asked, key=f"question:{id_}", lane=f"person:{filed[0].requester_id}")

    def answer(self, heard: Heard, key: str) -> bool:
        """Take a message in a question's thread as its answer; False when it is none."""
        if heard.thread_ts is None:
            return False
        at, text = self.now(), spoken(heard.text)[:LONGEST_QUESTION]
        with self.database.read() as session:
            found = self._question(session, heard)
        if found is None or not text:
            return False
        with self.database.write() as session:
            self.people.authorised(session, heard.user_id, Action.FILE_REQUEST)
            if inbox.first_time(session.connection(), key=key, at=at) and triage.answer(
                session, found.id, text=text, at=at
            ):
                self._keep_answer(session, found, text, at)
        return True

    def asked(self, question_id: int, *, by: str) -> tuple[Question, str]:
        """A question that this person was asked and has not answered, with its gap's title.

        Raises `NotAllowed`, `NotFound`, or `Overtaken` where it is answered.
        """
        with self.database.read() as session:
            return self._asked(session, question_id, by)

    def answer_question(self, question_id: int, *, text: str, by: str) -> int:
        """Take a form's text as the answer; return the gap. Raise what `asked` does, or `InvalidInput`."""
        at, said = self.now(), clean(text)[:LONGEST_QUESTION]
        with self.database.write() as session:
            found, _ = self._asked(session, question_id, by)
            if not said:
                raise InvalidInput({"answer": "Say something."})
            if not triage.answer(session, found.id, text=said, at=at):
                raise Overtaken("This question is answered already.")
            self._keep_answer(session, found, said, at)
        return found.gap_id

    def _asked(self, session: Session, question_id: int, by: str) -> tuple[Question, str]:
        self.people.authorised(session, by, Action.FILE_REQUEST)
        found = triage.question(session, question_id)
        gap = gap_moves.now(session, found.gap_id) if found else None
        if found is None or gap is None or found.asked_of != by:
            raise NotFound("You may not do this, or it does not exist.")
        if found.answered_at is not None:
            raise Overtaken("This question is answered already.")
        return found, gap.title

    def _keep_answer(self, session: Session, found: Question, text: str, at: datetime) -> None:
        """The answer lands on the request, and the gap goes back to triage when nothing else is asked."""
        keep_on_request(session, found, f"Asked: {found.text}\nAnswer: {text}", at=at)
        gap = gap_moves.now(session, found.gap_id)
        if gap and gap.state is GapState.NEEDS_INFO and not triage.open_questions(session, gap_id=found.gap_id):
            move(session, Move(gap_id=found.gap_id, wanted=GapState.TRIAGE, by=found.asked_of, at=at))
        answered = QuestionAsked(question_id=found.id)
        enqueue(session, TELL_ANSWER, answered, key=f"question:{found.id}:answer", lane=f"person:{found.asked_by}")

    def question(self, question_id: int) -> tuple[Question, str] | None:
        """A question with its gap's title."""
        with self.database.read() as session:
            found = triage.question(session, question_id)
            gap = gap_moves.now(session, found.gap_id) if found else None
        return (found, gap.title) if found and gap else None

    def place_question(self, question_id: int, *, channel_id: str, ts: str) -> None:
        with self.database.write() as session:
            triage.place_question(session, question_id, channel_id=channel_id, ts=ts)

    def _question(self, session: Session, heard: Heard) -> Question | None:
        thread = heard.thread_ts or ""
        return triage.question_in(session, channel_id=heard.channel_id, thread_ts=thread, user_id=heard.user_id)

    def _hand_over(
        self, session: Session, gap: QueuedGap, *, dri_id: str | None, area_key: str | None, by: str, at: datetime
    ) -> None:
        if not triage.assign(session, gap_id=gap.gap_id, was=gap.dri_id, dri_id=dri_id, area_key=area_key, at=at):
            raise Overtaken(f"Somebody else took {gap_key(gap.gap_id)} a moment ago. Look again.")
        self._audit(session, "gap.assigned", gap.gap_id, by=by, at=at, after={"dri": dri_id, "area": area_key})

    def _audit(
        self, session: Session, action: str, gap_id: int, *, by: str, at: datetime, after: dict[str, object]
    ) -> None:
        audit.record(session.connection(), at=at, actor_id=by, action=action, subject=f"gap:{gap_id}", after=after)

    def _found(self, session: Session, gap_id: int) -> QueuedGap:
        found = triage.queue(session, gap_id=gap_id)
        if not found:
            raise NotFound(f"I do not know {gap_key(gap_id)}.")
        return found[0]

    def _allowed(self, session: Session, gap_id: int, by: str) -> None:
        gap = gap_moves.now(session, gap_id)
        self.people.authorised(session, by, Action.MOVE_GAP, owner=gap.dri_id if gap else None)
