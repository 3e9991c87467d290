"""What the Home tab shows a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.gap_changes import NoticeChoice
from domain.keys import gap_key
from domain.people import PersonKind
from domain.policy import Action, may
from domain.top10 import Change
from domain.words import GapState, Priority
from storage import notices, requests
from storage.database import Database
from usecases.know_people import KnowPeople
from usecases.rank_gaps import RankGaps

MOST_REQUESTS = 10


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
class Home:
    """The Home tab of one person; `is_welcome` is false for guests, who get an explanation and nothing else."""

    is_welcome: bool
    requests: tuple[MyRequest, ...]
    notices: NoticeChoice = NoticeChoice.AT_ONCE
    approvals: tuple[MyApproval, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Read what belongs to one person."""

    database: Database
    people: KnowPeople
    rank: RankGaps
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
        return Home(
            is_welcome=True,
            notices=NoticeChoice(choice),
            approvals=tuple(approvals),
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
