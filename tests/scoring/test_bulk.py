"""The ranking on arrays gives what the plain one gives: every place, score and metric."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import (
    MODELS,
    Calibration,
    Gap,
    Health,
    Policy,
    Portfolio,
    UnknownCurrency,
    UnknownModel,
    rank,
)
from scoring.bulk import BulkRanking, Columns, rank_columns
from scoring.bulk.cells import TooLarge
from tests.scoring.book_portfolio import DAY as BOOK_DAY
from tests.scoring.book_portfolio import currencies_of, portfolio_of, the_book
from tests.scoring.worlds import (
    CALIBRATION,
    DAY,
    GAP_IDS,
    K,
    account,
    calibrations,
    deal,
    portfolios,
    request,
    world,
)


def worlds() -> st.SearchStrategy[Portfolio]:
    """Portfolios with everything that any model looks at; one draw decides the rest of the fields."""
    return st.builds(_livened, portfolios(), st.integers(0, 10**6))


def _livened(found: Portfolio, seed: int) -> Portfolio:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets
    days = [None, *(DAY + timedelta(days=shift) for shift in (-40, 30, 200, 400, 600))]
    return replace(
        found,
        accounts=tuple(
            replace(row, health=chance.choice([None, *Health]), renewal=chance.choice(days)) for row in found.accounts
        ),
        opportunities=tuple(
            replace(
                row,
                probability=chance.choice([None, Fraction(chance.randrange(101), 100)]),
                account=chance.choice([row.account, row.account, "nobody", "none"]),
            )
            for row in found.opportunities
        ),
        gaps=tuple(
            replace(row, duration_months=chance.choice([None, Fraction(0), Fraction(chance.randrange(1, 50), 7)]))
            for row in found.gaps
        ),
    )


def agrees(portfolio: Portfolio, calibration: Calibration, *, model: str, as_of: date = DAY) -> BulkRanking:
    plain = rank(portfolio, calibration, as_of=as_of, model=model)
    quick = rank_columns(Columns.of(portfolio), calibration, as_of=as_of, model=model)
    found = [(quick.gap_ids[gap], score) for gap, score in zip(quick.order, quick.scores, strict=True)]
    assert found == [(entry.gap_id, entry.score) for entry in plain]
    assert quick.needs_estimate == plain.needs_estimate
    assert [quick.measured.metrics(gap) for gap in quick.order] == [entry.metrics for entry in plain]
    return quick


class TestAgreement:
    @pytest.mark.parametrize("model", MODELS)
    @given(portfolio=worlds(), calibration=calibrations)
    def test_with_the_plain_ranking_on_any_portfolio(
        self, model: str, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        agrees(portfolio, calibration, model=model)

    @pytest.mark.parametrize("model", MODELS)
    def test_on_the_book(self, model: str) -> None:
        book = the_book()
        quick = agrees(portfolio_of(book), replace(CALIBRATION, currencies=currencies_of(book)), model=model, as_of=BOOK_DAY)  # fmt: skip  # noqa: E501
        assert len(quick) + len(quick.needs_estimate) > 20

    @pytest.mark.parametrize(
        "policy",
        [
            Policy(balance=1.0),
            Policy(weights=(0.25, 0.25, 0.3, 0.2), p0_permille=900, p1_permille=600, nice_permille=300),
            Policy(owner_kappa=Fraction(2, 7), half_life_days=90, lost_half_life_days=50, lost_max_days=100),
            Policy(typed_cap=500 * K, stale_open_days=0, p0_prior_strength=3),
        ],
        ids=["balance", "weights", "kappa", "caps"],
    )
    @settings(max_examples=5)
    @given(portfolio=worlds())
    def test_under_other_policies(self, policy: Policy, portfolio: Portfolio) -> None:
        for model in ("composite", "rank_fusion", "cd3"):
            agrees(portfolio, CALIBRATION.with_policy(policy), model=model)

    @pytest.mark.parametrize("model", MODELS)
    def test_where_everything_is_equal(self, model: str) -> None:
        gaps = [f"g{number}" for number in range(12)]
        portfolio = world(
            gaps=(*gaps, "x1", "x0"),
            accounts=(account("A"), account("B", owner="r2")),
            requests=tuple(
                request(f"{gap}{key}", key, gap=gap, days_ago=number % 2, priority=priority)
                for number, gap in enumerate(gaps)
                for key, priority in (("A", "P0"), ("B", "P1"))
            ),
        )
        agrees(portfolio, CALIBRATION, model=model)
        estimated = replace(portfolio, gaps=tuple(replace(gap, duration_months=Fraction(3)) for gap in portfolio.gaps))
        agrees(estimated, CALIBRATION, model=model)

    def test_where_a_score_lies_between_two(self) -> None:
        """331.8433125 in a float is a little more than it says; numpy's own rounding does not look that closely."""
        gap = Gap(id="g1", duration_months=Fraction(26, 7))
        found = world(accounts=(account("A", arr=None),), requests=(request("s", "A", days_ago=397),))
        quick = agrees(replace(found, gaps=(gap,)), CALIBRATION, model="cd3")
        assert quick.scores == [331.843313]

    def test_on_what_people_said_of_rice(self) -> None:
        gaps = (
            Gap(id="g1", duration_months=Fraction(1)),
            Gap(id="g2", duration_months=Fraction(1), reach=Decimal("0.5")),
            Gap(id="g3", duration_months=Fraction(1), impact=Decimal(3), confidence=Decimal("0.8")),
            Gap(id="g4", confidence=Decimal(1)),
        )
        asked = tuple(request(gap.id, "A", gap=gap.id, priority="NICE") for gap in gaps)
        found = world(accounts=(account("A"),), requests=asked)
        quick = agrees(replace(found, gaps=gaps), CALIBRATION, model="rice")
        assert [quick.gap_ids[gap] for gap in quick.order] == ["g3", "g1", "g2"]

    @pytest.mark.parametrize("model", MODELS)
    def test_on_nothing(self, model: str) -> None:
        assert len(agrees(Portfolio(), CALIBRATION, model=model)) == 0
        assert len(agrees(world(gaps=GAP_IDS), CALIBRATION, model=model)) in {0, 3}


class TestRefusals:
    def test_a_model_nobody_ships(self) -> None:
        with pytest.raises(UnknownModel):
            rank_columns(Columns.of(Portfolio()), CALIBRATION, as_of=DAY, model="horoscope")

    def test_money_without_a_rate(self) -> None:
        columns = Columns.of(world(accounts=(account("A", currency="GBP"),)))
        with pytest.raises(UnknownCurrency, match="GBP"):
            rank_columns(columns, CALIBRATION, as_of=DAY)

    @pytest.mark.parametrize(
        "changes", [{"family_cap": 10**18}, {"policy": Policy(owner_keeps=2)}], ids=["too much money", "two largest"]
    )
    def test_what_only_the_plain_ranking_takes(self, changes: dict[str, Any]) -> None:
        portfolio = world(accounts=(account("A", arr=10**15),), requests=(request("s", "A"),))
        with pytest.raises(TooLarge):
            rank_columns(Columns.of(portfolio), replace(CALIBRATION, **changes), as_of=DAY)

    def test_a_deal_nobody_links_needs_no_rate(self) -> None:
        stray = replace(deal("o", "A", amount=5), currency="GBP")
        portfolio = world(accounts=(account("A"),), deals=(stray,), requests=(request("s", "A"),))
        agrees(portfolio, CALIBRATION, model="composite")
