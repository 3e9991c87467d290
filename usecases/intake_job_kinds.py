"""What taking requests in and triaging them promises to do later. Payloads carry ids, never a customer's text."""

from dataclasses import dataclass

from domain.people import PersonKind
from storage.jobs import JobKind
from usecases.job_kinds import THROUGH_AN_OUTAGE, SlotCame

TEND_INDEX = JobKind(name="gaps.tend_index", payload=SlotCame)


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """Somebody said something in a conversation. `ts` is the message to be redrawn; without it a new one is posted.

    `redraws` is the version whose card is to be redrawn, wherever it was posted.
    """

    conversation_id: int
    version: int
    ts: str | None = None
    redraws: int | None = None


ANSWER_TURN = JobKind(
    name="conversation.answer", payload=TurnTaken, version=2, target="slack", max_attempts=THROUGH_AN_OUTAGE
)
GUESS_THE_REST = JobKind(name="conversation.guess", payload=TurnTaken, max_attempts=2, time_limit=120.0)
"""Asks the language model, where there is one."""


@dataclass(frozen=True, slots=True)
class MessagePointedAt:
    """Somebody marked a message as a request: by a reaction, or by mentioning us below it."""

    user_id: str
    channel_id: str
    ts: str
    key: str


READ_MESSAGE = JobKind(name="conversation.read", payload=MessagePointedAt, target="slack", max_attempts=6)


@dataclass(frozen=True, slots=True)
class OriginKnown:
    """A request came from a message, whose thread is to hear of it."""

    request_id: int


TELL_THREAD = JobKind(name="request.tell_thread", payload=OriginKnown, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class GapNamed:
    """Somebody wrote a gap's key to us."""

    gap_id: int
    user_id: str
    channel_id: str
    thread_ts: str


UNFURL_GAP = JobKind(name="gap.unfurl", payload=GapNamed, target="slack", max_attempts=3)


@dataclass(frozen=True, slots=True)
class StrangerCame:
    """Somebody who is no full member spoke to us; they hear why we do not answer."""

    user_id: str
    channel_id: str
    kind: PersonKind


TELL_STRANGER = JobKind(name="stranger.tell", payload=StrangerCame, target="slack", max_attempts=3)


@dataclass(frozen=True, slots=True)
class GapToTriage:
    """A gap waits for its area's decision."""

    gap_id: int


SHOW_TRIAGE = JobKind(name="triage.show", payload=GapToTriage, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """Triage wants to know something of a requester."""

    question_id: int


ASK_REQUESTER = JobKind(name="triage.ask", payload=QuestionAsked, target="slack", max_attempts=THROUGH_AN_OUTAGE)
TELL_ANSWER = JobKind(name="triage.answer", payload=QuestionAsked, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class AnswerGrew:
    """Somebody added to their answer."""

    question_id: int
    request_id: int


TELL_ADDITION = JobKind(name="triage.addition", payload=AnswerGrew, target="slack", max_attempts=THROUGH_AN_OUTAGE)


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """A lead's list of what waits for a decision."""

    user_id: str
    label: str


LOOK_AT_QUEUES = JobKind(name="triage.look", payload=SlotCame)
REVIEW_WEEK = JobKind(name="triage.review", payload=SlotCame)
SEND_REVIEW = JobKind(name="triage.send_review", payload=ReviewDue, target="slack", max_attempts=THROUGH_AN_OUTAGE)
