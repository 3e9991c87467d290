"""Everything a ranking looks at, read in four queries.

Only families that are asked for are read: what the CRM holds besides them, a hundred times as much, changes no rank.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from storage.models import Account, Gap, Link, Opportunity, Request


@dataclass(frozen=True, slots=True)
class PortfolioRows:
    """Rows as plain tuples with named columns: building objects of the model would take longer than ranking them."""

    accounts: list[Any]
    opportunities: list[Any]
    gaps: list[Any]
    requests: list[Any]


def read(session: Session) -> PortfolioRows:
    """Read the portfolio; withdrawn requests are left out, and deals that the CRM has deleted."""
    families = _families()
    return PortfolioRows(
        accounts=list(
            session.execute(
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
                ).where(Account.id.in_(families))
            )
        ),
        opportunities=list(
            session.execute(
                select(
                    Opportunity.id,
                    Opportunity.account_id,
                    Opportunity.kind,
                    Opportunity.stage,
                    Opportunity.amount_minor,
                    Opportunity.amount_currency,
                    Opportunity.close_date,
                    Opportunity.probability,
                ).where(
                    Opportunity.crm_deleted_at.is_(None),
                    or_(Opportunity.account_id.in_(families), Opportunity.id.in_(_deals_asked_for())),
                )
            )
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


def _deals_asked_for() -> Select[Any]:
    return select(Request.opportunity_id).where(Request.withdrawn_at.is_(None), Request.opportunity_id.is_not(None))


def _families() -> Select[Any]:
    """The accounts that are asked for or own a deal that is, everybody above them, and everybody below those."""
    asked = select(Request.account_id).where(Request.withdrawn_at.is_(None))
    owning = select(Opportunity.account_id).where(Opportunity.id.in_(_deals_asked_for()))
    above = (
        select(Account.id, Account.parent_id)
        .where(or_(Account.id.in_(asked), Account.id.in_(owning)))
        .cte("above", recursive=True)
    )
    parent = aliased(Account)
    above = above.union(select(parent.id, parent.parent_id).where(parent.id == above.c.parent_id))
    family = select(above.c.id).cte("family", recursive=True)
    child = aliased(Account)
    family = family.union(select(child.id).where(child.parent_id == family.c.id))
    return select(family.c.id)


def links_of(session: Session, gap_ids: list[int]) -> dict[int, list[str]]:
    """The GitLab addresses of these gaps."""
    found: dict[int, list[str]] = {}
    for gap_id, url in session.execute(
        select(Link.gap_id, Link.url).where(Link.gap_id.in_(gap_ids)).order_by(Link.gap_id, Link.id)
    ):
        found.setdefault(gap_id, []).append(url)
    return found
