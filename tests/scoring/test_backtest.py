"""Replaying the past: only what was known counts, and what came of it is judged by hand."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.words import GapState, OpportunityStage
from scoring import MODELS, Gap, Portfolio
from scoring.backtest import as_known, backtest, entries, flaps, ndcg, outcome
from tests.scoring.worlds import CALIBRATION, DAY, K, account, deal, request, world

LOST_LATER = deal("o", "A", amount=500 * K, stage="lost", close=DAY - timedelta(days=200))
HISTORY = world(
    gaps=("g1", "g2"),
    accounts=(account("A", arr=10 * K), account("B", arr=900 * K, owner="r2")),
    deals=(LOST_LATER,),
    requests=(
        request("s1", "A", days_ago=300, opportunity="o"),
        request("s2", "B", gap="g2", days_ago=290),
        request("s3", "A", gap="g2", days_ago=100, opportunity="o"),
    ),
)


class TestKnown:
    def test_later_requests_are_not_there_and_later_decisions_are_open(self) -> None:
        then = as_known(HISTORY, on=DAY - timedelta(days=250))
        assert [each.id for each in then.requests] == ["s1", "s2"]
        assert then.opportunities[0].stage is OpportunityStage.OPEN
        assert as_known(HISTORY, on=DAY).opportunities[0].stage is OpportunityStage.LOST
        assert as_known(HISTORY, on=DAY - timedelta(days=200)).opportunities[0].stage is OpportunityStage.LOST

    def test_a_request_that_was_confirmed_later_had_been_filed(self) -> None:
        filed = replace(request("s", "A", days_ago=10), first_asked=DAY - timedelta(days=400))
        (then,) = as_known(world(requests=(filed,)), on=DAY - timedelta(days=300)).requests
        assert then.last_confirmed == DAY - timedelta(days=300)

    def test_what_is_filed_on_a_day_is_known_on_it(self) -> None:
        day = DAY - timedelta(days=290)
        assert [each.id for each in as_known(HISTORY, on=day).requests] == ["s1", "s2"]
        assert [each.id for each in as_known(HISTORY, on=day - timedelta(days=1)).requests] == ["s1"]

    def test_what_is_shipped_now_was_open_then_but_a_merged_gap_stays_merged(self) -> None:
        gaps = (Gap(id="a", state=GapState.SHIPPED), Gap(id="b", state=GapState.DUPLICATE, merged_into="a"))
        then = as_known(Portfolio(gaps=gaps), on=DAY)
        assert [gap.state for gap in then.gaps] == [GapState.BACKLOG, GapState.DUPLICATE]


class TestOutcome:
    def test_is_the_money_lost_afterwards_of_deals_linked_before(self) -> None:
        def lost(days_ago: int, portfolio: Portfolio = HISTORY) -> dict[str, float]:
            return outcome(portfolio, CALIBRATION, after=DAY - timedelta(days=days_ago))

        assert lost(250) == {"g1": 500 * K}
        assert lost(200) == {}, "it was lost by then"
        assert lost(383) == {}, "nobody had linked it"
        early = replace(HISTORY, requests=tuple(replace(each, first_asked=DAY - timedelta(500)) for each in HISTORY.requests))  # fmt: skip  # noqa: E501
        assert lost(250, early) == {"g1": 250 * K, "g2": 250 * K}, "two gaps share the blame"
        assert lost(382, early) == {"g1": 250 * K, "g2": 250 * K}
        assert lost(383, early) == {}, "more than half a year later"
        withdrawn = replace(HISTORY, requests=tuple(replace(each, withdrawn=True) for each in HISTORY.requests))
        assert lost(250, withdrawn) == {}

    def test_a_gap_is_blamed_for_all_of_its_deals_from_the_day_on_which_they_are_linked(self) -> None:
        close = DAY - timedelta(days=10)
        deals = [
            deal(key, "A", amount=amount, stage="lost", close=close)
            for key, amount in (("o1", 30), ("o2", 12), ("o3", 0), ("o4", -7))
        ]
        asked = [
            request(f"s{each.id}", "A", gap=gap, opportunity=each.id, days_ago=100)
            for each, gap in zip(deals, ("g1", "g1", "g2", "g3"), strict=True)
        ]
        found = world(accounts=(account("A"),), deals=tuple(deals), requests=tuple(asked), gaps=("g1", "g2", "g3"))
        day = DAY - timedelta(days=100)
        assert outcome(found, CALIBRATION, after=day) == {"g1": 42.0, "g2": 0.0, "g3": 0.0}
        assert outcome(found, CALIBRATION, after=day - timedelta(days=1)) == {}


class TestMeasures:
    def test_ndcg_by_hand(self) -> None:
        worth = {"a": 3.0, "b": 2.0, "c": 1.0}
        best = 3 + 2 / math.log2(3) + 1 / 2
        assert ndcg(["a", "b", "c"], worth) == 1
        assert ndcg(["c", "x", "a"], worth) == pytest.approx((1 + 3 / 2) / best)
        assert ndcg(["b", "a"], worth, top=1) == pytest.approx(2 / 3)
        assert ndcg(["a"], {}) == 1

    def test_entries_and_flaps(self) -> None:
        tops = [["a", "b"], ["a", "c"], ["a", "b"], ["c", "b"], ["c", "b"], ["c", "d"]]
        assert entries(tops) == [1, 1, 1, 0, 1]
        assert flaps(tops) == 2  # b came back, then c; d is new
        away = [["a"], *([["b"]] * 5), ["a"]]
        assert flaps(away) == 0
        assert flaps([["a"], *([["b"]] * 4), ["a"]]) == 1


class TestReplay:
    def test_every_model_is_judged_on_the_weeks_whose_outcome_is_known(self) -> None:
        found = {each.model: each for each in backtest(HISTORY, CALIBRATION, until=DAY)}
        assert set(found) == set(MODELS)
        raw = found["raw_arr"]
        # Weeks 300 // 7 = 42 days back and today; judged are those that end half a year ago: 182 to 294 days back.
        assert raw.runs == 43
        assert raw.judged == 14  # 203 to 294 days back: after that the deal is lost already
        # g1 alone in the first of them, then below the rich g2.
        assert raw.ndcg == pytest.approx((13 / math.log2(3) + 1) / 14)
        assert raw.flaps == 0
        assert raw.entries_a_week == 0, "both gaps are in every list of ten"

    def test_the_last_judged_week_is_half_a_year_ago(self) -> None:
        lost = deal("o", "A", amount=K, stage="lost", close=DAY - timedelta(days=10))
        asked = (request("s", "A", days_ago=300, opportunity="o"),)
        (found,) = backtest(
            world(accounts=(account("A"),), deals=(lost,), requests=asked), CALIBRATION, until=DAY, models=["raw_arr"]
        )
        assert (found.runs, found.judged) == (43, 2), "27 and 26 weeks ago; before, the loss was too far away"

    def test_a_short_list_is_as_short_as_asked_for(self) -> None:
        (found,) = backtest(HISTORY, CALIBRATION, until=DAY, top=1, models=["raw_arr"])
        assert found.entries_a_week == pytest.approx(1 / 42), "g2 drives g1 out once"
        assert found.ndcg == pytest.approx(1 / 14), "and it is g1 that was to blame"

    def test_a_first_request_of_today_makes_one_week(self) -> None:
        found = world(accounts=(account("A"),), requests=(request("s", "A"),))
        assert [each.runs for each in backtest(found, CALIBRATION, until=DAY)] == [1] * len(MODELS)

    @pytest.mark.parametrize("keeps", [1, 2], ids=["arrays", "plain"])
    def test_every_model_ranks_as_itself(self, keeps: int) -> None:
        """One rich account would like g1, six others cannot do without g2; and g1 is what the money was lost over."""
        people = [account(key, arr=50 * K, owner=f"r{key}") for key in "BCDEFG"]
        found = world(
            gaps=("g1", "g2"),
            accounts=(account("A", arr=900 * K), *people),
            deals=(deal("o", "A", amount=K, stage="lost", close=DAY - timedelta(days=190)),),
            requests=(
                request("s", "A", priority="NICE", days_ago=210, opportunity="o"),
                *(request(each.id, each.id, gap="g2", requester=each.id, days_ago=210) for each in people),
            ),
        )
        calibration = CALIBRATION.with_policy(replace(CALIBRATION.policy, owner_keeps=keeps))
        raw, composite = backtest(found, calibration, until=DAY, top=1, models=["raw_arr", "composite"])
        assert (raw.ndcg, composite.ndcg) == (1.0, 0.0)

    def test_without_history_there_is_nothing_to_say(self) -> None:
        (nothing,) = backtest(world(), CALIBRATION, until=DAY, models=["composite"])
        assert (nothing.runs, nothing.judged, nothing.ndcg) == (0, 0, None)
        assert (nothing.entries_a_week, nothing.flaps) == (0, 0)

    def test_what_is_too_large_for_arrays_is_ranked_all_the_same(self) -> None:
        two = CALIBRATION.with_policy(replace(CALIBRATION.policy, owner_keeps=2))
        slow, quick = (backtest(HISTORY, each, until=DAY, models=["composite"]) for each in (two, CALIBRATION))
        assert slow == quick
