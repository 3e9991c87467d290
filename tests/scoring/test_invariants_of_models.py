"""What must hold for any portfolio whatever: the other models, fading money, sub-trees and dates.

The numbers are those of the invariants in the definition of the ranking. Number 20, the rule of the Top 10, is tested
with that rule.
"""

import math
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.words import AccountKind
from scoring import Calibration, Portfolio, explain, rank
from scoring.evidence import gather
from scoring.rank_fusion import wilson
from scoring.rice import banded
from tests.scoring.reading import ranked
from tests.scoring.worlds import (
    ACCOUNT_IDS,
    CALIBRATION,
    DAY,
    GAP_IDS,
    K,
    account,
    calibrations,
    deal,
    known_portfolios,
    portfolios,
    request,
    world,
)

BALANCES = (1.0, 0.5, -1.0, -3.0)


def with_months(portfolio: Portfolio, months: Fraction, *, gap: str | None = None) -> Portfolio:
    return replace(
        portfolio,
        gaps=tuple(
            replace(each, duration_months=months) if gap in {None, each.id} else each for each in portfolio.gaps
        ),
    )


class TestEveryBalance:
    @pytest.mark.parametrize("balance", BALANCES)
    @settings(max_examples=10)
    @given(portfolio=portfolios(), calibration=calibrations)
    def test_18_the_multipliers_make_the_score_whatever_the_balance(
        self, balance: float, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        tilted = calibration.with_policy(replace(calibration.policy, balance=balance))
        ranking = ranked(portfolio, tilted)
        for entry in ranking:
            explanation = explain(ranking, entry.gap_id)
            assert round(100 * math.prod(line.multiplier for line in explanation.lines), 6) == entry.score
            lifted = [0.1 + 0.9 * line.sub_score for line in explanation.lines]
            mean = sum(line.weight * each**balance for line, each in zip(explanation.lines, lifted, strict=True))
            assert entry.score == pytest.approx(100 * mean ** (1 / balance), abs=1e-6)

    @pytest.mark.parametrize("balance", BALANCES)
    @settings(max_examples=10)
    @given(portfolio=portfolios())
    def test_02_only_nothing_scores_the_floor_whatever_the_balance(self, balance: float, portfolio: Portfolio) -> None:
        tilted = CALIBRATION.with_policy(replace(CALIBRATION.policy, balance=balance))
        for entry in ranked(portfolio, tilted):
            assert entry.score >= 10
            assert (entry.score == 10) == (not any(entry.metrics.values))

    @given(portfolios())
    def test_a_kinder_balance_never_scores_less(self, portfolio: Portfolio) -> None:
        """Power means grow with their power."""
        by_balance = [
            ranked(portfolio, CALIBRATION.with_policy(replace(CALIBRATION.policy, balance=balance)))
            for balance in (-1.0, 0.0, 1.0)
        ]
        for entry in by_balance[0]:
            strict, plain, kind = (ranking[entry.gap_id].score for ranking in by_balance)
            assert strict <= plain + 1e-6 <= kind + 2e-6


class TestCostOfDelay:
    @given(portfolios(merged=False), calibrations, st.sampled_from(GAP_IDS), st.fractions(Fraction(1, 4), 24))
    def test_19_halving_the_duration_doubles_the_score_and_without_one_nothing_is_lost(
        self, portfolio: Portfolio, calibration: Calibration, gap: str, months: Fraction
    ) -> None:
        slow, fast = (
            rank(with_months(portfolio, each, gap=gap), calibration, as_of=DAY, model="cd3")
            for each in (months, months / 2)
        )
        assert fast[gap].score == pytest.approx(2 * slow[gap].score, abs=2e-6)
        others = [each.gap_id for each in slow.needs_estimate]
        assert sorted([*others, gap]) == sorted(GAP_IDS)


class TestRankFusion:
    @given(portfolios(), calibrations)
    def test_21_a_gap_that_is_nowhere_behind_is_not_behind(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        entries = list(rank(portfolio, calibration, as_of=DAY, model="rank_fusion"))
        for above in entries:
            for below in entries[above.rank :]:
                assert not all(low > high for low, high in zip(_fused(below), _fused(above), strict=True))

    @given(st.integers(0, 40), st.integers(1, 40))
    def test_25_a_lower_bound_lies_below_the_share_and_rises_with_evidence(self, p0: int, more: int) -> None:
        accounts = p0 + more
        bound = wilson(Fraction(p0), accounts=Fraction(accounts))
        assert 0 <= bound <= Fraction(p0, accounts)
        assert wilson(Fraction(10 * p0), accounts=Fraction(10 * accounts)) >= bound


def _fused(entry: object) -> tuple[Fraction, ...]:
    metrics = entry.metrics  # type: ignore[attr-defined]
    p0 = metrics.p0_strength * (metrics.accounts + 8) - 8 * CALIBRATION.p0_prior if metrics.accounts else Fraction(0)
    return (*metrics.values[:3], wilson(p0, accounts=metrics.accounts))


class TestRice:
    @given(st.integers(1, 200), st.integers(0, 200), st.integers(0, 200))
    def test_21_more_families_and_more_p0s_never_score_less(self, active: int, families: int, p0: int) -> None:
        p0 = min(p0, families)
        one = banded(families=families, p0=p0, active_families=active).product
        assert banded(families=families + 1, p0=p0 + 1, active_families=active).product >= one
        if p0 < families:
            assert banded(families=families, p0=p0 + 1, active_families=active).product >= one


class TestMoneyOverTime:
    @given(st.integers(0, 1000), st.integers(1, 10**9))
    def test_23_lost_deals_fade_by_half_every_182_days_and_end_after_728(self, days: int, amount: int) -> None:
        def lost(ago: int) -> int:
            deals = (deal("o", "A", amount=amount, stage="lost", close=DAY - timedelta(days=ago)),)
            portfolio = world(
                accounts=(account("A", arr=0),), deals=deals, requests=(request("s", "A", opportunity="o"),)
            )
            return gather(portfolio, calibration=CALIBRATION, as_of=DAY).gaps[0].cells[0].money.lost

        assert lost(days + 1) <= lost(days) <= amount
        assert lost(728 + 1 + days) == 0
        if days + 182 <= 728:
            assert abs(2 * lost(days + 182) - lost(days)) <= 1

    @given(st.integers(-900, 900), st.sampled_from(["open", "won"]), st.sampled_from(["new", "expansion", "renewal"]))
    def test_27_an_open_deal_counts_until_90_days_after_its_date_and_a_won_one_never(
        self, overdue: int, stage: str, kind: str
    ) -> None:
        deals = (deal("o", "A", amount=7 * K, stage=stage, kind=kind, close=DAY - timedelta(days=overdue)),)
        portfolio = world(accounts=(account("A"),), deals=deals, requests=(request("s", "A", opportunity="o"),))
        cell = gather(portfolio, calibration=CALIBRATION, as_of=DAY).gaps[0].cells[0]
        counts = stage == "open" and kind != "renewal" and overdue <= 90
        assert cell.money.gross == 100 * K + (7 * K if counts else 0)
        assert ("stale_close_date" in cell.flags) == (stage == "open" and kind != "renewal" and overdue > 90)


class TestSubTrees:
    @given(known_portfolios(), st.sampled_from(ACCOUNT_IDS))
    def test_24_an_account_speaks_for_itself_and_for_what_is_below_it_only(
        self, portfolio: Portfolio, asking: str
    ) -> None:
        alone = replace(portfolio, opportunities=(), requests=(request("s", asking, gap="g1"),))
        below, found = {asking}, True
        while found:
            found = {each.id for each in alone.accounts if each.parent in below} - below
            below |= found
        customers = [each for each in alone.accounts if each.id in below and each.kind is AccountKind.CUSTOMER]
        cells = next(gap for gap in gather(alone, calibration=CALIBRATION, as_of=DAY).gaps if gap.gap == "g1").cells
        if cells:
            cents = CALIBRATION.currencies.cents
            assert cells[0].money.retention == sum(cents(each.arr or 0, currency=each.currency) for each in customers)
