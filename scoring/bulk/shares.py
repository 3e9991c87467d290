"""GitLab's framework for all gaps at once: every account's purse divided by points, as `scoring.cipf` does it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from scoring import cipf
from scoring.bulk.cells import Cells, cents, stale
from scoring.bulk.columns import OPEN, Columns, Flags, Ints
from scoring.bulk.costs import PARTS, added, urgent_arr
from scoring.bulk.scores import Scored
from scoring.calibration import Calibration
from scoring.portfolio import SEVERITY
from scoring.standing import DIGITS
from scoring.urgency import growth_urgency

_CENTS = 100
_NEAR = 1e-13
"""Sums of positive floats are never so far off, relatively; what is closer is worked out in fractions."""
_POINTS = np.array([cipf.POINTS[priority] for priority in sorted(SEVERITY, key=SEVERITY.__getitem__)], dtype=np.int64)


def cipf_scores(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> Scored:
    """Divide in floats, and once more in fractions where six decimals or a place could go either way."""
    shares = _Shares.join(
        _retention(cells, columns=columns, calibration=calibration, as_of=as_of),
        _growth(cells, columns=columns, calibration=calibration, as_of=as_of),
    )
    paid = shares.paid(gaps=len(columns.gap_ids))
    months = columns.months
    weighted = [None if each is None else amount / float(each) for amount, each in zip(paid, months, strict=True)]
    return Scored(
        scores=[
            None if value is None else _rounded(value, gap=gap, months=months[gap], shares=shares)
            for gap, value in enumerate(weighted)
        ],
        keys=_places(weighted, months=months, shares=shares),
        before_effort=[_rounded(amount, gap=gap, months=Fraction(1), shares=shares) for gap, amount in enumerate(paid)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shares:
    """What gaps get: tops / bottoms in parts of a cent, by ascending gap."""

    gap: Ints
    top: Ints
    bottom: Ints

    @classmethod
    def join(cls, *parts: "_Shares") -> "_Shares":
        gap = np.concatenate([part.gap for part in parts])
        order = np.argsort(gap, kind="stable")
        return cls(
            gap=gap[order],
            top=np.concatenate([part.top for part in parts])[order],
            bottom=np.concatenate([part.bottom for part in parts])[order],
        )

    def paid(self, *, gaps: int) -> list[float]:
        """Whole currency by gap."""
        return [amount / (PARTS * _CENTS) for amount in added(self.top / self.bottom, self.gap, groups=gaps)]

    def exactly(self, gap: int) -> Fraction:
        start, end = np.searchsorted(self.gap, [gap, gap + 1])
        pairs = zip(self.top[start:end].tolist(), self.bottom[start:end].tolist(), strict=True)
        return sum((Fraction(top, bottom) for top, bottom in pairs), Fraction(0)) / (PARTS * _CENTS)


def _rounded(value: float, *, gap: int, months: Fraction | None, shares: _Shares) -> float:
    scaled = value * 10**DIGITS
    if abs(scaled % 1 - 0.5) > scaled * _NEAR:
        return round(value, DIGITS)
    return float(round(shares.exactly(gap) / (months or 1), DIGITS))


def _places(weighted: Sequence[float | None], *, months: Sequence[Fraction | None], shares: _Shares) -> list[int]:
    """Number the gaps by what they get, equals alike."""
    places = [len(weighted) + 1] * len(weighted)
    number = 0
    for run in _runs(weighted):
        exact = (
            {gap: shares.exactly(gap) / (months[gap] or 1) for gap in run} if len(run) > 1 else {run[0]: Fraction(0)}
        )
        for value in sorted(set(exact.values()), reverse=True):
            number += 1
            for gap in run:
                if exact[gap] == value:
                    places[gap] = number
    return places


def _runs(weighted: Sequence[float | None]) -> Iterator[list[int]]:
    """Gaps that get nearly the same; those that get nothing are alike without looking."""
    values = [-1.0 if value is None else value for value in weighted]
    run: list[int] = []
    for gap in sorted((gap for gap, value in enumerate(values) if value > 0), key=lambda gap: -values[gap]):
        if run and values[run[-1]] - values[gap] > values[gap] * _NEAR:
            yield run
            run = []
        run.append(gap)
    if run:
        yield run


def _retention(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> _Shares:
    """A cell's points count for every account that its asking accounts speak for."""
    lengths = cells.span_leave - cells.span_enter
    span = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(span)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    account = columns.accounts.preorder[cells.span_enter[span] + within]
    purses = urgent_arr(columns, calibration=calibration, as_of=as_of)
    return _divided(cells, cell=cells.span_cell[span], account=account, purses=purses)


def _growth(cells: Cells, *, columns: Columns, calibration: Calibration, as_of: date) -> _Shares:
    """A cell's points count for the accounts of the open deals that it is linked to."""
    is_open = _open_new(columns, calibration=calibration, as_of=as_of)
    mine = is_open[cells.link_deal]
    size = max(1, len(columns.accounts.family) + len(columns.deals.account))
    claims = np.unique(cells.link_cell[mine] * size + columns.deals.account[cells.link_deal[mine]])
    purses = _growth_purses(
        np.unique(cells.link_deal[mine]), size=size, columns=columns, calibration=calibration, as_of=as_of
    )
    return _divided(cells, cell=claims // size, account=claims % size, purses=purses)


def _divided(cells: Cells, *, cell: Ints, account: Ints, purses: Ints) -> _Shares:
    points = _POINTS[cells.severity[cell]]
    # Sums of small whole numbers: floats hold them exactly.
    totals = np.bincount(account, weights=points, minlength=len(purses)).astype(np.int64)
    return _Shares(gap=cells.gap[cell], top=purses[account] * points, bottom=totals[account])


def _open_new(columns: Columns, *, calibration: Calibration, as_of: date) -> Flags:
    late = stale(columns, calibration=calibration, today=as_of.toordinal())
    found: Flags = (columns.deals.stage == OPEN) & columns.deals.is_new & ~late
    return found


def _growth_purses(deals: Ints, *, size: int, columns: Columns, calibration: Calibration, as_of: date) -> Ints:
    """All open new money of each account that anybody linked to a gap, each deal with its urgency."""
    purses = np.zeros(size, dtype=np.int64)
    linked = np.zeros(len(columns.deals.account), dtype=bool)
    linked[deals] = True
    amounts = cents(
        columns.deals.amount,
        currency=columns.deals.currency,
        where=linked & columns.deals.has_amount,
        columns=columns,
        currencies=calibration.currencies,
    )
    for deal in deals.tolist():
        close = int(columns.deals.close[deal])
        urgency = growth_urgency(
            probability=columns.deals.probability[deal],
            close=date.fromordinal(close) if close > 0 else None,
            as_of=as_of,
        )
        purses[columns.deals.account[deal]] += max(0, int(amounts[deal])) * int(urgency * PARTS)
    return purses
