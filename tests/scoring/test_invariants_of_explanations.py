"""What must hold for any portfolio whatever: the parts make the whole.

The numbers are those of the invariants in the definition of the ranking.
"""

import math
from fractions import Fraction

from hypothesis import given

from scoring import (
    Calibration,
    Portfolio,
    explain,
)
from tests.scoring.reading import ranked
from tests.scoring.worlds import calibrations, portfolios


class TestExplanations:
    @given(portfolios(), calibrations)
    def test_18_the_lines_multiply_to_the_score_and_the_families_add_up_to_the_money(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        ranking = ranked(portfolio, calibration)
        for entry in ranking:
            explanation = explain(ranking, entry.gap_id)
            product = math.prod(line.multiplier for line in explanation.lines)
            assert round(100 * product, 6) == entry.score == explanation.score
            assert sum((family.counted for family in explanation.families), Fraction(0)) == entry.metrics.impacted_arr
            assert sum(family.gross for family in explanation.families) == explanation.totals.gross_arr
            assert all(family.counted <= family.exposure <= family.gross for family in explanation.families)
            for neighbour in (explanation.vs_above, explanation.vs_below):
                if neighbour:
                    assert math.isclose(neighbour.ratio, entry.score / neighbour.score, rel_tol=1e-6)
                    assert math.isclose(math.prod(neighbour.per_metric_ratio), neighbour.ratio)

    @given(portfolios(), calibrations)
    def test_a_metric_s_place_counts_how_many_gaps_have_more_of_it(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        ranking = ranked(portfolio, calibration)
        for entry in ranking:
            for index, line in enumerate(explain(ranking, entry.gap_id).lines):
                ordered = sorted((other.metrics.values[index] for other in ranking), reverse=True)
                assert ordered[line.rank - 1] == line.value
                assert line.rank == 1 or ordered[line.rank - 2] > line.value
