"""What each cell stands for in cents, as `scoring.money` has it row by row."""

import math
from dataclasses import dataclass

import numpy as np

from scoring.bulk.columns import LOST, NO_DAY, NOBODY, OPEN, WON, Columns, Flags, Ints
from scoring.bulk.packing import Runs, TooLarge, bits, low_part, marked, packed, unique, zeros
from scoring.bulk.spans import Rows, Spans
from scoring.calibration import Calibration
from scoring.currency import Currencies, UnknownCurrency

_LARGEST = 2**62
"""Beyond it the sum of two numbers may leave 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMoney:
    """By cell, in cents; where the CRM knows nothing the three are 0."""

    retention: Ints
    growth: Ints
    lost: Ints
    is_known: Flags


def of_cells(
    columns: Columns, *, spans: Spans, links: tuple[Ints, Ints], calibration: Calibration, today: int
) -> CellMoney:
    """Add up each cell's accounts and deals, each once."""
    known_arr, arr = own_arr(columns, currencies=calibration.currencies)
    cell, deal = links
    growing, fading, is_known = _by_deal(columns, deal, calibration=calibration, today=today)
    by_cell, cells = Runs(cell), spans.cells
    known_deals = by_cell.sums(is_known[deal], groups=cells)
    return CellMoney(
        retention=spans.sums(np.where(columns.accounts.customer, np.maximum(arr, 0), 0)),
        growth=by_cell.sums(growing[deal], groups=cells),
        lost=by_cell.sums(fading[deal], groups=cells),
        is_known=spans.sums(known_arr) + known_deals > 0,
    )


def own_arr(columns: Columns, *, currencies: Currencies) -> tuple[Flags, Ints]:
    """What the CRM vouches for, in cents."""
    accounts = columns.accounts
    known = accounts.verified & accounts.has_arr
    return known, cents(accounts.arr, currency=accounts.currency, where=known, columns=columns, currencies=currencies)


def cents(amounts: Ints, *, currency: Ints, where: Flags, columns: Columns, currencies: Currencies) -> Ints:
    """Convert what is asked for, rounding half to even; the rest is 0. Raise `UnknownCurrency`."""
    found = zeros(len(amounts))
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


def linked_deals(columns: Columns, rows: Rows, *, keys: Ints, family: Ints) -> tuple[Ints, Ints]:
    """Each deal once in a cell, and only in cells of its own family: the cells, and their deals."""
    deal = columns.requests.deal[rows.which]
    linked = np.flatnonzero(deal != NOBODY)
    deal_bits = bits(len(columns.deals.account))
    found = unique(packed(rows.key[linked], deal[linked], low_bits=deal_bits))
    cell, deal = np.searchsorted(keys, found >> deal_bits), low_part(found, low_bits=deal_bits)
    of = columns.deals.family[deal]
    own = np.flatnonzero((of == NOBODY) | (of == family[cell]))
    return cell[own], deal[own]


def _by_deal(columns: Columns, deal: Ints, *, calibration: Calibration, today: int) -> tuple[Ints, Ints, Flags]:
    """Open new money is growth, lost money fades, won and renewing money is in the ARR already."""
    deals = columns.deals
    linked = marked(deal, size=len(deals.account))
    amount = cents(
        deals.amount,
        currency=deals.currency,
        where=linked & deals.has_amount,
        columns=columns,
        currencies=calibration.currencies,
    )
    amount = np.maximum(amount, 0)
    growing = (deals.stage == OPEN) & deals.is_new & ~stale(columns, calibration=calibration, today=today)
    is_known = ~deals.is_new | (deals.stage == WON) | deals.has_amount
    return np.where(growing, amount, 0), _faded(columns, amount, calibration=calibration, today=today), is_known


def stale(columns: Columns, *, calibration: Calibration, today: int) -> Flags:
    """Open deals long past their close date."""
    close = columns.deals.close
    is_late: Flags = (close != NO_DAY) & (today - close > calibration.policy.stale_open_days)
    return is_late


def _faded(columns: Columns, amount: Ints, *, calibration: Calibration, today: int) -> Ints:
    """`scoring.decay.faded` by a table of ages: the same factor, the same product, the same rounding."""
    policy, deals = calibration.policy, columns.deals
    age = np.maximum(0, today - deals.close)
    counts = np.flatnonzero((deals.stage == LOST) & (deals.close != NO_DAY) & (age <= policy.lost_max_days))
    ages, of_age = np.unique(age[counts], return_inverse=True)
    factors = np.array([math.exp2(-each / policy.lost_half_life_days) for each in ages.tolist()])
    left = zeros(len(amount))
    left[counts] = np.rint(amount[counts] * factors[of_age])
    return left


def stand_in(
    columns: Columns, rows: Rows, *, keys: Ints, is_known: Flags, strategic: Flags, calibration: Calibration
) -> Ints:
    """For cells of which the CRM knows no money: what was typed last, up to the cap, else the median of its class."""
    imputed = np.where(strategic, calibration.imputed_strategic, calibration.imputed_standard)
    caps = np.where(strategic, calibration.typed_cap(strategic=True), calibration.typed_cap(strategic=False))
    requests, accounts = columns.requests, columns.accounts
    from_account = ~accounts.verified & accounts.has_arr
    said = np.flatnonzero(requests.has_typed[rows.which] | from_account[rows.account])
    cells = np.searchsorted(keys, rows.key[said])
    said, cells = said[~is_known[cells]], cells[~is_known[cells]]
    typed = _typed(columns, rows, said, calibration=calibration)
    days = requests.day[rows.which[said]]
    latest: dict[int, tuple[int, int]] = {}
    for cell, day, amount in zip(cells.tolist(), days.tolist(), typed.tolist(), strict=True):
        if amount >= 0:
            latest[cell] = max(latest.get(cell, (day, -amount)), (day, -amount))
    for cell, (_, amount) in latest.items():
        imputed[cell] = min(-amount, caps[cell])
    return imputed


def _typed(columns: Columns, rows: Rows, said: Ints, *, calibration: Calibration) -> Ints:
    """What each of these requests, or else its unverified account, says."""
    requests, accounts = columns.requests, columns.accounts
    which, account = rows.which[said], rows.account[said]
    by_hand = requests.has_typed[which]
    return cents(
        np.where(by_hand, requests.typed[which], accounts.arr[account]),
        currency=np.where(by_hand, requests.currency[which], accounts.currency[account]),
        where=marked(np.arange(len(which)), size=len(which)),
        columns=columns,
        currencies=calibration.currencies,
    )
