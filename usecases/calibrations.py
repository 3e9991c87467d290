"""The frozen figures that rankings are measured against: one set a quarter, made of what is there when it turns.

In its first quarters an organisation has the figures of a young one. They are frozen too, and give way to measured
ones once, as soon as there are enough gaps to measure.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

import scoring
from domain.money import ExchangeRates
from domain.ports import Clock
from scoring import Calibration, Currencies, Policy, Portfolio, calibrate, cold_start
from scoring.calibrate import ENOUGH_GAPS
from scoring.stored_calibration import restored
from storage import calibrations
from storage.calibrations import Frozen, quarter_of
from storage.database import Database

_FRESH = timedelta(minutes=1)


@dataclass(slots=True)
class Calibrations:
    """Read the stored figures at most once a minute, and make them when they are due."""

    database: Database
    now: Clock
    _known: dict[str, tuple[datetime, Frozen | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, rates: ExchangeRates, policy: Policy) -> Calibration:
        """What to rank by now: the stored figures, or those of a young organisation before there are any."""
        return in_force(self._frozen(rates.reporting), rates, policy)

    def renew(self, portfolio: Portfolio, rates: ExchangeRates, policy: Policy) -> bool:
        """Freeze this quarter's figures if that has not happened; tell whether it did."""
        at, quarter = self.now(), quarter_of(self.now().date())
        with self.database.read() as session:
            last = calibrations.latest(session, currency=rates.reporting, until=quarter)
        version = last.version + 1 if last and last.quarter == quarter else 1
        if last and last.quarter == quarter and last.is_measured:
            return False
        made = calibrate(portfolio, currencies=currencies_of(rates), as_of=at.date(), label=quarter, policy=policy)
        asked = _requested(portfolio, made, at)
        if version > 1 and asked < ENOUGH_GAPS:
            return False
        frozen = Frozen(
            quarter=quarter,
            currency=rates.reporting,
            version=version,
            made_at=at,
            requested_gaps=asked,
            is_measured=asked >= ENOUGH_GAPS,
            figures=dict(made.figures()),
        )
        with self.database.write() as session:
            kept = calibrations.keep(session, frozen)
        with self._lock:
            self._known.clear()
        return kept

    def _frozen(self, currency: str) -> Frozen | None:
        at = self.now()
        with self._lock:
            known = self._known.get(currency)
        if known is not None and timedelta() <= at - known[0] < _FRESH:
            return known[1]
        with self.database.read() as session:
            found = calibrations.latest(session, currency=currency, until=quarter_of(at.date()))
        with self._lock:
            self._known[currency] = at, found
        return found


def young(rates: ExchangeRates, policy: Policy) -> Calibration:
    """The figures of an organisation that has stored none."""
    return in_force(None, rates, policy)


def in_force(frozen: Frozen | None, rates: ExchangeRates, policy: Policy) -> Calibration:
    if frozen is None:
        return cold_start(currencies_of(rates), policy=policy)
    return restored(frozen.quarter, frozen.figures, policy=policy, newer_rates=currencies_of(rates).rates)


def currencies_of(rates: ExchangeRates) -> Currencies:
    return Currencies(rates.reporting, {**rates.rates, rates.reporting: Fraction(1)})


def _requested(portfolio: Portfolio, calibration: Calibration, at: datetime) -> int:
    """How many open gaps somebody asks for."""
    ranking = scoring.rank(portfolio, calibration, as_of=at.date())
    return sum(1 for entry in ranking if entry.evidence.cells)
