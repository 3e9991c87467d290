"""An order made by the plain ranking, for money that the columns' 64 bits do not hold: a list in yen gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from scoring.bulk.cells import TooLarge
from scoring.bulk.columns import Columns, Ints
from scoring.bulk.metrics import Measured
from scoring.live.order import Order, Scored, places_of
from scoring.live.rows import Changed
from scoring.metrics import Metrics
from scoring.ranking import Ranking


@dataclass(frozen=True, kw_only=True)
class PlainOrder(Order):
    """Answers like any order, and follows nothing: after a change it is made anew."""

    known: Mapping[int, Metrics]

    def followed(self, changed: Changed) -> Order:  # noqa: ARG002  nothing is followed
        raise TooLarge("money")

    def instead(
        self,
        own: Columns,  # noqa: ARG002
        *,
        at: Ints,  # noqa: ARG002
        moved_to: Ints | None = None,  # noqa: ARG002
        to: Columns | None = None,  # noqa: ARG002
    ) -> Order:
        raise TooLarge("money")

    def metrics(self, gap: int) -> Metrics:
        return self.known[gap]

    def place_in_metrics(self, gap: int) -> tuple[int, int, int, int]:
        ranked, mine = [self.known[one].values for one in self.order.tolist()], self.known[gap].values
        one, two, three, four = (1 + sum(other[at] > mine[at] for other in ranked) for at in range(4))
        return one, two, three, four

    def fused(self, gap: int) -> tuple[Fraction, ...] | None:  # noqa: ARG002
        return None


def plain_order(ranking: Ranking, *, gap_ids: tuple[str, ...]) -> Order:
    """The order of a ranking, by the numbers of these gaps."""
    numbers = {gap_id: number for number, gap_id in enumerate(gap_ids)}
    gaps = len(gap_ids)
    order = np.array([numbers[entry.gap_id] for entry in ranking], dtype=np.int64)
    scores, families = np.zeros(gaps), np.zeros(gaps, dtype=np.int64)
    first_asked = np.full(gaps, date.max.toordinal())
    for gap, entry in zip(order.tolist(), ranking, strict=True):
        scores[gap], families[gap] = entry.score, len(entry.evidence.cells)
        if entry.evidence.first_asked:
            first_asked[gap] = entry.evidence.first_asked.toordinal()
    for waiting in ranking.needs_estimate:
        # Whether anybody asks is all that is looked at where there is no place.
        families[numbers[waiting.gap_id]] = waiting.monthly_cost > 0
    nothing, is_ranked = np.zeros(gaps, dtype=np.int64), np.zeros(gaps, dtype=bool)
    is_ranked[order] = True
    return PlainOrder(
        model=ranking.model,
        calibration=ranking.calibration,
        as_of=ranking.as_of,
        gap_ids=gap_ids,
        order=order,
        places=places_of(order, gaps=gaps),
        waiting=ranking.needs_estimate,
        scored=Scored(
            is_ranked=is_ranked,
            scores=scores,
            keys=scores,
            money=nothing,
            strategic=nothing,
            heads=nothing,
            p0=nothing,
            first_asked=first_asked,
            families=families,
        ),
        units=Measured(
            money=nothing,
            heads=nothing,
            strategic=nothing,
            p0=nothing,
            money_top=1,
            money_bottom=1,
            head_units=1,
            prior_strength=ranking.calibration.policy.p0_prior_strength,
            prior=ranking.calibration.p0_prior,
        ),
        known={numbers[entry.gap_id]: entry.metrics for entry in ranking},
    )
