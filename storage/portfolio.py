"""Everything a ranking looks at, read in a few plain queries.

Only families that are asked for are read: what the CRM holds besides them, a hundred times as much, changes no rank.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.words import AccountKind
from storage.models import Account, DealCorrection, Gap, GapEstimate, Opportunity, Request

_MOST_IDS = 10_000
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class PortfolioRows:
    """Rows as plain tuples with named columns: building objects of the model would take longer than ranking them."""

    accounts: list[Any]
    opportunities: list[Any]
    gaps: list[Any]
    requests: list[Any]
    active_families: int | None = None
    """Of all the CRM's families, not only of those that are asked for; None where only some gaps were read."""


def read(session: Session, *, gap_ids: Collection[int] | None = None) -> PortfolioRows:
    """Read the portfolio, or what belongs to some gaps; withdrawn requests and deals that the CRM deleted are left out.

    A gap that others were merged into is read with them only when they are named too.
    """
    if gap_ids is None:
        return replace(read_frame(session), requests=list(session.execute(_LIVE)))
    requests = _all(session, _LIVE, by=Request.gap_id, ids=gap_ids)
    accounts, opportunities = read_customers(
        session,
        account_ids={request.account_id for request in requests},
        deal_ids={request.opportunity_id for request in requests if request.opportunity_id is not None},
    )
    return PortfolioRows(
        accounts=accounts, opportunities=opportunities, gaps=read_gaps(session, gap_ids), requests=requests
    )


def read_frame(session: Session) -> PortfolioRows:
    """Everything but the requests, which may be too many to hold."""
    asking = set(session.scalars(select(Request.account_id).where(Request.withdrawn_at.is_(None)).distinct()))
    is_linked = Request.withdrawn_at.is_(None) & Request.opportunity_id.is_not(None)
    linked = select(Request.opportunity_id).where(is_linked)
    asking.update(session.scalars(select(Opportunity.account_id).where(Opportunity.id.in_(linked))))
    accounts, opportunities = read_customers(session, account_ids=asking, deal_ids=())
    return PortfolioRows(
        accounts=accounts,
        opportunities=opportunities,
        gaps=list(session.execute(_GAPS)),
        requests=[],
        active_families=active_families(session),
    )


def read_customers(
    session: Session, *, account_ids: Collection[int], deal_ids: Collection[int]
) -> tuple[list[Any], list[Any]]:
    """The whole families of these accounts and of these deals' accounts: accounts, and all deals of theirs."""
    found = set(account_ids)
    found.update(row[0] for row in _all(session, select(Opportunity.account_id), by=Opportunity.id, ids=deal_ids))
    families = _families(session, found)
    # A deleted account's requests stay among the requests: without an account they count for nothing.
    accounts = _all(session, select(*_ACCOUNT).where(Account.crm_deleted_at.is_(None)), by=Account.id, ids=families)
    deals = select(*_OPPORTUNITY).outerjoin(DealCorrection).where(Opportunity.crm_deleted_at.is_(None))
    return accounts, _all(session, deals, by=Opportunity.account_id, ids=families)


def read_requests(session: Session) -> Iterator[Sequence[Any]]:
    """All live requests in parts that may be forgotten one after the other."""
    yield from session.execute(_LIVE.execution_options(yield_per=_AT_ONCE)).partitions()


def read_gaps(session: Session, gap_ids: Collection[int]) -> list[Any]:
    return _all(session, _GAPS, by=Gap.id, ids=gap_ids)


def requests_now(session: Session, *, request_ids: Collection[int], gap_ids: Collection[int]) -> list[Any]:
    """These requests and those of these gaps, as far as they are live; some may come twice."""
    return [
        *_all(session, _LIVE, by=Request.id, ids=request_ids),
        *_all(session, _LIVE, by=Request.gap_id, ids=gap_ids),
    ]


_ACCOUNT = (
    Account.id,
    Account.parent_id,
    Account.kind,
    Account.is_strategic,
    Account.is_verified,
    Account.owner_name,
    Account.segment,
    Account.health,
    Account.renewal_date,
    Account.arr_minor,
    Account.arr_currency,
)
_OPPORTUNITY = (
    Opportunity.id,
    Opportunity.account_id,
    Opportunity.kind,
    Opportunity.stage,
    # What somebody said that a deal counts for goes before what the CRM says.
    func.coalesce(DealCorrection.amount_minor, Opportunity.amount_minor).label("amount_minor"),
    func.coalesce(DealCorrection.amount_currency, Opportunity.amount_currency).label("amount_currency"),
    Opportunity.close_date,
    Opportunity.probability,
)
_GAP = (
    Gap.id,
    Gap.state,
    Gap.merged_into_id,
    Gap.title,
    Gap.area_key,
    Gap.dri_id,
    Gap.effort_months,
    GapEstimate.reach,
    GapEstimate.impact,
    GapEstimate.confidence,
)
_REQUEST = (
    Request.id,
    Request.gap_id,
    Request.account_id,
    Request.opportunity_id,
    Request.priority,
    Request.requester_id,
    Request.last_confirmed_at,
    Request.created_at,
    Request.arr_typed_minor,
    Request.arr_typed_currency,
)
_GAPS = select(*_GAP).outerjoin(GapEstimate)
_LIVE = select(*_REQUEST).where(Request.withdrawn_at.is_(None))


def active_families(session: Session) -> int:
    """How many families are customers or prospects: those that a gap can reach.

    Accounts of their own are counted by the database; only accounts with a parent or a child are looked at here.
    """
    is_active = Account.kind.in_((AccountKind.CUSTOMER, AccountKind.PROSPECT)) & Account.crm_deleted_at.is_(None)
    parents = select(Account.parent_id).where(Account.parent_id.is_not(None))
    is_alone = Account.parent_id.is_(None) & Account.id.not_in(parents)
    alone = session.scalar(select(func.count()).select_from(Account).where(is_active, is_alone)) or 0
    related = session.execute(select(Account.id, Account.parent_id, is_active).where(~is_alone)).all()
    pointers = {id_: parent for id_, parent, _ in related}
    return alone + len({_top(id_, pointers) for id_, _, active in related if active})


def _top(account: int, pointers: Mapping[int, int | None]) -> int:
    """The last account on the way up, or the smallest id of a circle."""
    path: dict[int, None] = {}
    above: int | None = account
    while above is not None and above in pointers and above not in path:
        path[above] = None
        above = pointers[above]
    walked = list(path)
    return min(walked[walked.index(above) :]) if above in path else walked[-1]


def _families(session: Session, account_ids: set[int]) -> set[int]:
    """The accounts, everybody above them, and everybody below those.

    A generation a query, by lists of ids: for one recursive query PostgreSQL reads the whole table, whatever it holds.
    """
    has_parent = Account.parent_id.is_not(None)
    found = _followed(session, select(Account.parent_id).where(has_parent), by=Account.id, start=account_ids)
    return _followed(session, select(Account.id), by=Account.parent_id, start=found)


def _followed(
    session: Session, query: Select[*tuple[Any, ...]], *, by: InstrumentedAttribute[Any], start: set[int]
) -> set[int]:
    """All that is reached from the start, generation by generation; circles end by themselves."""
    found, newest = set(start), set(start)
    while newest:
        newest = {row[0] for row in _all(session, query, by=by, ids=newest)} - found
        found |= newest
    return found


def _all(
    session: Session, query: Select[*tuple[Any, ...]], *, by: InstrumentedAttribute[Any], ids: Collection[int]
) -> list[Any]:
    """The rows of a query for these ids, in lists that are short enough for both databases."""
    ordered = sorted(ids)
    return [
        row
        for start in range(0, len(ordered), _MOST_IDS)
        for row in session.execute(query.where(by.in_(ordered[start : start + _MOST_IDS])))
    ]
