"""The requests that count, and the parts of families that they speak for."""

from dataclasses import dataclass

import numpy as np

from scoring.bulk.columns import Columns, Flags, Ints
from scoring.bulk.packing import Runs, bits, low_part, packed, starts_of, unique, zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The requests that count, by their number; each one's account, and the key of its cell: gap and family packed."""

    which: Ints
    key: Ints
    account: Ints


class Spans:
    """The asking accounts' sub-trees. Two are one inside the other or apart: those inside others are left out.

    `enter` and `leave` are places in the accounts' pre-order, `cell` is the number of the cell that asks.
    """

    def __init__(self, columns: Columns, rows: Rows) -> None:
        accounts = columns.accounts
        enter_bits = bits(len(accounts.family))
        found = unique(packed(rows.key, accounts.enter[rows.account], low_bits=enter_bits))
        key, enter = found >> enter_bits, low_part(found, low_bits=enter_bits)
        first = zeros(len(key))
        first[starts_of(key)[1:]] = 1
        cell = np.cumsum(first)
        leave_at = zeros(len(accounts.family) + 1)
        leave_at[accounts.enter] = accounts.leave
        leave = leave_at[enter]
        apart = _apart(cell, enter, leave, place_bits=enter_bits)
        self._preorder = accounts.preorder
        self.cell, self.enter, self.leave = cell[apart], enter[apart], leave[apart]
        self._by_cell = Runs(self.cell)
        self.cells = len(self._by_cell.keys)

    def sums(self, values: Ints | Flags) -> Ints:
        """Add up the accounts' values over each cell's sub-trees."""
        upto = np.r_[0, np.cumsum(values[self._preorder])]
        return self._by_cell.sums(upto[self.leave] - upto[self.enter], groups=self.cells)


def _apart(cell: Ints, enter: Ints, leave: Ints, *, place_bits: int) -> Ints:
    """The numbers of the sub-trees that are not inside one before them of the same cell."""
    reach = np.maximum.accumulate(cell << place_bits | leave)
    inside = (cell[1:] == cell[:-1]) & ((cell[1:] << place_bits | enter[1:]) < reach[:-1])
    return np.flatnonzero(np.r_[True, ~inside]) if len(cell) else cell
