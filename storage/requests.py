"""Requests: filed on the hot path, then read, edited and withdrawn one at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from domain.money import Money
from domain.words import CLOSED_STATES, AccountKind, Impact, OpportunityStage, Priority
from storage.models import Gap, Request
from storage.prepared import Prepared

_COLUMNS = tuple(column.name for column in Request.__table__.columns if column.name != "id")
_INSERT = Prepared(insert(Request).returning(Request.id), columns=_COLUMNS)


_FILED_SINCE = Prepared(
    select(func.count())
    .select_from(Request)
    .where(Request.requester_id == bindparam("requester_id"), Request.created_at > bindparam("since"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DealThen:
    """The chosen deal as the CRM had it when the request was filed."""

    stage: OpportunityStage
    stage_name: str | None
    amount: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A validated request, ready to be stored."""

    gap_id: int
    account_id: int
    opportunity_id: int | None
    title: str
    use_case: str | None
    workaround: str | None
    priority: Priority
    impact: Impact
    needed_by: date | None
    arr_typed: Money | None
    arr_crm: Money | None
    arr_crm_as_of: datetime | None
    account_kind_then: AccountKind
    deal_then: DealThen | None
    requester_id: str
    source: str
    source_channel_id: str | None


def add(connection: Connection, request: NewRequest, *, at: datetime) -> int:
    """Store the request; return its id."""
    row = _INSERT.run(
        connection,
        gap_id=request.gap_id,
        account_id=request.account_id,
        opportunity_id=request.opportunity_id,
        title=request.title,
        use_case=request.use_case,
        workaround=request.workaround,
        priority=request.priority,
        impact=request.impact,
        needed_by=request.needed_by,
        arr_typed_minor=request.arr_typed.minor if request.arr_typed else None,
        arr_typed_currency=request.arr_typed.currency if request.arr_typed else None,
        arr_crm_minor=request.arr_crm.minor if request.arr_crm else None,
        arr_crm_currency=request.arr_crm.currency if request.arr_crm else None,
        arr_crm_as_of=request.arr_crm_as_of if request.arr_crm else None,
        account_kind_then=request.account_kind_then,
        **deal_columns(request.deal_then),
        requester_id=request.requester_id,
        source=request.source,
        source_channel_id=request.source_channel_id,
        created_at=at,
        updated_at=at,
        last_confirmed_at=at,
        withdrawn_at=None,
        version=1,
    ).fetchone()
    return cast("int", row[0])


def deal_columns(deal: DealThen | None) -> dict[str, Any]:
    """The columns of a request that say what its deal was like."""
    amount = deal.amount if deal else None
    return {
        "deal_stage_then": deal.stage if deal else None,
        "deal_stage_name_then": deal.stage_name if deal else None,
        "deal_amount_then_minor": amount.minor if amount else None,
        "deal_amount_then_currency": amount.currency if amount else None,
    }


def filed_since(connection: Connection, *, requester_id: str, since: datetime) -> int:
    """How many requests this person filed after a moment, withdrawn ones included."""
    row = _FILED_SINCE.run(connection, requester_id=requester_id, since=since).fetchone()
    return cast("int", row[0])


def find(session: Session, request_id: int) -> Request | None:
    """One request with its gap and account."""
    return session.scalar(
        select(Request)
        .where(Request.id == request_id)
        .options(joinedload(Request.gap), joinedload(Request.account), joinedload(Request.opportunity))
    )


def change(session: Session, *, request_id: int, expected_version: int, values: dict[str, Any], at: datetime) -> bool:
    """Change a live request if nobody did since `expected_version`; False when somebody was faster."""
    result = session.execute(
        update(Request)
        .where(Request.id == request_id, Request.version == expected_version, Request.withdrawn_at.is_(None))
        .values(**values, version=expected_version + 1, updated_at=at)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


_MOST_SEVERE_FIRST = (Priority.P0, Priority.P1, Priority.NICE)


def asked_for(session: Session, account_id: int) -> dict[int, Priority]:
    """The open gaps that an account asks for, each with the most severe priority; merged ones are what they became."""
    root = aliased(Gap)
    query = (
        select(root.id, Request.priority)
        .join(Gap, Gap.id == Request.gap_id)
        .join(root, root.id == func.coalesce(Gap.merged_into_id, Gap.id))
        .where(Request.account_id == account_id, Request.withdrawn_at.is_(None), root.state.not_in(CLOSED_STATES))
    )
    found: dict[int, Priority] = {}
    for gap_id, priority in session.execute(query):
        found[gap_id] = min(found.get(gap_id, priority), priority, key=_MOST_SEVERE_FIRST.index)
    return found


def first_of_gap(session: Session, gap_id: int) -> int | None:
    """The id of the request that opened the gap, withdrawn or not."""
    return session.scalar(select(func.min(Request.id)).where(Request.gap_id == gap_id))


def of_gap(session: Session, gap_id: int) -> list[Request]:
    """The live requests for a gap, newest first."""
    return list(
        session.scalars(
            select(Request)
            .where(Request.gap_id == gap_id, Request.withdrawn_at.is_(None))
            .options(joinedload(Request.account))
            .order_by(Request.created_at.desc(), Request.id.desc())
        )
    )
