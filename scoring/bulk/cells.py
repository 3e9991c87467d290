"""Condense columns into cells, as `scoring.evidence` and `scoring.money` do it row by row."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from scoring.bulk import money
from scoring.bulk.columns import Columns, Flags, Ints
from scoring.bulk.packing import ROOM, Runs, TooLarge, bits, ints, low_part, packed, starts_of, width, zeros
from scoring.bulk.spans import Rows, Spans
from scoring.calibration import Calibration
from scoring.decay import fading

__all__ = ["Cells", "TooLarge", "condense"]

_SEVERITY_BITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """All cells of ranked gaps by gap and family. Money in cents.

    `spans` are the asking accounts' sub-trees; `link_cell` and `link_deal` are the families' own deals.
    """

    gap: Ints
    by_gap: Runs
    family: Ints
    owner: Ints
    strategic: Flags
    severity: Ints
    day: Ints
    decay: Ints
    retention: Ints
    growth: Ints
    lost: Ints
    exposure: Ints
    is_known: Flags
    spans: Spans
    link_cell: Ints
    link_deal: Ints
    first_asked: Ints
    """By gap; the largest number where nobody asks."""


def condense(columns: Columns, *, calibration: Calibration, as_of: date) -> Cells:
    """Raise `UnknownCurrency`, or `TooLarge`."""
    today, family_bits = as_of.toordinal(), bits(len(columns.accounts.family))
    rows = _counting(columns, today=today, family_bits=family_bits)
    keys, severity, day = _said(columns, rows)
    gap, family = keys >> family_bits, low_part(keys, low_bits=family_bits)
    strategic = columns.accounts.strategic_family[family]
    spans = Spans(columns, rows)
    links = money.linked_deals(columns, rows, keys=keys, family=family)
    found = money.of_cells(columns, spans=spans, links=links, calibration=calibration, today=today)
    stand_in = money.stand_in(
        columns, rows, keys=keys, is_known=found.is_known, strategic=strategic, calibration=calibration
    )
    gross = np.where(found.is_known, found.retention + found.growth + found.lost, stand_in)
    return Cells(
        gap=gap,
        by_gap=Runs(gap),
        family=family,
        owner=columns.accounts.owner[family],
        strategic=strategic,
        severity=severity,
        day=day,
        decay=_decay(day, today=today, half_life=calibration.policy.half_life_days),
        retention=found.retention,
        growth=found.growth,
        lost=found.lost,
        exposure=np.minimum(gross, calibration.family_cap),
        is_known=found.is_known,
        spans=spans,
        link_cell=links[0],
        link_deal=links[1],
        first_asked=_first_asked(columns, rows),
    )


def _counting(columns: Columns, *, today: int, family_bits: int) -> Rows:
    """Withdrawn, future and internal requests do not count, nor those of gaps that are not ranked."""
    requests = columns.requests
    # Nobody is the last one, and nobody counts.
    ranked, outside = np.r_[columns.is_ranked, False], np.r_[~columns.accounts.internal, False]
    which = np.flatnonzero(
        ranked[requests.gap] & outside[requests.account] & ~requests.withdrawn & (requests.day <= today)
    )
    account = requests.account[which]
    key = packed(requests.gap[which], columns.accounts.family[account], low_bits=family_bits)
    return Rows(which=which, key=key, account=account)


def _said(columns: Columns, rows: Rows) -> tuple[Ints, Ints, Ints]:
    """The cells' keys, and each one's severity and newest day: the most severe of what every requester said last."""
    requests = columns.requests
    requester, day = requests.requester[rows.which], requests.day[rows.which]
    if not len(day):
        return day, day, day
    first = int(day.min())
    said_bits, people_bits = bits(int(day.max()) - first) + _SEVERITY_BITS, width(requester)
    if width(rows.key) + people_bits + said_bits > ROOM:
        raise TooLarge("statements")
    said = (day - first) << _SEVERITY_BITS | requests.severity[rows.which]
    both = (rows.key << people_bits | requester) << said_bits | said
    both.sort()
    speaker = both >> said_bits
    ends = np.r_[starts_of(speaker)[1:], len(both)] - 1
    key, last = speaker[ends] >> people_bits, low_part(both[ends], low_bits=said_bits)
    starts = starts_of(key)
    severity = np.maximum.reduceat(low_part(last, low_bits=_SEVERITY_BITS), starts)
    newest = np.maximum.reduceat(last >> _SEVERITY_BITS, starts) + first
    return key[starts], severity, newest


def _decay(day: Ints, *, today: int, half_life: int) -> Ints:
    if not len(day):
        return day
    oldest = today - int(day.min())
    table = ints(fading(age_days=age, half_life_days=half_life) for age in range(oldest + 1))
    return table[today - day]


def _first_asked(columns: Columns, rows: Rows) -> Ints:
    requests = columns.requests
    first = zeros(len(columns.gap_ids)) + date.max.toordinal()
    asked = np.minimum(requests.first_asked[rows.which], requests.day[rows.which])
    np.minimum.at(first, requests.gap[rows.which], asked)
    return first
