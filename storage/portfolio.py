"""Everything a ranking looks at, read in four plain queries."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, Gap, Link, Opportunity, Request


@dataclass(frozen=True, slots=True)
class PortfolioRows:
    """Rows as plain tuples with named columns: building objects of the model would take longer than ranking them."""

    accounts: list[Any]
    opportunities: list[Any]
    gaps: list[Any]
    requests: list[Any]


def read(session: Session) -> PortfolioRows:
    """Read the whole portfolio; withdrawn requests are left out."""
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
                )
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


def links_of(session: Session, gap_ids: list[int]) -> dict[int, list[str]]:
    """The GitLab addresses of these gaps."""
    found: dict[int, list[str]] = {}
    for gap_id, url in session.execute(
        select(Link.gap_id, Link.url).where(Link.gap_id.in_(gap_ids)).order_by(Link.gap_id, Link.id)
    ):
        found.setdefault(gap_id, []).append(url)
    return found
