"""Know the exchange rates of this moment: the organisation's own where its CRM has them, else the policy's."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.money import ExchangeRates
from domain.ports import Clock
from storage import rates
from storage.database import Database

Rates: TypeAlias = Callable[[], ExchangeRates]
"""Asked once per use, so that one answer is made of one set of rates."""

_FRESH = timedelta(minutes=1)


class CurrentRates:
    """Read the stored rates at most once a minute: they change at night, and every submission asks for them."""

    def __init__(self, *, database: Database, policy: ExchangeRates, now: Clock) -> None:
        self._database = database
        self._policy = policy
        self._now = now
        self._lock = threading.Lock()
        self._known: tuple[datetime, ExchangeRates] | None = None

    def __call__(self) -> ExchangeRates:
        now = self._now()
        with self._lock:
            if self._known is not None and timedelta() <= now - self._known[0] < _FRESH:
                return self._known[1]
        found = self._read(now)
        with self._lock:
            self._known = now, found
        return found

    def forget(self) -> None:
        """Others were stored just now, and somebody waits for them."""
        with self._lock:
            self._known = None

    def _read(self, now: datetime) -> ExchangeRates:
        """The CRM's rates go before the policy's, currency by currency; a CRM without ours leaves us the policy's."""
        with self._database.read() as session:
            table = rates.stored(session)
        if table is None:
            return self._policy
        ours = self._policy.reporting
        try:
            own, periods = table.exchange_rates(reporting=ours, on=now.date()), table.periods(reporting=ours)
        except KeyError:
            return self._policy
        return ExchangeRates(
            reporting=ours,
            rates={**self._policy.rates, **own.rates},
            dates=own.dates,
            periods=tuple((start, {**self._policy.rates, **rates}) for start, rates in periods),
        )
