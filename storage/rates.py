"""The organisation's own exchange rates, as its CRM had them when they were read last."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.directory import CurrencyRate, CurrencyTable
from storage.models import CrmRate


def keep(session: Session, table: CurrencyTable | None, *, at: datetime) -> None:
    """Put these rates in the place of those that were there; None when the CRM has only one currency."""
    session.execute(delete(CrmRate))
    if table is None:
        return
    session.add_all(
        CrmRate(
            code=rate.code,
            per_corporate=str(rate.per_corporate),
            is_corporate=rate.code == table.corporate,
            start=rate.start,
            end=rate.end,
            as_of=table.as_of,
            read_at=at,
        )
        for rate in (*table.rates, *table.dated)
    )


def stored(session: Session) -> CurrencyTable | None:
    """The rates that were kept; None when there are none."""
    rows = session.scalars(select(CrmRate).order_by(CrmRate.id)).all()
    corporate = next((row.code for row in rows if row.is_corporate), None)
    if corporate is None:
        return None
    rates = [
        (
            row.start is not None or row.end is not None,
            CurrencyRate(code=row.code, per_corporate=Decimal(row.per_corporate), start=row.start, end=row.end),
        )
        for row in rows
    ]
    return CurrencyTable(
        corporate=corporate,
        rates=tuple(rate for is_dated, rate in rates if not is_dated),
        dated=tuple(rate for is_dated, rate in rates if is_dated),
        as_of=rows[0].as_of,
    )
