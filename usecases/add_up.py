"""Add up several gaps as if they were one: each account and each deal counts once, however many gaps it asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from domain.money import Money
from scoring import Gap, Portfolio, Ranking
from scoring.evidence import gather
from scoring.metrics import total

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


def add_up(portfolio: Portfolio, *, lives_as: Mapping[str, str], ranking: Ranking, gap_ids: Collection[str]) -> Sum:
    """Treat all requests for these gaps as requests for one, which is what counts each account and deal once.

    `lives_as` tells where each gap's requests count since it was merged.
    """
    wanted = frozenset(gap_ids)
    together = replace(
        portfolio,
        gaps=(Gap(id=_ALL_OF_THEM),),
        requests=tuple(
            replace(request, gap=_ALL_OF_THEM) for request in portfolio.requests if lives_as[request.gap] in wanted
        ),
    )
    (one,) = gather(together, calibration=ranking.calibration, as_of=ranking.as_of).gaps
    totals = total(one)
    return Sum(
        accounts=totals.accounts,
        p0_accounts=totals.p0_accounts,
        arr=Money(minor=totals.gross_arr, currency=ranking.calibration.currencies.reporting),
    )
