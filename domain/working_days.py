"""Working days: Monday to Friday. Whoever wants public holidays as well would have to say whose."""

from datetime import date, timedelta

_SATURDAY = 5


def working_days_between(first: date, last: date) -> int:
    """How many working days have begun after `first`, up to `last`."""
    days = (last - first).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    tail = (first + timedelta(days=weeks * 7 + step) for step in range(1, rest + 1))
    return weeks * 5 + sum(day.weekday() < _SATURDAY for day in tail)
