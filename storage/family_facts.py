"""What an explanation says of the families behind a gap: names, dates of the CRM's figures, and corrected deals."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, DealCorrection, Opportunity, Request


def accounts(session: Session, ids: Iterable[int]) -> dict[int, Any]:
    """By id: name, segment, health, renewal_date, arr_as_of, is_verified."""
    rows = session.execute(
        select(
            Account.id,
            Account.name,
            Account.segment,
            Account.health,
            Account.renewal_date,
            Account.arr_as_of,
            Account.is_verified,
        ).where(Account.id.in_(list(ids)))
    )
    return {row.id: row for row in rows}


def deals_of(session: Session, gap_ids: Iterable[int]) -> list[Any]:
    """The deals that live requests for these gaps name, each with its correction where there is one.

    Columns: id, account_id, name, stage, close_date, amount_minor, amount_currency, corrected_minor,
    corrected_currency, reason, corrected_by, corrected_at.
    """
    named = select(Request.opportunity_id).where(
        Request.gap_id.in_(list(gap_ids)), Request.withdrawn_at.is_(None), Request.opportunity_id.is_not(None)
    )
    return list(
        session.execute(
            select(
                Opportunity.id,
                Opportunity.account_id,
                Opportunity.name,
                Opportunity.stage,
                Opportunity.close_date,
                Opportunity.amount_minor,
                Opportunity.amount_currency,
                DealCorrection.amount_minor.label("corrected_minor"),
                DealCorrection.amount_currency.label("corrected_currency"),
                DealCorrection.reason,
                DealCorrection.corrected_by,
                DealCorrection.corrected_at,
            )
            .outerjoin(DealCorrection, DealCorrection.opportunity_id == Opportunity.id)
            .where(Opportunity.id.in_(named), Opportunity.crm_deleted_at.is_(None))
            .order_by(Opportunity.id)
        )
    )
