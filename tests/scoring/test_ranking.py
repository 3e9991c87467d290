"""What a caller may ask of a ranking."""

from dataclasses import replace
from fractions import Fraction

import pytest

from domain.words import Priority
from scoring import METRICS, MODELS, Gap, Policy, UnknownGap, UnknownModel, explain, fingerprint, places, rank
from tests.scoring.worlds import CALIBRATION, DAY, K, account, request, world

PORTFOLIO = world(
    gaps=("g1", "g2", "g3"),
    accounts=(account("A"), account("B", strategic=True, owner="r2"), account("C", arr=None, owner="r3")),
    requests=(
        request("s1", "A", gap="g2"),
        request("s2", "B", gap="g2", priority="NICE"),
        request("s3", "C", gap="g2", typed_arr=10 * K),
        request("s4", "A", gap="g1", priority=None),
        request("s5", "A", gap="g1", priority="P1", requester="r2"),
    ),
)


class TestRanking:
    def test_is_read_in_order_or_by_gap(self) -> None:
        ranking = rank(PORTFOLIO, CALIBRATION, as_of=DAY)
        assert [entry.gap_id for entry in ranking] == ["g2", "g1", "g3"]
        assert (len(ranking), ranking.model, ranking.as_of) == (3, "composite", DAY)
        assert ranking["g1"].rank == 2
        assert "g1" in ranking
        assert "gone" not in ranking

    def test_a_gap_that_is_not_ranked_is_a_plain_error(self) -> None:
        ranking = rank(PORTFOLIO, CALIBRATION, as_of=DAY)
        with pytest.raises(UnknownGap, match="gone"):
            ranking["gone"]
        with pytest.raises(UnknownGap, match="gone"):
            explain(ranking, "gone")

    def test_a_model_nobody_ships_is_refused(self) -> None:
        with pytest.raises(UnknownModel, match="horoscope"):
            rank(PORTFOLIO, CALIBRATION, as_of=DAY, model="horoscope")

    def test_an_empty_world_has_an_empty_ranking(self) -> None:
        assert len(rank(world(gaps=()), CALIBRATION, as_of=DAY)) == 0


class TestPlaces:
    def test_are_told_for_every_model_and_empty_where_an_estimate_is_missing(self) -> None:
        estimated = replace(
            PORTFOLIO, gaps=tuple(replace(gap, duration_months=Fraction(1)) for gap in PORTFOLIO.gaps if gap.id != "g3")
        )
        found = places(replace(estimated, gaps=(*estimated.gaps, Gap(id="g3"))), CALIBRATION, as_of=DAY)
        assert found["g2"] == dict.fromkeys(MODELS, 1)
        assert {model for model, place in found["g3"].items() if place is None} == {"cd3", "rice", "cipf"}


class TestFingerprint:
    def test_changes_with_the_rows_but_not_with_their_order(self) -> None:
        shuffled = replace(PORTFOLIO, requests=PORTFOLIO.requests[::-1], accounts=PORTFOLIO.accounts[::-1])
        assert fingerprint(shuffled) == fingerprint(PORTFOLIO)
        assert fingerprint(replace(PORTFOLIO, requests=PORTFOLIO.requests[1:])) != fingerprint(PORTFOLIO)
        assert len(fingerprint(world())) == 16


class TestTotals:
    def test_count_each_account_once_before_any_weight(self) -> None:
        totals = rank(PORTFOLIO, CALIBRATION, as_of=DAY)["g2"].totals
        assert (totals.gross_arr, totals.strategic_arr) == (210 * K, 100 * K)
        assert (totals.accounts, totals.strategic_accounts, totals.p0_accounts) == (3, 1, 2)
        assert (totals.typed_accounts, totals.imputed_accounts) == (1, 0)
        assert (totals.owners, totals.requests) == (3, 3)


class TestExplanation:
    def test_collects_the_flags_of_its_families(self) -> None:
        ranking = rank(PORTFOLIO, CALIBRATION, as_of=DAY)
        assert explain(ranking, "g1").flags == ("severity_missing",)
        assert explain(ranking, "g2").flags == ("typed",)

    def test_knows_where_it_comes_from(self) -> None:
        explanation = explain(rank(PORTFOLIO, CALIBRATION, as_of=DAY), "g2")
        assert (explanation.rank, explanation.of, explanation.model) == (1, 3, "composite")
        assert (explanation.calibration_id, explanation.as_of) == (CALIBRATION.id, DAY)
        assert tuple(line.metric for line in explanation.lines) == METRICS
        assert tuple(line.weight for line in explanation.lines) == (0.4, 0.2, 0.2, 0.2)

    def test_a_capped_family_says_so(self) -> None:
        whale = world(accounts=(account("A", arr=9_000 * K),), requests=(request("s1", "A"),))
        family = explain(rank(whale, CALIBRATION, as_of=DAY), "g1").families[0]
        assert (family.capped_by, family.gross, family.exposure) == (("family_cap",), 9_000 * K, 1_000 * K)


class TestLever:
    def test_the_family_that_matters_most_is_found_among_many(self) -> None:
        small = tuple(account(f"A{n:02}", arr=10 * K, owner=f"o{n}") for n in range(20))
        everybody = (*small, account("Z", arr=900 * K, owner="oz", strategic=True))
        portfolio = world(accounts=everybody, requests=tuple(request(f"s{each.id}", each.id) for each in everybody))
        ranking = rank(portfolio, CALIBRATION, as_of=DAY)
        lever = explain(ranking, "g1").would_change_most
        assert lever is not None
        assert lever.family == "Z"
        without = replace(portfolio, requests=tuple(each for each in portfolio.requests if each.account != "Z"))
        assert lever.score_without == rank(without, CALIBRATION, as_of=DAY)["g1"].score


class TestPolicy:
    def test_other_weights_give_another_order(self) -> None:
        portfolio = world(
            gaps=("many", "rich"),
            accounts=(
                account("R", arr=900 * K),
                *(account(f"S{n}", arr=10 * K, owner=f"o{n}") for n in range(6)),
            ),
            requests=(
                request("s", "R", gap="rich"),
                *(request(f"s{n}", f"S{n}", gap="many", priority="P1") for n in range(6)),
            ),
        )

        def first(weights: tuple[float, float, float, float]) -> str:
            calibration = CALIBRATION.with_policy(replace(Policy(), weights=weights))
            return rank(portfolio, calibration, as_of=DAY).entries[0].gap_id

        assert first((1.0, 0.0, 0.0, 0.0)) == "rich"
        assert first((0.0, 1.0, 0.0, 0.0)) == "many"

    @pytest.mark.parametrize(("priority", "share"), [("P0", 100), ("P1", 40), ("NICE", 10)])
    def test_priority_weighs_money(self, priority: str, share: int) -> None:
        one = world(accounts=(account("A", arr=100 * K),), requests=(request("s", "A", priority=priority),))
        assert rank(one, CALIBRATION, as_of=DAY)["g1"].metrics.impacted_arr == share * K
        assert CALIBRATION.policy.permille(Priority(priority)) == share * 10
