"""What gaps add up to before any weight, age or cap: each by itself, or several as if they were one."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from scoring.bulk import Columns
from scoring.bulk.cells import Cells, condense
from scoring.bulk.columns import NOBODY, Ints
from scoring.calibration import Calibration
from scoring.live.rows import narrowed

_NO_CAP = 10**18
_P0 = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What some gaps, or one, add up to. Money in cents; `guessed_accounts` have money that the CRM does not know."""

    gross_arr: int
    accounts: int
    strategic_accounts: int
    p0_accounts: int
    guessed_accounts: int


def totals(columns: Columns, gaps: Ints, *, calibration: Calibration, as_of: date) -> dict[int, Whole]:
    """Each gap by itself, by its number; give only those that are shown."""
    ordered = np.sort(gaps)
    cells = _uncapped(narrowed(columns, ordered), calibration=calibration, as_of=as_of)
    return {gap: _whole(cells, np.flatnonzero(cells.gap == at)) for at, gap in enumerate(ordered.tolist())}


def add_up(columns: Columns, gaps: Ints, *, calibration: Calibration, as_of: date) -> Whole:
    """All requests for these gaps as requests for one, which counts each account and each deal once."""
    wanted = np.zeros(len(columns.gap_ids) + 1, dtype=bool)
    wanted[gaps] = True
    together = replace(
        columns,
        gap_ids=("all",),
        is_ranked=np.ones(1, dtype=bool),
        estimate=np.full(1, NOBODY),
        requests=replace(columns.requests, gap=np.where(wanted[columns.requests.gap], 0, NOBODY)),
    )
    cells = _uncapped(together, calibration=calibration, as_of=as_of)
    return _whole(cells, np.arange(len(cells.gap)))


def ordering(columns: Columns, *, calibration: Calibration, as_of: date) -> tuple[Ints, Ints, Ints, Ints]:
    """By gap: cents, accounts, P0s, and the day it was first asked for, to sort a list by."""
    cells = _uncapped(columns, calibration=calibration, as_of=as_of)
    gaps = len(columns.gap_ids)
    cents = np.zeros(gaps, dtype=np.int64)
    np.add.at(cents, cells.gap, cells.exposure)
    p0 = np.bincount(cells.gap[cells.severity == _P0], minlength=gaps)
    return cents, np.bincount(cells.gap, minlength=gaps), p0, cells.first_asked


def _uncapped(columns: Columns, *, calibration: Calibration, as_of: date) -> Cells:
    return condense(columns, calibration=replace(calibration, family_cap=_NO_CAP), as_of=as_of)


def _whole(cells: Cells, which: Ints) -> Whole:
    return Whole(
        gross_arr=int(cells.exposure[which].sum()),
        accounts=len(which),
        strategic_accounts=int(cells.strategic[which].sum()),
        p0_accounts=int((cells.severity[which] == _P0).sum()),
        guessed_accounts=int((~cells.is_known[which]).sum()),
    )
