"""Condense columns into cells, as `scoring.evidence` and `scoring.money` do it row by row."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from scoring.bulk.columns import LOST, NO_DAY, NOBODY, OPEN, WON, Columns, Flags, Ints
from scoring.calibration import Calibration
from scoring.currency import Currencies, UnknownCurrency
from scoring.decay import faded, fading

_SEVERITIES = 3
_LARGEST = 2**62
"""Beyond it the sum of two numbers may leave 64 bits."""


class TooLarge(OverflowError):
    """The rows do not fit into 64-bit arithmetic; the plain ranking takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """All cells of ranked gaps by gap and family. Money in cents.

    `spans` are the asking accounts' sub-trees without those inside others: `span_cell`, `span_enter`, `span_leave`.
    `link_cell` and `link_deal` are the families' own deals.
    """

    gap: Ints
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
    span_cell: Ints
    span_enter: Ints
    span_leave: Ints
    link_cell: Ints
    link_deal: Ints
    first_asked: Ints
    """By gap; the largest number where nobody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The requests that count, by their number, and the key of each one's cell: gap and family in one number."""

    which: Ints
    key: Ints


def condense(columns: Columns, *, calibration: Calibration, as_of: date) -> Cells:
    """Raise `UnknownCurrency`, or `TooLarge`."""
    today, families = as_of.toordinal(), max(1, len(columns.accounts.family))
    rows = _counting(columns, today=today, families=families)
    keys, severity, day = _said(columns, rows)
    gap, family = keys // families, keys % families
    spans = _spans(columns, rows)
    known_arr, arr = own_arr(columns, currencies=calibration.currencies)
    counted = np.where(known_arr & columns.accounts.customer & (arr > 0), arr, 0)
    retention = _over_spans(counted, columns, spans, cells=len(gap))
    is_known = _over_spans(known_arr.astype(np.int64), columns, spans, cells=len(gap)) > 0
    links = _links(columns, rows, keys=keys, family=family)
    growth, lost, from_deals = _deal_money(columns, links, cells=len(gap), calibration=calibration, today=today)
    is_known |= from_deals
    strategic = columns.accounts.strategic_family[family]
    stand_in = _stand_in(columns, rows, keys=keys, is_known=is_known, strategic=strategic, calibration=calibration)
    gross = np.where(is_known, retention + growth + lost, stand_in)
    return Cells(
        gap=gap,
        family=family,
        owner=columns.accounts.owner[family],
        strategic=strategic,
        severity=severity,
        day=day,
        decay=_decay(day, today=today, half_life=calibration.policy.half_life_days),
        retention=retention,
        growth=growth,
        lost=lost,
        exposure=np.minimum(gross, calibration.family_cap),
        is_known=is_known,
        span_cell=spans[0],
        span_enter=spans[1],
        span_leave=spans[2],
        link_cell=links[0],
        link_deal=links[1],
        first_asked=_first_asked(columns, rows),
    )


def own_arr(columns: Columns, *, currencies: Currencies) -> tuple[Flags, Ints]:
    """What the CRM vouches for, in cents."""
    accounts = columns.accounts
    known = accounts.verified & accounts.has_arr
    return known, cents(accounts.arr, currency=accounts.currency, where=known, columns=columns, currencies=currencies)


def cents(amounts: Ints, *, currency: Ints, where: Flags, columns: Columns, currencies: Currencies) -> Ints:
    """Convert what is asked for, rounding half to even; the rest is 0. Raise `UnknownCurrency`."""
    found = np.zeros(len(amounts), dtype=np.int64)
    for code, name in enumerate(columns.currencies):
        mine = where & (currency == code)
        if mine.any():
            found[mine] = _converted(amounts[mine], name, currencies)
    return found


def _converted(amounts: Ints, name: str, currencies: Currencies) -> Ints:
    factor = currencies.cents_per_minor_unit.get(name)
    if factor is None:
        raise UnknownCurrency(name)
    if max(factor.numerator, 2) * int(np.abs(amounts).max()) >= _LARGEST or factor.denominator >= _LARGEST // 2:
        raise TooLarge(name)
    whole, rest = np.divmod(amounts * factor.numerator, factor.denominator)
    converted: Ints = whole + (2 * rest + whole % 2 > factor.denominator)
    return converted


def unique(keys: Ints) -> Ints:
    """Sorted, each once. numpy's own hashes first, which takes several times as long for numbers like these."""
    ordered = np.sort(keys)
    return ordered[starts_of(ordered)]


def grouped(keys: Ints) -> Ints:
    """The order that brings equal keys together and keeps the order among them.

    Key and place in one number sort several times faster than a stable sort of the keys.
    """
    if len(keys) and (int(keys.max()) + 1) * len(keys) >= _LARGEST:
        return np.argsort(keys, kind="stable")
    packed = keys * len(keys) + np.arange(len(keys))
    packed.sort()
    return packed % max(1, len(keys))


def starts_of(keys: Ints) -> Ints:
    """Where each run of equal keys begins."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])


def _counting(columns: Columns, *, today: int, families: int) -> _Rows:
    """Withdrawn, future and internal requests do not count, nor those of gaps that are not ranked."""
    requests = columns.requests
    placed = (requests.gap != NOBODY) & (requests.account != NOBODY) & ~requests.withdrawn & (requests.day <= today)
    which = np.flatnonzero(placed)
    which = which[columns.is_ranked[requests.gap[which]] & ~columns.accounts.internal[requests.account[which]]]
    if len(columns.gap_ids) * families >= _LARGEST:
        raise TooLarge("cells")
    return _Rows(which=which, key=requests.gap[which] * families + columns.accounts.family[requests.account[which]])


def _said(columns: Columns, rows: _Rows) -> tuple[Ints, Ints, Ints]:
    """The cells' keys, and each one's severity and newest day: the most severe of what every requester said last."""
    requests = columns.requests
    requester, day = requests.requester[rows.which], requests.day[rows.which]
    if not len(day):
        return day, day, day
    people, days = int(requester.max()) + 1, int(day.max() - day.min()) + 1
    if (int(rows.key.max()) + 1) * people * days * _SEVERITIES >= _LARGEST:
        raise TooLarge("statements")
    first = int(day.min())
    packed = ((rows.key * people + requester) * days + (day - first)) * _SEVERITIES + requests.severity[rows.which]
    packed.sort()
    speaker = packed // (days * _SEVERITIES)
    ends = np.r_[starts_of(speaker)[1:], len(packed)] - 1
    key, said = speaker[ends] // people, packed[ends] % (days * _SEVERITIES)
    starts = starts_of(key)
    severity = np.maximum.reduceat(said % _SEVERITIES, starts)
    newest = np.maximum.reduceat(said // _SEVERITIES, starts) + first
    return key[starts], severity, newest


def _decay(day: Ints, *, today: int, half_life: int) -> Ints:
    if not len(day):
        return day
    oldest = today - int(day.min())
    table = np.array([fading(age_days=age, half_life_days=half_life) for age in range(oldest + 1)], dtype=np.int64)
    return table[today - day]


def _spans(columns: Columns, rows: _Rows) -> tuple[Ints, Ints, Ints]:
    """The asking accounts' sub-trees. Two are one inside the other or apart: those inside are left out."""
    accounts = columns.accounts
    size = len(accounts.family) + 1
    if len(rows.key) and (int(rows.key.max()) + 1) * size >= _LARGEST:
        raise TooLarge("spans")
    spans = unique(rows.key * size + accounts.enter[columns.requests.account[rows.which]])
    key, enter = spans // size, spans % size
    cell = np.zeros(len(key), dtype=np.int64)
    cell[starts_of(key)[1:]] = 1
    cell = np.cumsum(cell)
    leave_at = np.zeros(size, dtype=np.int64)
    leave_at[accounts.enter] = accounts.leave
    leave = leave_at[enter]
    if not len(cell):
        return cell, enter, leave
    reach = np.maximum.accumulate(cell * size + leave)
    is_inside = np.r_[False, (cell[1:] == cell[:-1]) & (cell[1:] * size + enter[1:] < reach[:-1])]
    return cell[~is_inside], enter[~is_inside], leave[~is_inside]


def _over_spans(values: Ints, columns: Columns, spans: tuple[Ints, Ints, Ints], *, cells: int) -> Ints:
    """Add up the accounts' values over each cell's sub-trees."""
    sums = np.r_[0, np.cumsum(values[columns.accounts.preorder])]
    cell, enter, leave = spans
    return by_cell(sums[leave] - sums[enter], cell, cells=cells)


def by_cell(values: Ints, cell: Ints, *, cells: int) -> Ints:
    """Add up values of ascending cells; exact, unlike a weighted count."""
    found = np.zeros(cells, dtype=np.int64)
    starts = starts_of(cell)
    if len(starts):
        found[cell[starts]] = np.add.reduceat(values, starts)
    return found


def _links(columns: Columns, rows: _Rows, *, keys: Ints, family: Ints) -> tuple[Ints, Ints]:
    """Each deal once in a cell, and only in cells of its own family."""
    deal = columns.requests.deal[rows.which]
    linked = deal != NOBODY
    size = max(1, len(columns.deals.account))
    if len(rows.key) and (int(rows.key.max()) + 1) * size >= _LARGEST:
        raise TooLarge("links")
    key = unique(rows.key[linked] * size + deal[linked])
    cell, deal = np.searchsorted(keys, key // size), key % size
    of = columns.deals.family[deal]
    own = (of == NOBODY) | (of == family[cell])
    return cell[own], deal[own]


def _deal_money(
    columns: Columns, links: tuple[Ints, Ints], *, cells: int, calibration: Calibration, today: int
) -> tuple[Ints, Ints, Flags]:
    """Open new money is growth, lost money fades, won and renewing money is in the ARR already."""
    cell, deal = links
    deals = columns.deals
    linked = np.zeros(len(deals.account), dtype=bool)
    linked[deal] = True
    amount = cents(
        deals.amount,
        currency=deals.currency,
        where=linked & deals.has_amount,
        columns=columns,
        currencies=calibration.currencies,
    )
    amount = np.maximum(amount, 0)
    growing = (deals.stage == OPEN) & deals.is_new & ~stale(columns, calibration=calibration, today=today)
    growth = by_cell(np.where(growing, amount, 0)[deal], cell, cells=cells)
    lost = by_cell(_faded(columns, amount, calibration=calibration, today=today)[deal], cell, cells=cells)
    known = ~deals.is_new | (deals.stage == WON) | deals.has_amount
    return growth, lost, by_cell(known[deal].astype(np.int64), cell, cells=cells) > 0


def stale(columns: Columns, *, calibration: Calibration, today: int) -> Flags:
    """Open deals long past their close date."""
    close = columns.deals.close
    is_late: Flags = (close != NO_DAY) & (today - close > calibration.policy.stale_open_days)
    return is_late


def _faded(columns: Columns, amount: Ints, *, calibration: Calibration, today: int) -> Ints:
    policy, deals = calibration.policy, columns.deals
    age = np.maximum(0, today - deals.close)
    counts = (deals.stage == LOST) & (deals.close != NO_DAY) & (age <= policy.lost_max_days) & (amount > 0)
    left = np.zeros(len(amount), dtype=np.int64)
    for place in np.flatnonzero(counts).tolist():
        left[place] = faded(int(amount[place]), age_days=int(age[place]), half_life_days=policy.lost_half_life_days)
    return left


def _stand_in(
    columns: Columns, rows: _Rows, *, keys: Ints, is_known: Flags, strategic: Flags, calibration: Calibration
) -> Ints:
    """For cells of which the CRM knows no money: what was typed last, up to the cap, else the median of its class."""
    imputed = np.where(strategic, calibration.imputed_strategic, calibration.imputed_standard)
    caps = np.where(strategic, calibration.typed_cap(strategic=True), calibration.typed_cap(strategic=False))
    requests, accounts = columns.requests, columns.accounts
    account = requests.account[rows.which]
    from_account = ~accounts.verified[account] & accounts.has_arr[account]
    said = np.flatnonzero(requests.has_typed[rows.which] | from_account)
    cells = np.searchsorted(keys, rows.key[said])
    said, cells = said[~is_known[cells]], cells[~is_known[cells]]
    typed = _typed(columns, rows.which[said], calibration=calibration)
    days = requests.day[rows.which[said]]
    latest: dict[int, tuple[int, int]] = {}
    for cell, day, amount in zip(cells.tolist(), days.tolist(), typed.tolist(), strict=True):
        if amount >= 0:
            latest[cell] = max(latest.get(cell, (day, -amount)), (day, -amount))
    for cell, (_, amount) in latest.items():
        imputed[cell] = min(-amount, caps[cell])
    return imputed


def _typed(columns: Columns, which: Ints, *, calibration: Calibration) -> Ints:
    """What each of these requests, or else its unverified account, says."""
    requests, accounts = columns.requests, columns.accounts
    account, said = requests.account[which], requests.has_typed[which]
    return cents(
        np.where(said, requests.typed[which], accounts.arr[account]),
        currency=np.where(said, requests.currency[which], accounts.currency[account]),
        where=np.ones(len(which), dtype=bool),
        columns=columns,
        currencies=calibration.currencies,
    )


def _first_asked(columns: Columns, rows: _Rows) -> Ints:
    requests = columns.requests
    first = np.full(len(columns.gap_ids), date.max.toordinal(), dtype=np.int64)
    asked = np.minimum(requests.first_asked[rows.which], requests.day[rows.which])
    np.minimum.at(first, requests.gap[rows.which], asked)
    return first
