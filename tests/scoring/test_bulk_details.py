"""What chance seldom meets, for the arrays: days and cents on the edge of two, numbers that are too large."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from domain.words import OpportunityStage
from scoring import Account, Gap, Health, Policy, Portfolio
from scoring.bulk import Columns, rank_columns, urgency
from scoring.bulk.money import cents
from scoring.bulk.packing import TooLarge, in_order, ints, marked, zeros
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
