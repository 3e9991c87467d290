"""GitLab's urgency tables for many days at once: the plain ones are asked once for each of their entries."""

from datetime import date, timedelta
from fractions import Fraction

from scoring.bulk.columns import HEALTHS, NO_DAY, Columns, Ints
from scoring.bulk.packing import ints
from scoring.urgency import GROWTH_MONTHS, RETENTION_MONTHS, growth_urgency, months_after, retention_urgency

PARTS = 4
"""Urgencies are quarters, so money times urgency is kept in quarters of a cent."""
_NO_DAY_COLUMN = 3


def of_accounts(columns: Columns, *, as_of: date) -> Ints:
    """How urgent each account's ARR is, in quarters."""
    limits = _limits(RETENTION_MONTHS, as_of=as_of)
    rows = [
        [retention_urgency(health=health, renewal=day, as_of=as_of) for day in _one_of_each(limits)]
        for health in HEALTHS
    ]
    return _looked_up(rows, columns.accounts.health, columns.accounts.renewal, limits=limits)


def of_deals(columns: Columns, *, as_of: date) -> Ints:
    """How urgent each deal is, in quarters."""
    limits = _limits(GROWTH_MONTHS, as_of=as_of)
    rows = [
        [growth_urgency(probability=odds, close=day, as_of=as_of) for day in _one_of_each(limits)]
        for odds in columns.deals.probabilities
    ]
    return _looked_up(rows, columns.deals.probability, columns.deals.close, limits=limits)


def _limits(months: tuple[int, int], *, as_of: date) -> tuple[date, date]:
    """The last days of the middle column and of the near one."""
    far, middle = months
    return months_after(as_of, months=far), months_after(as_of, months=middle)


def _one_of_each(limits: tuple[date, date]) -> tuple[date | None, ...]:
    """A day of each column, and none."""
    far, middle = limits
    return far + timedelta(days=1), far, middle, None


def _looked_up(rows: list[list[Fraction]], row: Ints, day: Ints, *, limits: tuple[date, date]) -> Ints:
    far, middle = (limit.toordinal() for limit in limits)
    column = 2 - (day > middle) - (day > far)
    column[day == NO_DAY] = _NO_DAY_COLUMN
    table = ints(int(urgency * PARTS) for each in rows for urgency in each)
    return table[row * (_NO_DAY_COLUMN + 1) + column]
