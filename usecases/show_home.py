"""What the Home tab shows a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.gap_changes import NoticeChoice
from domain.keys import gap_key
from domain.money import Money
from domain.people import PersonKind
from domain.policy import Action, may
from domain.ports import Clock
from domain.top10 import Change
from domain.words import GapState, Priority
from domain.working_days import working_days_between
from storage import gap_moves, notices, requests, triage
from storage.database import Database
from storage.triage import QueuedGap
from usecases.know_people import KnowPeople
from usecases.rank_gaps import RankGaps

MOST_REQUESTS = 10
MOST_QUESTIONS = 5
MOST_QUEUED = 10
MOST_ACCOUNTS = 10


@dataclass(frozen=True, slots=True)
class MyRequest:
    """A request of the reader, with where its gap stands today."""

    request_id: int
    gap_id: int
    gap_title: str
    gap_state: GapState
    account: str
    priority: Priority
    rank: int | None
    filed_at: datetime

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class MyApproval:
    """A proposal for the Top 10 that waits for the reader's word."""

    proposal_id: int
    change: Change


@dataclass(frozen=True, slots=True)
class MyQuestion:
    """Something that triage wants to know of the reader, and has not been told."""

    gap_id: int
    gap_title: str
    text: str
    asked_by: str

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A gap that waits for the reader's decision, and for how many working days it has."""

    gap: QueuedGap
    days: int


@dataclass(frozen=True, slots=True)
class MyAccount:
    """An account that the reader owns or looks after, and the gaps that it asks for."""

    name: str
    arr: Money | None
    gaps: tuple[tuple[str, str, GapState], ...]


@dataclass(frozen=True, slots=True)
class Home:
    """The Home tab of one person; `is_welcome` is false for guests, who get an explanation and nothing else."""

    is_welcome: bool
    requests: tuple[MyRequest, ...]
    notices: NoticeChoice = NoticeChoice.AT_ONCE
    approvals: tuple[MyApproval, ...] = ()
    questions: tuple[MyQuestion, ...] = ()
    queue: tuple[Waiting, ...] = ()
    queue_length: int = 0
    accounts: tuple[MyAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Read what belongs to one person."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    now: Clock
    waiting_for: Callable[[Session, str], Sequence[MyApproval]] = lambda _session, _user_id: ()

    def __call__(self, user_id: str) -> Home:
        with self.database.read() as session:
            actor = self.people.actor(session, user_id)
            if actor.kind is not PersonKind.MEMBER or not may(actor, Action.FILE_REQUEST):
                return Home(is_welcome=False, requests=())
            mine = requests.filed_by(session, user_id, limit=MOST_REQUESTS)
            choice = notices.preferences(session, [user_id]).get(user_id, NoticeChoice.AT_ONCE)
            approvals = self.waiting_for(session, user_id)
            places = self.rank.ranks(session, [one.gap_id for one in mine])
            queue = triage.queue(session, dri_id=user_id)
            questions = self._questions(session, user_id)
            accounts = triage.accounts_of(session, user_id, limit=MOST_ACCOUNTS)
        return Home(
            is_welcome=True,
            notices=NoticeChoice(choice),
            approvals=tuple(approvals),
            questions=questions,
            queue=tuple(Waiting(gap, self._waited(gap)) for gap in queue[:MOST_QUEUED]),
            queue_length=len(queue),
            accounts=tuple(
                MyAccount(one.name, one.arr, tuple((gap_key(id_), title, state) for id_, title, state in one.gaps))
                for one in accounts
            ),
            requests=tuple(
                MyRequest(
                    request_id=one.id,
                    gap_id=one.gap_id,
                    gap_title=one.gap.title,
                    gap_state=one.gap.state,
                    account=one.account.name,
                    priority=one.priority,
                    rank=places.get(one.gap_id),
                    filed_at=one.created_at,
                )
                for one in mine
            ),
        )

    def _questions(self, session: Session, user_id: str) -> tuple[MyQuestion, ...]:
        asked = triage.open_questions(session, asked_of=user_id)[:MOST_QUESTIONS]
        titles = {one.gap_id: gap_moves.now(session, one.gap_id) for one in asked}
        return tuple(
            MyQuestion(one.gap_id, gap.title, one.text, one.asked_by) for one in asked if (gap := titles[one.gap_id])
        )

    def _waited(self, gap: QueuedGap) -> int:
        return working_days_between(gap.opened_at.date(), self.now().date())
