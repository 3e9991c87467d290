"""The models beside the composite: each worked out by hand once, and what each promises."""

import math
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import AccountKind, Priority
from scoring import Account, Calibration, Gap, Health, Portfolio, Ranking, Request, explain, rank
from scoring.evidence import gather
from scoring.explanation import NotExplained
from scoring.model_input import ModelInput
from scoring.rank_fusion import wilson
from scoring.ranking import MODELS
from scoring.rice import Suggestion, suggest
from scoring.urgency import growth_urgency, months_after, retention_urgency
from tests.scoring.worlds import CALIBRATION, DAY, K, account, calibrations, deal, portfolios, request, world


def ranked(portfolio: Portfolio, model: str, calibration: Calibration = CALIBRATION) -> Ranking:
    return rank(portfolio, calibration, as_of=DAY, model=model)


def with_effort(portfolio: Portfolio, **months: float) -> Portfolio:
    """Give gaps their months; the others stay without."""
    return replace(
        portfolio,
        gaps=tuple(
            replace(gap, duration_months=Fraction(str(months[gap.id])) if gap.id in months else None)
            for gap in portfolio.gaps
        ),
    )


class TestEveryModel:
    @pytest.mark.parametrize("model", MODELS)
    @given(portfolio=portfolios(), calibration=calibrations, months=st.lists(st.none() | st.fractions(0, 9), min_size=3, max_size=3))  # fmt: skip  # noqa: E501
    def test_places_or_lists_every_open_gap_in_any_input_order(
        self, model: str, portfolio: Portfolio, calibration: Calibration, months: list[Fraction | None]
    ) -> None:
        gaps = tuple(replace(gap, duration_months=each) for gap, each in zip(portfolio.gaps, months, strict=True))
        portfolio = replace(portfolio, gaps=gaps)
        backwards = Portfolio(
            accounts=portfolio.accounts[::-1],
            opportunities=portfolio.opportunities[::-1],
            gaps=portfolio.gaps[::-1],
            requests=portfolio.requests[::-1],
        )
        one, other = ranked(portfolio, model, calibration), ranked(backwards, model, calibration)
        assert repr(one) == repr(other)
        shown = [entry.gap_id for entry in one] + [gap.gap_id for gap in one.needs_estimate]
        assert sorted(shown) == sorted(gap.gap for gap in gather(portfolio, calibration=calibration, as_of=DAY).gaps)
        assert all(math.isfinite(entry.score) and entry.score >= 0 for entry in one)
        found = [entry.score for entry in one]
        assert found == sorted(found, reverse=True)

    @pytest.mark.parametrize("model", MODELS)
    def test_a_currency_without_money_needs_no_rate(self, model: str) -> None:
        nothing = replace(deal("o", "A", amount=None), currency="GBP")
        asking = (request("s", "A", opportunity="o", typed_currency="GBP"),)
        portfolio = world(accounts=(account("A", arr=None, currency="GBP"),), deals=(nothing,), requests=asking)
        assert len(ranked(with_effort(portfolio, g1=1), model)) == 1

    @pytest.mark.parametrize("model", [model for model in MODELS if model != "composite"])
    def test_only_the_composite_is_explained_as_a_product(self, model: str) -> None:
        ranking = ranked(with_effort(world(), g1=1), model)
        with pytest.raises(NotExplained, match=model):
            explain(ranking, "g1")


class TestRawArr:
    def test_adds_up_what_the_crm_knows_without_any_weight(self) -> None:
        portfolio = world(
            gaps=("g1", "g2"),
            accounts=(account("A", arr=9_000 * K), account("B", arr=None), account("C", arr=5 * K)),
            deals=(deal("o", "C", amount=2 * K), deal("l", "C", amount=7 * K, stage="lost", close=DAY)),
            requests=(
                request("s1", "A", gap="g2", priority="NICE", days_ago=700),
                request("s2", "B", typed_arr=50 * K),
                request("s3", "C", opportunity="o"),
                request("s4", "C", opportunity="l"),
            ),
        )
        assert [(each.gap_id, each.score) for each in ranked(portfolio, "raw_arr")] == [("g2", 9e6), ("g1", 7_000.0)]


class TestRankFusion:
    def test_scores_places_with_middle_ones_for_ties(self) -> None:
        """g1 is first, g2 second in money and heads; both are nowhere in strategic money (places 1 and 2, middle 1.5).

        Wilson: 1 of 1 against 0 of 1, so g1 is first there too: .4/21 + .2/21 + .2/21.5 + .2/21 and the same from 22.
        """
        portfolio = world(
            gaps=("g1", "g2"),
            accounts=(account("A", arr=200 * K), account("B", owner="r2"), account("C", arr=None, owner="r3")),
            requests=(request("s1", "A"), request("s2", "B", gap="g2", priority="P1"), request("s3", "B")),
        )
        first, second = ranked(portfolio, "rank_fusion")
        assert (first.gap_id, second.gap_id) == ("g1", "g2")
        assert first.score == round(0.8 / 21 + 0.2 / 21.5, 6)
        assert second.score == round(0.8 / 22 + 0.2 / 21.5, 6)

    def test_wilson_prefers_much_evidence_to_a_lucky_one(self) -> None:
        assert wilson(Fraction(12), accounts=Fraction(20)) > wilson(Fraction(1), accounts=Fraction(1))
        assert wilson(Fraction(0), accounts=Fraction(0)) == 0
        assert wilson(Fraction(0), accounts=Fraction(7)) == 0
        # (1 + z^2/2 - z sqrt(z^2/4)) / (1 + z^2) = 1 / (1 + 1.2816^2)
        assert wilson(Fraction(1), accounts=Fraction(1)) == Fraction(round(1e9 / (1 + 1.2816**2)), 10**9)


class TestCostOfDelay:
    PORTFOLIO = world(
        gaps=("g1", "g2"),
        accounts=(account("A", arr=120 * K, health=Health.RED, renewal=DAY + timedelta(days=90)),),
        deals=(
            deal("o", "A", amount=60 * K, kind="expansion"),
            deal("l", "A", amount=24 * K, stage="lost", close=DAY),
        ),
        requests=(
            request("s1", "A", opportunity="o"),
            request("s2", "A", gap="g2", priority="P1", opportunity="l"),
        ),
    )

    def test_counts_a_family_s_loss_once_over_all_its_gaps(self) -> None:
        """Hazards .35 and .08: L = 1 - .65 x .92 = .402, shares .35/.43 and .08/.43. Red and near: urgency 4.

        g1: (480,000 + 60,000) x .402 x .35/.43 / 12 = 14,724.418605 a month;
        g2: (480,000 x .402 x .08/.43 + 24,000 x .08) / 12 = 3,151.627907.
        """
        ranking = ranked(with_effort(self.PORTFOLIO, g1=4, g2=0.5), "cd3")
        assert [(entry.gap_id, entry.before_effort) for entry in ranking] == [("g2", 3151.627907), ("g1", 14724.418605)]
        assert [entry.score for entry in ranking] == [6303.255814, 3681.104651]

    def test_halving_the_duration_doubles_the_score(self) -> None:
        slow = ranked(with_effort(self.PORTFOLIO, g1=4, g2=1), "cd3")["g1"]
        fast = ranked(with_effort(self.PORTFOLIO, g1=2, g2=1), "cd3")["g1"]
        assert fast.score == pytest.approx(2 * slow.score, abs=1e-6)

    @pytest.mark.parametrize("months", [0, -1])
    def test_without_a_duration_it_is_listed_by_its_cost(self, months: int) -> None:
        ranking = ranked(with_effort(self.PORTFOLIO, g2=months), "cd3")
        assert len(ranking) == 0
        assert [(gap.gap_id, gap.before_effort) for gap in ranking.needs_estimate] == [
            ("g1", 14724.418605),
            ("g2", 3151.627907),
        ]

    def test_money_nobody_knows_counts_as_imputed_and_without_urgency(self) -> None:
        unknown = account("A", arr=None, health=Health.RED, renewal=DAY)
        portfolio = world(accounts=(unknown,), requests=(request("s1", "A"),))
        assert ranked(with_effort(portfolio, g1=1), "cd3")["g1"].score == round(90_000 * 0.35 / 12, 6)

    @given(portfolios(merged=False), calibrations)
    def test_what_is_attributed_never_exceeds_the_family_s_money(
        self, portfolio: Portfolio, calibration: Calibration
    ) -> None:
        calm = replace(
            portfolio,
            accounts=tuple(replace(each, health=None) for each in portfolio.accounts),
            gaps=tuple(replace(gap, duration_months=Fraction(1)) for gap in portfolio.gaps),
        )
        yearly = 12 * 100 * sum(entry.score for entry in ranked(calm, "cd3", calibration))
        evidence = gather(calm, calibration=calibration, as_of=DAY)
        most: dict[str, int] = {}
        lost = 0
        for gap in evidence.gaps:
            for cell in gap.cells:
                money = cell.money
                whole = money.retention + money.growth if money.basis.value == "crm" else money.exposure
                most[cell.family] = max(most.get(cell.family, 0), whole)
                lost += money.lost
        assert yearly <= sum(most.values()) + lost + 1


class TestRice:
    def test_the_product_of_the_textbook(self) -> None:
        suggestion = Suggestion(reach=Decimal(10), impact=Decimal("0.5"), confidence=Decimal("0.8"))
        assert suggestion.product / 2 == Decimal("2.0")

    @pytest.mark.parametrize(
        ("asking", "of", "reach"),
        [(4, 5, "10"), (79, 100, "6"), (1, 2, "6"), (1, 4, "3"), (1, 20, "1.5"), (4, 100, "0.5"), (0, 0, "0.5")],
    )
    def test_the_edge_of_a_reach_belongs_to_it(self, asking: int, of: int, reach: str) -> None:
        assert suggested(["P1"] * asking, of=of).reach == Decimal(reach)

    @pytest.mark.parametrize(
        ("p0", "of", "impact"),
        [(3, 5, "3"), (2, 5, "2"), (1, 5, "1"), (1, 6, "0.5"), (0, 5, "0.25"), (0, 0, "0.25")],
    )
    def test_the_edge_of_an_impact_belongs_to_it(self, p0: int, of: int, impact: str) -> None:
        assert suggested(["P0"] * p0 + ["P1"] * (of - p0), of=100).impact == Decimal(impact)

    @pytest.mark.parametrize(("families", "confidence"), [(10, "1.0"), (9, "0.8"), (3, "0.8"), (2, "0.5")])
    def test_confidence_comes_with_families(self, families: int, confidence: str) -> None:
        assert suggested(["P1"] * families, of=100).confidence == Decimal(confidence)

    def test_divides_by_the_months_and_lists_what_nobody_estimated(self) -> None:
        portfolio = world(
            gaps=("g1", "g2"),
            accounts=(account("A"), account("B", kind=AccountKind.PROSPECT), account("C", kind=AccountKind.CHURNED)),
            requests=(request("s1", "A"),),
        )
        ranking = ranked(with_effort(portfolio, g1=1.5), "rice")
        assert [(entry.gap_id, entry.score) for entry in ranking] == [("g1", 6.0)]  # half of two: 6 x 3 x 0.5 / 1.5
        assert [(gap.gap_id, gap.before_effort) for gap in ranking.needs_estimate] == [("g2", 0.0625)]


def suggested(priorities: list[str], *, of: int) -> Suggestion:
    portfolio = world(
        accounts=tuple(account(f"A{number}") for number in range(len(priorities))),
        requests=tuple(request(f"s{n}", f"A{n}", priority=priority) for n, priority in enumerate(priorities)),
    )
    evidence = gather(portfolio, calibration=CALIBRATION, as_of=DAY)
    return suggest(evidence.gaps[0], active_families=of)


class TestCipf:
    ACME = account("Acme", arr=100 * K, health=Health.RED, renewal=date(2026, 6, 5))
    DEAL = replace(
        deal("o", "Acme", amount=50 * K, kind="expansion", close=date(2026, 3, 5)), probability=Fraction(1, 2)
    )

    def test_the_worked_example(self) -> None:
        """100,000 x 10/11 x 4 + 50,000 x 2 = 463,636.36 on X; by an effort of 5 that is 92,727.27."""
        portfolio = world(
            gaps=("X", "Y"),
            accounts=(self.ACME,),
            deals=(self.DEAL,),
            requests=(
                request("s1", "Acme", gap="X", opportunity="o"),
                request("s2", "Acme", gap="Y", priority="NICE"),
            ),
        )
        ranking = ranked(with_effort(portfolio, X=5), "cipf")
        assert ranking["X"].score == 92727.272727
        assert ranking["X"].before_effort == 463636.363636
        assert [(gap.gap_id, gap.before_effort) for gap in ranking.needs_estimate] == [("Y", 36363.636364)]

    def test_an_abandoned_deal_is_worth_nothing(self) -> None:
        old = replace(self.DEAL, close=DAY - timedelta(days=91))
        portfolio = world(
            accounts=(account("Acme", arr=0),), deals=(old,), requests=(request("s", "Acme", opportunity="o"),)
        )
        assert ranked(with_effort(portfolio, g1=1), "cipf")["g1"].score == 0

    @given(portfolios(merged=False))
    def test_an_account_s_money_is_divided_and_never_multiplied(self, portfolio: Portfolio) -> None:
        calm = replace(
            portfolio,
            accounts=tuple(replace(each, health=None) for each in portfolio.accounts),
            opportunities=(),
            gaps=tuple(replace(gap, duration_months=Fraction(1)) for gap in portfolio.gaps),
        )
        cents = CALIBRATION.currencies.cents
        owned = sum(cents(each.arr, currency=each.currency) for each in calm.accounts if each.arr and each.verified)
        assert 100 * sum(entry.score for entry in ranked(calm, "cipf")) <= owned + 1


class TestUrgency:
    @pytest.mark.parametrize(
        ("health", "renewal", "urgency"),
        [
            (Health.RED, date(2027, 7, 6), 2),
            (Health.RED, date(2027, 7, 5), 3),
            (Health.RED, date(2027, 1, 6), 3),
            (Health.RED, date(2027, 1, 5), 4),
            (Health.RED, date(2025, 1, 1), 4),
            (Health.RED, None, 3),
            (Health.YELLOW, date(2028, 1, 1), 1.5),
            (Health.YELLOW, None, 2),
            (Health.YELLOW, DAY, 2.5),
            (Health.GREEN, DAY, 1),
            (None, None, 1),
        ],
    )
    def test_of_a_customer(self, health: Health | None, renewal: date | None, urgency: float) -> None:
        assert retention_urgency(health=health, renewal=renewal, as_of=DAY) == Fraction(urgency)

    @pytest.mark.parametrize(
        ("percent", "close", "urgency"),
        [
            (61, DAY, 1),
            (60, DAY, 2),
            (40, date(2026, 4, 5), 2),
            (40, date(2026, 4, 6), 1.5),
            (40, date(2026, 7, 5), 1.5),
            (40, date(2026, 7, 6), 1.25),
            (39, DAY, 2.5),
            (0, None, 2),
            (0, date(2027, 1, 1), 1.5),
            (None, DAY, 1),
        ],
    )
    def test_of_a_deal(self, percent: int | None, close: date | None, urgency: float) -> None:
        probability = None if percent is None else Fraction(percent, 100)
        assert growth_urgency(probability=probability, close=close, as_of=DAY) == Fraction(urgency)

    @pytest.mark.parametrize(
        ("day", "months", "after"),
        [
            (date(2026, 8, 31), 6, date(2027, 2, 28)),
            (date(2027, 8, 31), 6, date(2028, 2, 29)),
            (date(2026, 1, 31), 3, date(2026, 4, 30)),
            (date(2026, 12, 5), 12, date(2027, 12, 5)),
            (date(2026, 12, 5), 1, date(2027, 1, 5)),
        ],
    )
    def test_months_end_where_the_calendar_says(self, day: date, months: int, after: date) -> None:
        assert months_after(day, months=months) == after


class TestRenewals:
    def test_an_open_renewal_tells_the_date_an_account_does_not(self) -> None:
        late, early = DAY + timedelta(days=500), DAY + timedelta(days=40)
        portfolio = Portfolio(
            accounts=(Account(id="A"), Account(id="B", renewal=DAY)),
            opportunities=(
                deal("o1", "A", amount=1, kind="renewal", close=late),
                deal("o2", "A", amount=1, kind="renewal", close=early),
                deal("o3", "A", amount=1, kind="renewal", stage="won", close=DAY),
                deal("o4", "B", amount=1, kind="renewal", close=early),
            ),
            gaps=(Gap(id="g1"),),
            requests=(Request(id="s", gap="g1", account="A", priority=Priority.P0, requester="r", last_confirmed=DAY),),
        )
        evidence = gather(portfolio, calibration=CALIBRATION, as_of=DAY)
        model_input = ModelInput(portfolio=portfolio, evidence=evidence, calibration=CALIBRATION)
        assert model_input.renewals == {"A": early, "B": DAY}
