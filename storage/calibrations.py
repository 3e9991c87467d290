"""The frozen figures of each quarter: kept once, read by every ranking."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import StoredCalibration

_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A row of the table; `figures` are those of `Calibration.figures`."""

    quarter: str
    currency: str
    version: int
    made_at: datetime
    requested_gaps: int
    is_measured: bool
    figures: dict[str, Any]


def quarter_of(day: date) -> str:
    """The calendar quarter, as in `2026Q1`; as text they sort by time."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def latest(session: Session, *, currency: str, until: str) -> Frozen | None:
    """The newest figures in a currency, of this quarter or the last one that has any."""
    row = session.scalars(
        select(StoredCalibration)
        .where(StoredCalibration.currency == currency, StoredCalibration.quarter <= until)
        .order_by(StoredCalibration.quarter.desc(), StoredCalibration.version.desc())
        .limit(1)
    ).first()
    return None if row is None else Frozen(**{name: getattr(row, name) for name in Frozen.__slots__})


def keep(session: Session, frozen: Frozen) -> bool:
    """Keep the figures; False when somebody was faster."""
    first = _INSERT[session.connection().dialect.name](StoredCalibration).values(asdict(frozen))
    row = session.execute(first.on_conflict_do_nothing().returning(StoredCalibration.version)).first()
    return row is not None
