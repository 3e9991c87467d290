"""What chance seldom meets, for the arrays: days and cents on the edge of two, numbers that are too large."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from domain.words import OpportunityStage
from scoring import Account, Calibration, Gap, Health, Policy, Portfolio, composite
from scoring.bulk import Columns, rank_columns, urgency
from scoring.bulk.costs import monthly_cost
from scoring.bulk.metrics import Measured
from scoring.bulk.money import cents
from scoring.bulk.packing import TooLarge, in_order, ints, marked, zeros
from scoring.bulk.rounding import Sums
from scoring.bulk.scores import _Exact, composite_scores
from scoring.bulk.shares import _Paid, _Shares
from scoring.urgency import growth_urgency, months_after, retention_urgency
from tests.scoring.test_bulk import agrees
from tests.scoring.worlds import CALIBRATION, CURRENCIES, DAY, K, account, deal, request, world


def around(*months: int, as_of: date = DAY) -> list[date | None]:
    """Days next to each edge, and none."""
    edges = [months_after(as_of, months=each) for each in months]
    return [None, *(edge + timedelta(days=shift) for edge in edges for shift in (-1, 0, 1))]


class TestUrgency:
    def test_of_accounts_is_the_plain_one_on_both_sides_of_every_edge(self) -> None:
        accounts = [
            Account(id=f"a{number:03}", health=health, renewal=day)
            for number, (health, day) in enumerate((one, day) for one in (None, *Health) for day in around(18, 12, 0))
        ]
        found = urgency.of_accounts(Columns.of(Portfolio(accounts=tuple(accounts))), as_of=DAY)
        assert found.tolist() == [
            retention_urgency(health=each.health, renewal=each.renewal, as_of=DAY) * urgency.PARTS for each in accounts
        ]

    def test_of_deals_is_the_plain_one_on_both_sides_of_every_edge(self) -> None:
        odds = [None, *(Fraction(percent, 100) for percent in (0, 39, 40, 41, 59, 60, 61))]
        pairs = [(each, day) for each in odds for day in around(6, 3, 0)]
        deals = [
            replace(deal(f"o{number:03}", "A", amount=1, close=day), probability=each)
            for number, (each, day) in enumerate(pairs)
        ]
        found = urgency.of_deals(Columns.of(Portfolio(opportunities=tuple(deals))), as_of=DAY)
        assert found.tolist() == [
            growth_urgency(probability=each, close=day, as_of=DAY) * urgency.PARTS for each, day in pairs
        ]

    def test_an_account_without_a_day_renews_with_its_first_open_renewal(self) -> None:
        days = [DAY + timedelta(days=shift) for shift in (500, 300, 400, 100, 50)]
        deals = [
            deal(f"o{number}", "A", amount=1, kind="renewal", close=day)
            for number, day in enumerate(days[:3])
        ]  # fmt: skip
        won = deal("o8", "A", amount=1, kind="renewal", stage="won", close=days[3])
        new = deal("o9", "A", amount=1, kind="new", close=days[4])
        accounts = (account("A"), account("B"), replace(account("C"), renewal=DAY))
        found = Columns.of(world(accounts=accounts, deals=(*deals, won, new))).accounts
        assert found.renewal.tolist() == [(DAY + timedelta(days=300)).toordinal(), -1, DAY.toordinal()]


class TestCents:
    @pytest.mark.parametrize("code", CURRENCIES.rates)
    def test_are_rounded_as_the_plain_ones(self, code: str) -> None:
        columns = Columns.of(
            world(accounts=tuple(account(f"a{each}", currency=each) for each in ("USD", "EUR", "JPY")))
        )
        amounts = np.arange(-40, 160)
        found = cents(
            amounts,
            currency=zeros(200) + columns.currencies.index(code),
            where=marked(np.arange(199), size=200),
            columns=columns,
            currencies=CURRENCIES,
        )
        assert found.tolist() == [*(CURRENCIES.cents(each, currency=code) for each in range(-40, 159)), 0]

    @pytest.mark.parametrize(("largest", "fits"), [(2**61 - 1, True), (2**61, False)])
    def test_are_refused_where_they_may_leave_64_bits(self, largest: int, fits: bool) -> None:
        columns = Columns.of(world(accounts=(account("A"),)))

        def convert() -> list[int]:
            found: list[int] = cents(
                ints([-largest, 5]),
                currency=zeros(2),
                where=marked(ints([0, 1]), size=2),
                columns=columns,
                currencies=CURRENCIES,
            ).tolist()
            return found

        if fits:
            assert convert() == [-largest, 5]
        else:
            with pytest.raises(TooLarge, match="USD"):
                convert()


class TestEdges:
    @pytest.mark.parametrize("days", [89, 90, 91])
    def test_of_stale_deals(self, days: int) -> None:
        late = deal("o", "A", amount=70 * K, close=DAY - timedelta(days=days))
        portfolio = world(accounts=(account("A"),), deals=(late,), requests=(request("s", "A", opportunity="o"),))
        for model in ("composite", "raw_arr"):
            agrees(portfolio, CALIBRATION, model=model)

    @pytest.mark.parametrize("days", [-3, 0, 1, 182, 727, 728, 729])
    def test_of_lost_deals(self, days: int) -> None:
        lost = deal("o", "A", amount=70 * K + 7, stage="lost", close=DAY - timedelta(days=days))
        portfolio = world(accounts=(account("A"),), deals=(lost,), requests=(request("s", "A", opportunity="o"),))
        agrees(portfolio, CALIBRATION, model="composite")

    def test_of_days_that_have_not_come(self) -> None:
        asked = [request(f"s{shift}", "A", gap=f"g{shift}", days_ago=shift) for shift in (0, 1)]
        early = request("s9", "A", gap="g9", days_ago=-1)
        portfolio = world(accounts=(account("A"),), requests=(*asked, early), gaps=("g0", "g1", "g9"))
        quick = agrees(portfolio, CALIBRATION, model="raw_arr")
        assert quick.measured.heads.tolist()[2] == 0 < quick.measured.heads.tolist()[0]

    @pytest.mark.parametrize("model", ["composite", "rank_fusion", "rice"])
    def test_of_gaps_that_differ_by_their_first_day_alone(self, model: str) -> None:
        first = {"g1": 5, "g2": 9, "g3": None, "g4": -30, "g5": 9}
        requests = tuple(
            request(f"s{gap}", "A", gap=gap, days_ago=3, first_asked=None if ago is None else DAY - timedelta(days=ago))
            for gap, ago in first.items()
        )
        portfolio = world(accounts=(account("A"),), requests=requests)
        gaps = tuple(Gap(id=gap, duration_months=Fraction(2)) for gap in first)
        quick = agrees(replace(portfolio, gaps=gaps), CALIBRATION, model=model)
        assert [quick.gap_ids[gap] for gap in quick.order] == ["g2", "g5", "g1", "g3", "g4"]

    def test_of_a_deal_that_only_its_own_family_is_counted_for(self) -> None:
        foreign = deal("o", "B", amount=900 * K)
        won = deal("p", "A", amount=None, stage=OpportunityStage.WON)
        asked = tuple(request(key, "A", opportunity=key) for key in ("o", "p"))
        portfolio = world(accounts=(account("A", arr=None), account("B")), deals=(foreign, won), requests=asked)
        for model in ("composite", "cipf", "raw_arr"):
            agrees(portfolio, CALIBRATION, model=model)


class TestFamilies:
    @pytest.mark.parametrize("asking", ["A", "B", "C", "D", "E"])
    @pytest.mark.parametrize("model", ["raw_arr", "cd3", "cipf"])
    def test_in_a_circle_everybody_speaks_for_all_and_those_below_for_themselves(self, model: str, asking: str) -> None:
        parents = {"A": "B", "B": "D", "D": "A", "C": "B", "E": "C", "F": None}
        accounts = tuple(
            account(key, arr=2**place * K, parent=parent) for place, (key, parent) in enumerate(parents.items())
        )
        requests = (request("s", asking), request("t", "C", days_ago=4), request("u", "F", gap="g2"))
        portfolio = world(accounts=accounts, requests=requests, gaps=("g1", "g2"))
        gaps = tuple(replace(gap, duration_months=Fraction(1)) for gap in portfolio.gaps)
        agrees(replace(portfolio, gaps=gaps), CALIBRATION, model=model)


class TestExactly:
    """Where floats cannot say how to round or whom to put first, the plain arithmetic is asked."""

    def test_a_month_s_cost_between_two_millionths(self) -> None:
        halves = [number * 0.0012 + 0.0006 for number in range(200)]
        found = monthly_cost(Sums(np.array(halves), np.arange(200), groups=200))
        assert found.tolist() == [round(each / 12 / 100, 6) for each in halves]

    def test_fused_places(self) -> None:
        weights = [Fraction(2, 5), Fraction(3, 5)]
        exact = _Exact(weights, [(2, 10), (10, 2), (2, 10)])
        assert exact.fused(1) == Fraction(4, 5) / 50 + Fraction(6, 5) / 42
        assert exact.fused(0) == exact.fused(2) == Fraction(4, 5) / 42 + Fraction(6, 5) / 50
        assert exact.score(0) == round(0.8 / 42 + 1.2 / 50, 6)

    def test_what_is_paid_for_each_gap(self) -> None:
        shares = _Shares(gap=ints([0, 0, 1, 3]), top=ints([400, 100, 800, 500]), bottom=ints([3, 7, 2, 5]))
        assert [shares.exactly(gap) * 400 for gap in range(4)] == [Fraction(400, 3) + Fraction(100, 7), 400, 0, 100]
        paid = _Paid([shares, shares], gaps=4)
        assert [paid.exactly(gap) for gap in range(4)] == [2 * shares.exactly(gap) for gap in range(4)]
        assert [paid.rounded(gap) for gap in range(4)] == pytest.approx(paid.nearly.tolist(), rel=1e-15)
        assert paid.nearly.tolist()[1:] == [2.0, 0.0, 0.5]

    @pytest.mark.parametrize("balance", [0.0, 1.0])
    def test_composites_close_to_a_half(self, balance: float) -> None:
        """Among so many gaps some always are; each of them is what the plain composite says."""
        chance, many = np.random.default_rng(5), 150_000
        heads = chance.integers(10**6, 40 * 10**6, many)
        measured = Measured(
            money=chance.integers(10**12, 10**17, many),
            heads=heads,
            strategic=chance.integers(0, 10**16, many),
            p0=(heads * chance.random(many)).astype(np.int64),
            money_top=100,
            money_bottom=10**9,
            head_units=10**6,
            prior_strength=8,
            prior=Fraction(2, 5),
        )
        calibration = CALIBRATION.with_policy(Policy(balance=balance))
        found = composite_scores(measured, calibration=calibration)
        for gap in [*_near_a_half(measured, calibration=calibration), 0, 1, 2]:
            factors = composite.factors(measured.metrics(gap), calibration=calibration)
            assert found.scores[gap] == composite.score(factors)


def _near_a_half(measured: Measured, *, calibration: Calibration) -> list[int]:
    policy = calibration.policy
    total = np.zeros(len(measured.heads))
    scales = composite.scales(calibration)
    for values, (middle, span), weight in zip(measured.approximate(), scales, policy.weights, strict=True):
        lifted = policy.floor + (1 - policy.floor) * np.log1p(values / middle) / span
        total += weight * (lifted if policy.balance else np.log(lifted))
    scaled = (total if policy.balance else np.exp(total)) * 10**8
    near = np.flatnonzero(np.abs(scaled % 1 - 0.5) < 1e-5).tolist()
    assert near
    return near


class TestTooLarge:
    def test_more_people_accounts_and_days_than_a_number_holds(self) -> None:
        asked = request("s", "A", days_ago=1), request("t", "A")
        columns = Columns.of(world(accounts=(account("A"),), requests=asked))
        wide = replace(columns.requests, requester=ints([2**60, 1]))
        with pytest.raises(TooLarge):
            rank_columns(replace(columns, requests=wide), CALIBRATION, as_of=DAY)
        narrow = replace(columns.requests, requester=ints([2**60 - 1, 1]))
        assert len(rank_columns(replace(columns, requests=narrow), CALIBRATION, as_of=DAY)) == 1

    @pytest.mark.parametrize(("kappa", "fits"), [(Fraction(1), True), (Fraction(1, 3), False), (Fraction(3), False)])
    def test_more_money_than_a_number_holds(self, kappa: Fraction, fits: bool) -> None:
        """Ten units of priority times a million of decay: 2**62 leaves 4.6e11 cents, and a third with a kappa of 3."""
        portfolio = world(accounts=(account("A", arr=4 * 10**11),), requests=(request("s", "A"),))
        calibration = replace(CALIBRATION, family_cap=10**15, policy=Policy(owner_kappa=kappa))
        if fits:
            agrees(portfolio, calibration, model="composite")
        else:
            with pytest.raises(TooLarge, match="money"):
                rank_columns(Columns.of(portfolio), calibration, as_of=DAY)


def test_equals_stay_in_their_order() -> None:
    assert in_order(ints([3, 1, 3, 1, 2] * 9)).tolist() == sorted(range(45), key=([3, 1, 3, 1, 2] * 9).__getitem__)
