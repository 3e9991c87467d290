"""Show one gap, and the request that somebody just filed for it."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import NotFound
from domain.keys import gap_key
from domain.money import Money
from domain.policy import Action, may
from domain.words import GapState, Priority
from storage import gaps, requests
from storage.database import Database
from storage.models import Request
from usecases.know_people import KnowPeople
from usecases.rank_gaps import Place, RankGaps

MOST_REQUESTS = 20


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as the gap's card lists it."""

    request_id: int
    account: str
    priority: Priority
    arr: Money | None
    needed_by: date | None
    requester_id: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class GapCard:
    """A gap for one reader: only what that reader may see is in it."""

    gap_id: int
    title: str
    area_key: str | None
    dri_id: str | None
    state: GapState
    opened_at: datetime
    place: Place | None
    accounts: int
    requests: tuple[RequestLine, ...]
    hidden_requests: int
    links: tuple[str, ...]
    shows_exact_money: bool

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class ShowGap:
    """Read a gap for one person."""

    database: Database
    people: KnowPeople
    rank: RankGaps

    def __call__(self, gap_id: int, *, by: str) -> GapCard:
        """The gap as this person may see it; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_GAP)
            gap = gaps.find(session, gap_id)
            if gap is None:
                raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
            filed = requests.of_gap(session, gap_id)
            place = self.rank.place(session, gap_id=gap_id) if filed else None
        sees_all = may(actor, Action.SEE_CUSTOMERS)
        visible = [one for one in filed if sees_all or one.requester_id == by]
        return GapCard(
            gap_id=gap.id,
            title=gap.title,
            area_key=gap.area_key,
            dri_id=gap.dri_id,
            state=gap.state,
            opened_at=gap.created_at,
            place=place,
            accounts=len({one.account_id for one in filed}),
            requests=tuple(_line(one) for one in visible[:MOST_REQUESTS]),
            hidden_requests=len(filed) - len(visible[:MOST_REQUESTS]),
            links=tuple(link.url for link in gap.links),
            shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
        )


def _line(request: Request) -> RequestLine:
    return RequestLine(
        request_id=request.id,
        account=request.account.name,
        priority=request.priority,
        # The CRM's word counts before the typed one.
        arr=request.account.arr or request.arr_typed,
        needed_by=request.needed_by,
        requester_id=request.requester_id,
        filed_at=request.created_at,
    )
