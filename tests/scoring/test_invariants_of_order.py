"""What must hold for any portfolio whatever: the order, the other gaps, and time.

The numbers are those of the invariants in the definition of the ranking.
"""

import itertools
import math
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.words import GapState
from scoring import (
    Calibration,
    Gap,
    Portfolio,
    explain,
    rank,
)
from tests.scoring.reading import adding, ranked, scores
from tests.scoring.worlds import DAY, GAP_IDS, calibrations, portfolios

FLOOR = 10.0


class TestOrder:
    @given(portfolios(), calibrations, st.randoms(use_true_random=False))
    def test_01_no_order_of_any_table_changes_a_byte(self, portfolio: Portfolio, calibration: Calibration, random: object) -> None:  # fmt: skip  # noqa: E501
        def shuffled(rows: tuple[object, ...]) -> tuple[object, ...]:
            mixed = list(rows)
            random.shuffle(mixed)  # type: ignore[attr-defined]
            return tuple(mixed)

        mixed = Portfolio(
            accounts=shuffled(portfolio.accounts),  # type: ignore[arg-type]
            opportunities=shuffled(portfolio.opportunities),  # type: ignore[arg-type]
            gaps=shuffled(portfolio.gaps),  # type: ignore[arg-type]
            requests=shuffled(portfolio.requests),  # type: ignore[arg-type]
        )
        one, other = ranked(portfolio, calibration), ranked(mixed, calibration)
        assert repr(one) == repr(other)
        for entry in one:
            assert repr(explain(one, entry.gap_id)) == repr(explain(other, entry.gap_id))

    @given(portfolios(), calibrations)
    def test_02_ranks_count_from_one_and_only_nothing_scores_the_floor(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        ranking = ranked(portfolio, calibration)
        assert [entry.rank for entry in ranking] == list(range(1, len(ranking) + 1))
        assert len({entry.gap_id for entry in ranking}) == len(ranking)
        for entry in ranking:
            assert math.isfinite(entry.score)
            assert entry.score >= FLOOR
            assert (entry.score == FLOOR) == (not any(entry.metrics.values))

    @given(portfolios(), calibrations)
    def test_11_a_gap_that_is_nowhere_less_and_somewhere_more_ranks_above(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        entries = ranked(portfolio, calibration).entries
        for above in entries:
            for below in entries[above.rank :]:
                pairs = list(zip(below.metrics.values, above.metrics.values, strict=True))
                assert not (all(low >= high for low, high in pairs) and any(low > high for low, high in pairs))

    @given(portfolios())
    def test_equal_scores_go_to_the_one_asked_for_first_and_then_to_the_smaller_id(self, portfolio: Portfolio) -> None:
        entries = ranked(portfolio).entries
        for above, below in itertools.pairwise(entries):
            assert above.score >= below.score
            if above.metrics == below.metrics:
                first = (above.evidence.first_asked, above.gap_id)
                second = (below.evidence.first_asked, below.gap_id)
                assert second[0] is None or (first[0] is not None and first < second)


class TestOtherGaps:
    @given(portfolios(merged=False), calibrations, st.sampled_from(GAP_IDS), st.data())
    def test_08_removing_cloning_or_adding_a_gap_changes_no_other_score(
        self, portfolio: Portfolio, calibration: Calibration, gap: str, data: st.DataObject
    ) -> None:
        before = ranked(portfolio, calibration)
        removed = replace(
            portfolio,
            gaps=tuple(each for each in portfolio.gaps if each.id != gap),
            requests=tuple(each for each in portfolio.requests if each.gap != gap),
        )
        assert scores(ranked(removed, calibration)) == scores(before, without={gap})

        copies = tuple(
            replace(each, id=f"copy of {each.id}", gap="clone") for each in portfolio.requests if each.gap == gap
        )
        state = data.draw(st.sampled_from([each for each in GapState if each.is_open]))
        cloned = adding(replace(portfolio, gaps=(*portfolio.gaps, Gap(id="clone", state=state))), *copies)
        after = ranked(cloned, calibration)
        assert scores(after, without={"clone"}) == scores(before)
        assert after["clone"].metrics == after[gap].metrics

    @given(portfolios(merged=False), calibrations, st.sampled_from(GAP_IDS), st.sampled_from(GapState))
    def test_22_closing_a_gap_removes_it_and_changes_nothing_else(
        self, portfolio: Portfolio, calibration: Calibration, gap: str, state: GapState
    ) -> None:
        moved = replace(
            portfolio, gaps=tuple(replace(each, state=state) if each.id == gap else each for each in portfolio.gaps)
        )
        gone = () if state.is_open else {gap}
        assert scores(ranked(moved, calibration)) == scores(ranked(portfolio, calibration), without=gone)
        assert (gap in ranked(moved, calibration)) == state.is_open


class TestTime:
    @given(portfolios(), calibrations, st.integers(0, 1500))
    def test_14_with_nothing_new_time_never_raises_what_is_counted(
        self, portfolio: Portfolio, calibration: Calibration, later: int
    ) -> None:
        now = ranked(portfolio, calibration)
        then = rank(portfolio, calibration, as_of=DAY + timedelta(days=later))
        for entry in now:
            aged = then[entry.gap_id].metrics
            assert aged.impacted_arr <= entry.metrics.impacted_arr
            assert aged.accounts <= entry.metrics.accounts
            assert aged.strategic_arr <= entry.metrics.strategic_arr
