"""How sure a place is, and how few people it leans on."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given, settings

from domain.words import Priority
from scoring import Calibration, Portfolio, UnknownGap, rank
from scoring.confidence import Label, confidence, family_weight, label
from scoring.integrity import integrity
from tests.scoring.worlds import CALIBRATION, DAY, K, account, calibrations, portfolios, request, world


def contest(*, strong: int = 3, equal: int = 16) -> Portfolio:
    """Some gaps that many ask for, and many more that one small account each asks for."""
    loved = [f"loved{number}" for number in range(strong)]
    equals = [f"equal{number:02}" for number in range(equal)]
    big = [account(f"B{n}", arr=300 * K, owner=f"o{n}", strategic=True) for n in range(8)]
    small = [account(f"S{n:02}", arr=40 * K, owner=f"p{n}") for n in range(equal)]
    return world(
        gaps=(*loved, *equals),
        accounts=(*big, *small),
        requests=(
            *(request(f"{gap}-{each.id}", each.id, gap=gap) for gap in loved for each in big),
            *(request(gap, f"S{number:02}", gap=gap) for number, gap in enumerate(equals)),
        ),
    )


class TestConfidence:
    def test_is_solid_for_the_loved_and_contested_among_equals(self) -> None:
        found = confidence(rank(contest(), CALIBRATION, as_of=DAY))
        assert {found[f"loved{number}"].label for number in range(3)} == {Label.SOLID}
        equals = [each for gap, each in found.items() if gap.startswith("equal")]
        assert {each.label for each in equals} <= {Label.LIKELY, Label.CONTESTED}
        assert sum(each.p_top10 for each in found.values()) == pytest.approx(10)

    def test_everybody_is_sure_when_there_are_no_more_than_ten(self) -> None:
        found = confidence(rank(contest(strong=2, equal=8), CALIBRATION, as_of=DAY), draws=20)
        assert {each.p_top10 for each in found.values()} == {1.0}

    @settings(max_examples=25)
    @given(portfolios(), calibrations)
    def test_is_the_same_for_any_input_order(self, portfolio: Portfolio, calibration: Calibration) -> None:
        backwards = Portfolio(
            accounts=portfolio.accounts[::-1],
            opportunities=portfolio.opportunities[::-1],
            gaps=portfolio.gaps[::-1],
            requests=portfolio.requests[::-1],
        )
        one, other = (rank(each, calibration, as_of=DAY) for each in (portfolio, backwards))
        assert confidence(one, draws=5) == confidence(other, draws=5)

    def test_weights_are_exponential_with_mean_one(self) -> None:
        drawn = [family_weight(f"family {number}", draw=number % 7) for number in range(4000)]
        assert statistics.fmean(drawn) == pytest.approx(1, abs=0.06)
        assert statistics.stdev(drawn) == pytest.approx(1, abs=0.08)
        assert min(drawn) >= 0

    @pytest.mark.parametrize(
        ("probability", "said"),
        [
            (1.0, "solid"), (0.9, "solid"), (0.89, "likely"), (0.5, "likely"), (0.49, "contested"), (0.1, "contested"),
            (0.09, "unlikely"), (0.0, "unlikely"),
        ],
    )  # fmt: skip
    def test_labels_start_at_their_edges(self, probability: float, said: str) -> None:
        assert label(probability) == said


class TestIntegrity:
    @staticmethod
    def campaign(*, requests: int, days_ago: int = 3) -> Portfolio:
        """r1 and r2 own 90 % of the money; r1's people file again and again."""
        return world(
            accounts=(
                account("A", arr=50 * K, owner="r1"),
                account("B", arr=40 * K, owner="r2"),
                account("C", arr=10 * K, owner="r3"),
            ),
            requests=(
                *(request(f"s{n}", "A", requester=f"u{n}", days_ago=days_ago) for n in range(requests)),
                request("old1", "B", days_ago=14), request("old2", "C", days_ago=14),
            ),
        )  # fmt: skip

    def look(self, portfolio: Portfolio) -> tuple[Fraction, int, int, bool]:
        found = integrity(rank(portfolio, CALIBRATION, as_of=DAY), "g1", portfolio=portfolio)
        return found.top2_owner_share, found.new_requests, found.new_owners, found.needs_acknowledgement

    def test_a_busy_pair_of_owners_needs_a_second_look(self) -> None:
        share, new, owners, suspicious = self.look(self.campaign(requests=6))
        assert (new, owners, suspicious) == (6, 1, True)
        assert Fraction(89, 100) < share < Fraction(91, 100)

    def test_few_or_old_requests_do_not(self) -> None:
        assert not self.look(self.campaign(requests=5))[3]
        assert self.look(self.campaign(requests=9, days_ago=14))[1:] == (0, 0, False)

    def test_many_owners_do_not(self) -> None:
        portfolio = world(
            accounts=tuple(account(f"A{n}", owner=f"r{n}") for n in range(8)),
            requests=tuple(request(f"s{n}", f"A{n}", requester=f"u{n}") for n in range(8)),
        )
        assert self.look(portfolio) == (Fraction(1, 4), 8, 8, False)

    def test_a_gap_without_money_leans_on_nobody(self) -> None:
        portfolio = world()
        found = integrity(rank(portfolio, CALIBRATION, as_of=DAY), "g1", portfolio=portfolio)
        assert (found.top_owner_share, found.top2_owner_share, found.new_requests) == (0, 0, 0)
        with pytest.raises(UnknownGap):
            integrity(rank(portfolio, CALIBRATION, as_of=DAY), "gone", portfolio=portfolio)

    def test_the_top_owner_s_share_is_of_what_is_counted(self) -> None:
        portfolio = world(
            accounts=(account("A", arr=30 * K), account("B", arr=10 * K, owner="r2")),
            requests=(request("s1", "A"), request("s2", "B", priority=Priority.P1)),
        )
        found = integrity(rank(portfolio, CALIBRATION, as_of=DAY), "g1", portfolio=portfolio)
        assert found.top_owner_share == Fraction(30, 34)
