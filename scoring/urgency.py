"""GitLab's urgency tables: how soon money moves, by the health of a customer or the odds of a deal.

Source: the GitLab handbook's customer issues prioritization framework, first version. A missing date is the middle
column, so that incomplete data neither hides an account nor makes it shout.
"""

from datetime import date
from fractions import Fraction

from scoring.portfolio import Health

_Row = tuple[Fraction, Fraction, Fraction]
_CALM: _Row = (Fraction(1), Fraction(1), Fraction(1))
# Columns: renewal in more than 18 months, more than 12, nearer.
_RETENTION: dict[Health | None, _Row] = {
    Health.GREEN: _CALM,
    None: _CALM,
    Health.YELLOW: (Fraction(3, 2), Fraction(2), Fraction(5, 2)),
    Health.RED: (Fraction(2), Fraction(3), Fraction(4)),
}
RETENTION_MONTHS = (18, 12)
# Columns: closes in more than 6 months, more than 3, nearer.
_EVEN: _Row = (Fraction(5, 4), Fraction(3, 2), Fraction(2))
_UNLIKELY: _Row = (Fraction(3, 2), Fraction(2), Fraction(5, 2))
GROWTH_MONTHS = (6, 3)
_LIKELY_ABOVE, _EVEN_FROM = Fraction(60, 100), Fraction(40, 100)
_MONTHS_A_YEAR = 12
_LAST_DAY_EVERYWHERE = 28


def retention_urgency(*, health: Health | None, renewal: date | None, as_of: date) -> Fraction:
    """How urgent a customer's ARR is."""
    return _RETENTION[health][_column(renewal, limits=RETENTION_MONTHS, as_of=as_of)]


def growth_urgency(*, probability: Fraction | None, close: date | None, as_of: date) -> Fraction:
    """How urgent a deal is: the less likely and the sooner, the more the gap matters."""
    if probability is None or probability > _LIKELY_ABOVE:
        return Fraction(1)
    row = _EVEN if probability >= _EVEN_FROM else _UNLIKELY
    return row[_column(close, limits=GROWTH_MONTHS, as_of=as_of)]


def _column(day: date | None, *, limits: tuple[int, int], as_of: date) -> int:
    if day is None:
        return 1
    far, middle = limits
    if day > months_after(as_of, months=far):
        return 0
    return 1 if day > months_after(as_of, months=middle) else 2


def months_after(day: date, *, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    target = date(day.year + years, month + 1, min(day.day, _LAST_DAY_EVERYWHERE))
    for later in range(day.day, _LAST_DAY_EVERYWHERE, -1):
        try:
            return target.replace(day=later)
        except ValueError:
            continue
    return target
