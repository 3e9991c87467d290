"""Everything a ranking looks at, read in a few plain queries.

Only families that are asked for are read: what the CRM holds besides them, a hundred times as much, changes no rank.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.models import Account, Gap, Link, Opportunity, Request

_MOST_IDS = 10_000


@dataclass(frozen=True, slots=True)
class PortfolioRows:
    """Rows as plain tuples with named columns: building objects of the model would take longer than ranking them."""

    accounts: list[Any]
    opportunities: list[Any]
    gaps: list[Any]
    requests: list[Any]


def read(session: Session) -> PortfolioRows:
    """Read the portfolio; withdrawn requests are left out, and deals that the CRM has deleted."""
    families = _families(session)
    return PortfolioRows(
        accounts=_all(
            session,
            select(
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
            ),
            by=Account.id,
            ids=families,
        ),
        opportunities=_all(
            session,
            select(
                Opportunity.id,
                Opportunity.account_id,
                Opportunity.kind,
                Opportunity.stage,
                Opportunity.amount_minor,
                Opportunity.amount_currency,
                Opportunity.close_date,
                Opportunity.probability,
            ).where(Opportunity.crm_deleted_at.is_(None)),
            by=Opportunity.account_id,
            ids=families,
        ),
        gaps=list(session.execute(select(Gap.id, Gap.state, Gap.merged_into_id, Gap.title, Gap.area_key, Gap.dri_id))),
        requests=list(
            session.execute(
                select(
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
                ).where(Request.withdrawn_at.is_(None))
            )
        ),
    )


def _families(session: Session) -> set[int]:
    """The accounts that are asked for or own a deal that is, everybody above them, and everybody below those.

    A generation a query, by lists of ids: for one recursive query PostgreSQL reads the whole table, whatever it holds.
    """
    is_live = Request.withdrawn_at.is_(None)
    deals = select(Request.opportunity_id).where(is_live, Request.opportunity_id.is_not(None))
    owners = select(Opportunity.account_id).where(Opportunity.id.in_(deals))
    found = set(session.scalars(union(select(Request.account_id).where(is_live), owners)))
    has_parent = Account.parent_id.is_not(None)
    found = _followed(session, select(Account.parent_id).where(has_parent), by=Account.id, start=found)
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


def links_of(session: Session, gap_ids: list[int]) -> dict[int, list[str]]:
    """The GitLab addresses of these gaps."""
    found: dict[int, list[str]] = {}
    for gap_id, url in session.execute(
        select(Link.gap_id, Link.url).where(Link.gap_id.in_(gap_ids)).order_by(Link.gap_id, Link.id)
    ):
        found.setdefault(gap_id, []).append(url)
    return found
