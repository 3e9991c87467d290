"""Show one gap, and the request that somebody just filed for it."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.amount import Amount, is_other
from domain.errors import NotFound
from domain.keys import gap_key
from domain.money import ExchangeRates, Money
from domain.policy import Action, may
from domain.words import AccountKind, GapState, OpportunityStage, Priority
from storage import gaps, merges, requests
from storage.database import Database
from storage.models import Request
from usecases.know_people import KnowPeople
from usecases.linked_issues import LinkedIssue, linked_issues
from usecases.rank_gaps import Place, RankGaps

MOST_REQUESTS = 20


@dataclass(frozen=True, slots=True)
class DealThen:
    """The deal that the request is about, as it was when somebody asked."""

    stage: str
    is_lost: bool
    amount: Money | None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as the gap's card lists it.

    `typed` is there where it is another amount than `arr`, which is the CRM's, or the CRM has none; `arr_then` where
    the CRM's has changed since. `kind_then` is there where the account was something else.
    """

    request_id: int
    account: str
    priority: Priority
    arr: Amount | None
    needed_by: date | None
    requester_id: str
    filed_at: datetime
    is_verified: bool = True
    is_deleted: bool = False
    typed: Amount | None = None
    arr_then: Money | None = None
    kind_then: AccountKind | None = None
    deal_then: DealThen | None = None


@dataclass(frozen=True, slots=True)
class GapPart:
    """Another gap that was merged into this one."""

    gap_id: int
    title: str

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


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
    issues: tuple[LinkedIssue, ...]
    shows_exact_money: bool
    can_link: bool = False
    can_decide: bool = False
    can_propose: bool = False
    merged_into: int | None = None
    parts: tuple[GapPart, ...] = ()
    total: int = 0
    """All requests, seen or not."""

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class ShowGap:
    """Read a gap for one person."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    has_tracker: bool = False

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
            parts = tuple(GapPart(merge.gap_id, title) for merge, title in merges.into(session, gap_id))
            links = linked_issues(session, [gap_id], sees_confidential=sees_all).get(gap_id, ())
        visible = [one for one in filed if sees_all or one.requester_id == by]
        return GapCard(
            gap_id=gap.id,
            title=gap.title,
            area_key=gap.area_key,
            dri_id=gap.dri_id,
            state=gap.state,
            opened_at=gap.created_at,
            place=place,
            accounts=len({one.account_id for one in filed if one.account.crm_deleted_at is None}),
            requests=tuple(_line(one, self.rank.rates()) for one in visible[:MOST_REQUESTS]),
            hidden_requests=len(filed) - len(visible[:MOST_REQUESTS]),
            issues=links,
            shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
            can_link=self.has_tracker and may(actor, Action.LINK_ISSUE, owner=gap.dri_id),
            can_decide=may(actor, Action.MOVE_GAP, owner=gap.dri_id),
            can_propose=gap.state.is_open and may(actor, Action.PROPOSE_TOP10),
            merged_into=gap.merged_into_id,
            parts=parts,
            total=len(filed),
        )


def _line(request: Request, rates: ExchangeRates) -> RequestLine:
    account, typed = request.account, request.arr_typed
    known = account.arr
    disputes = typed is not None and (known is None or is_other(typed, known, rates=rates))
    return RequestLine(
        request_id=request.id,
        account=account.name,
        priority=request.priority,
        arr=Amount.of(known, rates) if known else None,
        needed_by=request.needed_by,
        requester_id=request.requester_id,
        filed_at=request.created_at,
        is_verified=account.is_verified,
        is_deleted=account.crm_deleted_at is not None,
        typed=Amount.of(typed, rates) if typed and disputes else None,
        arr_then=request.arr_crm if request.arr_crm != known else None,
        kind_then=request.account_kind_then if request.account_kind_then is not account.kind else None,
        deal_then=_deal_then(request),
    )


def _deal_then(request: Request) -> DealThen | None:
    stage = request.deal_stage_then
    if stage is None:
        return None
    return DealThen(
        stage=request.deal_stage_name_then or stage.value.capitalize(),
        is_lost=stage is OpportunityStage.LOST,
        amount=request.deal_amount_then,
    )
