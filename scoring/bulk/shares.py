"""GitLab's framework for all gaps at once: every account's purse divided by points, as `scoring.cipf` does it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from scoring import cipf
from scoring.bulk import urgency
from scoring.bulk.cells import Cells
from scoring.bulk.columns import NOBODY, OPEN, Columns, Flags
from scoring.bulk.costs import urgent_arr
from scoring.bulk.money import cents, stale
from scoring.bulk.packing import Ints, bits, ints, low_part, marked, packed, unique, zeros
from scoring.bulk.rounding import ULP, Floats, Sums, numbered, rounded
from scoring.bulk.scores import Scored
from scoring.calibration import Calibration
from scoring.portfolio import SEVERITY
from scoring.standing import DIGITS

_UNITS = urgency.PARTS * 100
"""Purses are in quarters of a cent."""
_LAST = 2**62
_POINTS = ints(cipf.POINTS[priority] for priority in sorted(SEVERITY, key=SEVERITY.__getitem__))


def cipf_scores(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> Scored:
    """Divide in floats, and once more in fractions where six decimals or a place could go either way."""
    gaps = len(columns.gap_ids)
    parts = (
        _retention(cells, columns=columns, calibration=calibration, as_of=as_of),
        _growth(cells, columns=columns, calibration=calibration, as_of=as_of),
    )
    shares = _Paid(parts, gaps=gaps)
    months = np.array([*(float(each) for each in columns.estimates), 1.0])[columns.estimate]
    exact = [*columns.estimates, Fraction(1)]
    paid = shares.nearly

    def weighted(gap: int) -> Fraction:
        return shares.exactly(gap) / exact[int(columns.estimate[gap])]

    def score(gap: int) -> float:
        return _six_decimals(shares.rounded(gap) / float(months[gap]), lambda: weighted(gap))

    def before(gap: int) -> float:
        return _six_decimals(shares.rounded(gap), lambda: shares.exactly(gap))

    return Scored(
        scores=rounded(paid / months, exactly=score, error=shares.error),
        is_scored=columns.estimate != NOBODY,
        keys=_places(paid / months, weighted, error=shares.error),
        before_effort=rounded(paid, exactly=before, error=shares.error),
    )


def _six_decimals(value: float, exactly: Callable[[], Fraction]) -> float:
    """A correctly rounded sum is off by a few units of its last digit; adding a thousand fractions up is dear."""
    scaled = value * 10**DIGITS
    if abs(scaled % 1 - 0.5) > scaled * 4 * ULP:
        return round(value, DIGITS)
    return float(round(exactly(), DIGITS))


def _places(values: Floats, weighted: Callable[[int], Fraction], *, error: Floats) -> Ints:
    """Number the gaps by what they get; those that get nothing are alike without looking."""
    some = np.flatnonzero(values > 0)
    places = zeros(len(values)) + _LAST
    places[some] = numbered(values[some], exactly=lambda place: weighted(int(some[place])), error=error[some])
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shares:
    """What gaps get: tops / bottoms in parts of a cent, by ascending gap."""

    gap: Ints
    top: Ints
    bottom: Ints

    def exactly(self, gap: int) -> Fraction:
        start, end = np.searchsorted(self.gap, [gap, gap + 1])
        pairs = zip(self.top[start:end].tolist(), self.bottom[start:end].tolist(), strict=True)
        return sum((Fraction(top, bottom) for top, bottom in pairs), Fraction(0)) / (_UNITS)


class _Paid:
    """What each gap gets in whole currency: quickly, correctly rounded, and exactly."""

    def __init__(self, parts: Sequence[_Shares], *, gaps: int) -> None:
        self._parts = parts
        self._sums = [Sums(part.top / part.bottom, part.gap, groups=gaps) for part in parts]
        self.nearly: Floats = sum((each.nearly for each in self._sums), np.zeros(gaps)) / (_UNITS)
        self.error: Floats = sum((each.error for each in self._sums), np.zeros(gaps))

    def rounded(self, gap: int) -> float:
        """Off by a few units of its last digit."""
        return math.fsum(each.exactly(gap) for each in self._sums) / (_UNITS)

    def exactly(self, gap: int) -> Fraction:
        return sum((part.exactly(gap) for part in self._parts), Fraction(0))


def _retention(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> _Shares:
    """A cell's points count for every account that its asking accounts speak for."""
    spans = cells.spans
    lengths = spans.leave - spans.enter
    span = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(span)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    account = columns.accounts.preorder[spans.enter[span] + within]
    purses = urgent_arr(columns, calibration=calibration, as_of=as_of)
    return _divided(cells, cell=spans.cell[span], account=account, purses=purses)


def _growth(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> _Shares:
    """A cell's points count for the accounts of the open deals that it is linked to."""
    mine = _open_new(columns, calibration=calibration, as_of=as_of)[cells.link_deal]
    cell, deal = cells.link_cell[mine], cells.link_deal[mine]
    account_bits = bits(len(columns.accounts.family) + len(columns.deals.account))
    claims = unique(packed(cell, columns.deals.account[deal], low_bits=account_bits))
    purses = _growth_purses(deal, columns=columns, calibration=calibration, as_of=as_of)
    return _divided(cells, cell=claims >> account_bits, account=low_part(claims, low_bits=account_bits), purses=purses)


def _divided(cells: Cells, *, cell: Ints, account: Ints, purses: Ints) -> _Shares:
    points = _POINTS[cells.severity[cell]]
    # Sums of small whole numbers: floats hold them exactly.
    totals = np.bincount(account, weights=points, minlength=len(purses)).astype(np.int64)
    return _Shares(gap=cells.gap[cell], top=purses[account] * points, bottom=totals[account])


def _open_new(columns: Columns, *, calibration: Calibration, as_of: date) -> Flags:
    late = stale(columns, calibration=calibration, today=as_of.toordinal())
    found: Flags = (columns.deals.stage == OPEN) & columns.deals.is_new & ~late
    return found


def _growth_purses(deals: Ints, *, columns: Columns, calibration: Calibration, as_of: date) -> Ints:
    """All open new money of each account that anybody linked to a gap, each deal with its urgency."""
    linked = marked(deals, size=len(columns.deals.account))
    amounts = cents(
        columns.deals.amount,
        currency=columns.deals.currency,
        where=linked & columns.deals.has_amount,
        columns=columns,
        currencies=calibration.currencies,
    )
    purses = zeros(len(columns.accounts.family) + len(columns.deals.account) + 1)
    np.add.at(purses, columns.deals.account, np.maximum(amounts, 0) * urgency.of_deals(columns, as_of=as_of))
    return purses
