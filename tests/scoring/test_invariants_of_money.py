"""What must hold for any portfolio whatever: money in, money counted.

The numbers are those of the invariants in the definition of the ranking.
"""

import math
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.words import OpportunityKind, OpportunityStage
from scoring import (
    Account,
    Calibration,
    Currencies,
    Opportunity,
    Portfolio,
    Reference,
)
from scoring.evidence import gather
from scoring.metrics import money_shares, weighted_money
from tests.scoring import worlds
from tests.scoring.reading import changing_requests, ranked, results, scores
from tests.scoring.worlds import ACCOUNT_IDS, CALIBRATION, DAY, K, calibrations, known_portfolios, portfolios


class TestMoney:
    @given(known_portfolios(), calibrations, st.sampled_from(ACCOUNT_IDS), st.integers(1, 5_000 * K))
    def test_07_more_arr_never_lowers_its_gaps_and_moves_no_others(
        self, portfolio: Portfolio, calibration: Calibration, richer: str, more: int
    ) -> None:
        raised = replace(
            portfolio,
            accounts=tuple(
                replace(each, arr=(each.arr or 0) + more) if each.id == richer else each for each in portfolio.accounts
            ),
        )
        before, after = ranked(portfolio, calibration), ranked(raised, calibration)
        touched = set()
        for old in before:
            new = after[old.gap_id].metrics
            assert new.impacted_arr >= old.metrics.impacted_arr
            assert new.strategic_arr >= old.metrics.strategic_arr
            assert (new.accounts, new.p0_strength) == (old.metrics.accounts, old.metrics.p0_strength)
            if new != old.metrics:
                touched.add(old.gap_id)
        assert scores(before, without=touched) == scores(after, without=touched)

    @given(
        portfolios(arr=st.none() | st.integers(0, 10_000 * K).map(lambda half: 2 * half)), st.sampled_from(ACCOUNT_IDS)
    )
    def test_09_stating_money_in_another_currency_at_the_exact_rate_changes_nothing(
        self, portfolio: Portfolio, restated: str
    ) -> None:
        rates = Currencies("USD", {**CALIBRATION.currencies.rates, "DBL": Fraction(2)})
        calibration = replace(CALIBRATION, currencies=rates)

        def in_currency(code: str, *, divisor: int) -> Portfolio:
            def restate(account: Account) -> Account:
                arr = None if account.arr is None else account.arr // divisor
                return replace(account, currency=code, arr=arr) if account.id == restated else account

            return replace(portfolio, accounts=tuple(restate(each) for each in portfolio.accounts))

        plain, doubled = in_currency("USD", divisor=1), in_currency("DBL", divisor=2)
        assert repr(results(ranked(plain, calibration))) == repr(results(ranked(doubled, calibration)))

    @given(portfolios(), st.sampled_from((2, 10, 1000)))
    def test_10_scaling_all_money_and_the_reference_points_leaves_the_scores(
        self, portfolio: Portfolio, factor: int
    ) -> None:
        rates = Currencies("USD", {code: rate * (factor if code != "USD" else 1) for code, rate in CALIBRATION.currencies.rates.items()})  # fmt: skip  # noqa: E501
        one, two, three, four = CALIBRATION.references
        scaled = replace(
            CALIBRATION,
            currencies=rates,
            references=(
                Reference(one.middle * factor, one.high * factor), two,
                Reference(three.middle * factor, three.high * factor), four,
            ),
            family_cap=CALIBRATION.family_cap * factor,
            imputed_standard=CALIBRATION.imputed_standard * factor,
            imputed_strategic=CALIBRATION.imputed_strategic * factor,
        )  # fmt: skip
        foreign = _all_in_euro(portfolio)
        before = ranked(foreign)
        after = ranked(foreign, scaled)
        for entry in before:
            # Cents are whole, so a lost deal and a conversion may be off by half a cent.
            assert math.isclose(after[entry.gap_id].score, entry.score, abs_tol=2e-5)

    @given(portfolios(), calibrations)
    def test_12_nobody_exceeds_the_caps_and_the_largest_account_always_counts(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        kappa = calibration.policy.owner_kappa
        for gap in gather(portfolio, calibration=calibration, as_of=DAY).gaps:
            assert all(cell.exposure <= calibration.family_cap for cell in gap.cells)
            values = [(cell.owner, weighted_money(cell, calibration=calibration)) for cell in gap.cells]
            shares = money_shares(gap.cells, calibration=calibration)
            assert sum(shares.counted.values()) >= max((value for _, value in values), default=0) * shares.scale
            if not calibration.owner_cap_on:
                assert shares.counted == shares.total
                continue
            for owner, counted in shares.counted.items():
                largest = max(value for whose, value in values if whose == owner)
                others = sum(value for whose, value in values if whose != owner)
                assert Fraction(counted, shares.scale) <= max(largest, kappa * others)

    @given(known_portfolios(), calibrations, st.data())
    def test_13_a_customer_s_renewal_in_the_crm_changes_nothing(
        self, portfolio: Portfolio, calibration: Calibration, data: st.DataObject
    ) -> None:
        free = [each for each in portfolio.requests if each.opportunity is None]
        if not free:
            return
        chosen = data.draw(st.sampled_from(free))
        renewal = Opportunity(
            id="renewal",
            account=chosen.account,
            kind=OpportunityKind.RENEWAL,
            stage=OpportunityStage.OPEN,
            amount=data.draw(worlds.maybe_money),
            close=data.draw(worlds.nearby_days),
        )
        linked = changing_requests(
            portfolio, lambda each: replace(each, opportunity="renewal") if each == chosen else each
        )
        linked = replace(linked, opportunities=(*portfolio.opportunities, renewal))
        assert results(ranked(linked, calibration)) == results(ranked(portfolio, calibration))

    @given(portfolios(), calibrations)
    def test_17_unknown_money_is_imputed_and_says_so_and_a_zero_is_a_zero(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        for gap in gather(portfolio, calibration=calibration, as_of=DAY).gaps:
            for cell in gap.cells:
                flags = set(cell.flags) & {"imputed", "typed"}
                assert flags == (set() if cell.money.basis.value == "crm" else {cell.money.basis.value})
                if cell.money.basis.value == "imputed":
                    assert cell.money.gross == calibration.imputed(strategic=cell.strategic)
                if cell.money.basis.value == "typed":
                    assert cell.money.gross <= calibration.imputed(strategic=cell.strategic)

        zeroes = replace(
            portfolio,
            accounts=tuple(replace(each, arr=0, verified=True) for each in portfolio.accounts),
            opportunities=(),
        )
        assert all(not entry.metrics.impacted_arr for entry in ranked(zeroes, calibration))

    @given(portfolios(typed=False), worlds.money)
    def test_typing_a_figure_never_beats_saying_nothing(self, portfolio: Portfolio, typed: int) -> None:
        portfolio = replace(portfolio, accounts=tuple(replace(each, verified=True) for each in portfolio.accounts))
        silent = ranked(portfolio)
        boasting = ranked(changing_requests(portfolio, lambda each: replace(each, typed_arr=typed)))
        for entry in silent:
            assert boasting[entry.gap_id].metrics.impacted_arr <= entry.metrics.impacted_arr


def _all_in_euro(portfolio: Portfolio) -> Portfolio:
    return Portfolio(
        accounts=tuple(replace(each, currency="EUR") for each in portfolio.accounts),
        opportunities=tuple(replace(each, currency="EUR") for each in portfolio.opportunities),
        gaps=portfolio.gaps,
        requests=tuple(replace(each, typed_currency="EUR") for each in portfolio.requests),
    )
