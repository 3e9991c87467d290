"""When scores are equal, somebody still has to be first, and it must be the same one for everybody."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from scoring import Calibration, Policy, Portfolio, explain, rank
from scoring.metrics import shares
from tests.scoring.worlds import CALIBRATION, DAY, K, account, request, world


def by_only(metric: int) -> Calibration:
    """A calibration in which one metric decides the score alone."""
    one, two, three, four = (float(place == metric) for place in range(4))
    return CALIBRATION.with_policy(Policy(weights=(one, two, three, four)))


def order(portfolio: Portfolio, calibration: Calibration) -> list[str]:
    ranking = rank(portfolio, calibration, as_of=DAY)
    assert len({entry.score for entry in ranking}) == 1
    return [entry.gap_id for entry in ranking]


class TestEqualScores:
    def test_go_to_more_money_first(self) -> None:
        portfolio = world(
            gaps=("a", "b"),
            accounts=(account("A", arr=10 * K), account("B", arr=20 * K)),
            requests=(request("s1", "A", gap="a"), request("s2", "B", gap="b")),
        )
        assert order(portfolio, by_only(1)) == ["b", "a"]

    def test_then_to_more_strategic_money(self) -> None:
        portfolio = world(
            gaps=("a", "b"),
            accounts=(account("A"), account("B", strategic=True)),
            requests=(request("s1", "A", gap="a"), request("s2", "B", gap="b")),
        )
        assert order(portfolio, by_only(0)) == ["b", "a"]

    def test_then_to_more_accounts(self) -> None:
        portfolio = world(
            gaps=("a", "b"),
            accounts=(account("A", arr=20 * K), account("B", arr=10 * K), account("C", arr=10 * K, owner="r2")),
            requests=(request("s1", "A", gap="a"), request("s2", "B", gap="b"), request("s3", "C", gap="b")),
        )
        assert order(portfolio, by_only(0)) == ["b", "a"]

    def test_then_to_more_urgent_ones(self) -> None:
        portfolio = world(
            gaps=("a", "b"),
            accounts=(account("A", arr=0), account("B", arr=0)),
            requests=(request("s1", "A", gap="a", priority="P1"), request("s2", "B", gap="b")),
        )
        assert order(portfolio, by_only(0)) == ["b", "a"]

    @pytest.mark.parametrize(("early", "first"), [("s1", "a"), ("s2", "b")])
    def test_then_to_whoever_was_asked_for_first(self, early: str, first: str) -> None:
        asked = (request("s1", "A", gap="a"), request("s2", "B", gap="b"), request("s3", "B", gap="b"))
        requests = tuple(replace(each, first_asked=date(2025, 1, 1) if each.id == early else None) for each in asked)
        portfolio = world(gaps=("a", "b", "c"), accounts=(account("A"), account("B")), requests=requests)
        ranking = rank(portfolio, CALIBRATION, as_of=DAY)
        assert ranking.entries[0].gap_id == first
        assert ranking.entries[0].score == ranking.entries[1].score

    def test_then_to_the_smaller_id(self) -> None:
        assert order(world(gaps=("c", "a", "b")), CALIBRATION) == ["a", "b", "c"]


class TestOwnerCap:
    def test_a_third_of_the_others_is_a_third(self) -> None:
        cautious = CALIBRATION.with_policy(Policy(owner_kappa=Fraction(1, 3)))
        capped = shares([("r1", 40), ("r1", 40), ("r2", 150), ("r3", 30)], calibration=cautious)
        # r1: 80 against a third of 180; r2: one account of 150; r3: one of 30.
        assert {owner: Fraction(counted, capped.scale) for owner, counted in capped.counted.items()} == {
            "r1": 60,
            "r2": 150,
            "r3": 30,
        }
        assert capped.sum(units=1) == 240
        assert capped.of("r1") == Fraction(3, 4)
        assert [capped.is_cut(owner) for owner in ("r1", "r2", "r3")] == [True, False, False]

    def test_as_many_accounts_as_policy_says_always_count(self) -> None:
        two = CALIBRATION.with_policy(Policy(owner_keeps=2))
        assert shares([("r1", 5), ("r1", 4), ("r1", 3)], calibration=two).counted == {"r1": 9}


class TestFamilyLines:
    def test_the_largest_counted_money_comes_first_then_the_largest_gross_then_the_id(self) -> None:
        portfolio = world(
            accounts=(
                account("A", arr=10 * K),
                account("B", arr=10 * K, owner="r2"),
                account("C", arr=100 * K, owner="r3"),
                account("D", arr=4 * K, owner="r4"),
            ),
            requests=(
                request("s1", "A", priority="P1"),
                request("s2", "B", priority="P1"),
                request("s3", "C", priority="NICE"),
                request("s4", "D"),
            ),
        )
        lines = explain(rank(portfolio, CALIBRATION, as_of=DAY), "g1").families
        assert [line.family for line in lines] == ["C", "A", "B", "D"]
        assert [line.counted for line in lines] == [10 * K, 4 * K, 4 * K, 4 * K]
