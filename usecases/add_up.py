"""Add up several gaps as if they were one: each account and each deal counts once, however many gaps it asks for."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from domain.money import ExchangeRates, Money
from scoring import Gap, Ranking
from scoring.evidence import gather
from scoring.lineage import trace
from scoring.metrics import total
from storage.portfolio import PortfolioRows
from usecases.live_portfolio import as_portfolio

_ALL_OF_THEM = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What some gaps are worth together."""

    accounts: int
    p0_accounts: int
    arr: Money

    def share_of(self, whole: "Sum") -> float:
        """The part of the whole's money, between 0 and 1."""
        return self.arr.minor / whole.arr.minor if whole.arr.minor else 1.0


def add_up(rows: PortfolioRows, *, rates: ExchangeRates, ranking: Ranking, gap_ids: AbstractSet[str]) -> Sum:
    """Treat all requests for these gaps as requests for one, which is what counts each account and deal once."""
    lives_as = _lives_as(rows)
    known = as_portfolio(
        replace(rows, gaps=[], requests=[row for row in rows.requests if lives_as[str(row.gap_id)] in gap_ids]), rates
    )
    one = replace(
        known,
        gaps=(Gap(id=_ALL_OF_THEM),),
        requests=tuple(replace(request, gap=_ALL_OF_THEM) for request in known.requests),
    )
    (together,) = gather(one, calibration=ranking.calibration, as_of=ranking.as_of).gaps
    totals = total(together)
    return Sum(
        accounts=totals.accounts,
        p0_accounts=totals.p0_accounts,
        arr=Money(minor=totals.gross_arr, currency=rates.reporting),
    )


def _lives_as(rows: PortfolioRows) -> Mapping[str, str]:
    """Where each gap's requests count since it was merged."""
    return trace(
        {str(row.id): None if row.merged_into_id is None else str(row.merged_into_id) for row in rows.gaps}
    ).root_of
