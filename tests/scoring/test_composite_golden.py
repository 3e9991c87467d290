"""The composite, worked out by hand from the definition and typed in."""

from datetime import date
from fractions import Fraction

import pytest

from domain.words import AccountKind
from scoring import Ranking, explain, rank
from tests.scoring.worlds import CALIBRATION, DAY, K, account, deal, request, world

PORTFOLIO = world(
    gaps=("g1", "g2", "g3"),
    accounts=(
        account("A", arr=1_000 * K, strategic=True, owner="r1"),
        account("B", arr=100 * K, currency="EUR", owner="r2"),
        account("C", arr=None, kind=AccountKind.PROSPECT, owner="r3"),
        account("D", arr=200 * K, owner="r1"),
        account("E", arr=100 * K, owner="r1"),
        account("F", arr=50 * K, owner="r2"),
    ),
    deals=(deal("C-1", "C", amount=50 * K, close=date(2026, 3, 31)),),
    requests=(
        request("s1", "A"),
        request("s2", "B", priority="P1", requester="r2"),
        request("s3", "C", requester="r3", opportunity="C-1"),
        request("s4", "D", gap="g2"),
        request("s5", "E", gap="g2"),
        request("s6", "F", gap="g2", requester="r2"),
    ),
)


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return rank(PORTFOLIO, CALIBRATION, as_of=DAY)


class TestGolden:
    def test_three_accounts_of_three_owners(self, ranking: Ranking) -> None:
        """M1 = 1,000,000 + 0.4 x 110,000 + 50,000 dollars; M2 = 3; M3 = 1,000,000; M4 = (2 + 8 x 2/5) / 11.

        s = ln 11.94 / ln 32, ln 4 / ln 16, ln 11 / ln 16, ln(1 + 260/55) / ln 8
          = .715546, .5, .864858, .839283; each lifted to .1 + .9 s;
        .7440^.4 x .5500^.2 x .8784^.2 x .8554^.2 = .74449996
        """
        entry = ranking["g1"]
        assert entry.rank == 1
        assert entry.metrics.values == (Fraction(1_094 * K), Fraction(3), Fraction(1_000 * K), Fraction(26, 55))
        assert entry.score == 74.449996

    def test_one_owner_counts_at_most_as_much_as_all_others_together(self, ranking: Ranking) -> None:
        """r1's accounts are worth 300,000, all others 50,000; his largest alone 200,000. So M1 = 200,000 + 50,000.

        Heads: r1 has 2 of 3; the others 1, his largest 1. So M2 = 1 + 1, and of the two all are P0: M4 = 5.2 / 10.
        """
        entry = ranking["g2"]
        assert entry.metrics.values == (Fraction(250 * K), Fraction(2), Fraction(0), Fraction(13, 25))
        assert entry.score == 37.432174
        assert entry.totals.gross_arr == 350 * K
        assert entry.totals.accounts == 3

    def test_a_gap_nobody_asks_for_scores_the_floor(self, ranking: Ranking) -> None:
        entry = ranking["g3"]
        assert (entry.rank, entry.score) == (3, 10.0)
        assert entry.metrics.values == (0, 0, 0, 0)


class TestGoldenExplanation:
    def test_names_what_counts_and_what_does_not(self, ranking: Ranking) -> None:
        explanation = explain(ranking, "g2")
        impacted, accounts, strategic, p0 = explanation.lines
        assert (impacted.gross, impacted.value, impacted.rank, impacted.of) == (350 * K, 250 * K, 2, 3)
        assert (accounts.gross, accounts.value) == (3, 2)
        assert (strategic.gross, strategic.rank) == (0, 2)
        assert (p0.gross, p0.value) == (1, Fraction(13, 25))
        assert [line.family for line in explanation.families] == ["D", "E", "F"]
        assert [line.counted for line in explanation.families] == [Fraction(400 * K, 3), Fraction(200 * K, 3), 50 * K]
        assert [line.capped_by for line in explanation.families] == [("owner_cap",), ("owner_cap",), ()]

    def test_says_which_metric_sets_the_neighbours_apart(self, ranking: Ranking) -> None:
        explanation = explain(ranking, "g2")
        assert explanation.vs_above is not None
        assert explanation.vs_below is not None
        assert (explanation.vs_above.gap_id, explanation.vs_above.widest) == ("g1", "strategic_arr")
        assert explanation.vs_above.ratio == pytest.approx(37.432174 / 74.449996, rel=1e-6)
        assert explanation.vs_below.gap_id == "g3"
        assert explain(ranking, "g1").vs_above is None
        assert explain(ranking, "g3").vs_below is None

    def test_says_whose_leaving_would_change_most(self, ranking: Ranking) -> None:
        lever = explain(ranking, "g2").would_change_most
        assert lever is not None
        assert lever.family == "F"  # without the second owner, only the first one's largest account counts
        assert lever.score_without < 37
        assert explain(ranking, "g3").would_change_most is None
