"""What several gaps are worth together, each account and each deal counted once."""

from dataclasses import dataclass

from domain.money import Money
from scoring.bulk import Columns
from scoring.bulk.columns import Ints
from scoring.live import Order, add_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What some gaps are worth together."""

    accounts: int
    p0_accounts: int
    arr: Money

    def share_of(self, whole: "Sum") -> float:
        """The part of the whole's money, between 0 and 1."""
        return self.arr.minor / whole.arr.minor if whole.arr.minor else 1.0


def sum_of(columns: Columns, gaps: Ints, *, order: Order) -> Sum:
    """Treat all requests for these gaps as requests for one."""
    found = add_up(columns, gaps, calibration=order.calibration, as_of=order.as_of)
    return Sum(
        accounts=found.accounts,
        p0_accounts=found.p0_accounts,
        arr=Money(minor=found.gross_arr, currency=order.calibration.currencies.reporting),
    )
