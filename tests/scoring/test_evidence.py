"""What counts as evidence, case by case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.words import AccountKind, GapState, Priority
from scoring import ConflictingRows, Gap, Opportunity, Portfolio, Request, UnknownCurrency
from scoring.evidence import Cell, gather
from scoring.money import Basis
from tests.scoring.worlds import CALIBRATION, DAY, K, account, deal, request, world


def cells_of(portfolio: Portfolio, gap: str = "g1") -> dict[str, Cell]:
    evidence = gather(portfolio, calibration=CALIBRATION, as_of=DAY)
    return {cell.family: cell for each in evidence.gaps if each.gap == gap for cell in each.cells}


class TestWhoseVoiceCounts:
    @pytest.mark.parametrize(
        "silent",
        [
            request("s", "A", withdrawn=True),
            request("s", "A", days_ago=-1),
            request("s", "A", gap="unheard of"),
            request("s", "nobody"),
            request("s", "I"),
        ],
        ids=["withdrawn", "of tomorrow", "for no gap", "of no account", "internal"],
    )
    def test_such_a_request_is_not_counted(self, silent: Request) -> None:
        accounts = (account("A"), account("I", kind=AccountKind.INTERNAL))
        assert cells_of(world(accounts=accounts, requests=(silent,))) == {}

    def test_requests_nobody_can_place_wait_for_somebody_to_look(self) -> None:
        lost = (request("s2", "nobody"), request("s1", "A", gap="unheard of"), request("s0", "nobody", withdrawn=True))
        evidence = gather(world(accounts=(account("A"),), requests=lost), calibration=CALIBRATION, as_of=DAY)
        assert evidence.unplaced_requests == ("s1", "s2")

    @pytest.mark.parametrize("state", [state for state in GapState if not state.is_open])
    def test_closed_gaps_are_not_ranked(self, state: GapState) -> None:
        portfolio = replace(world(), gaps=(Gap(id="g1", state=state), Gap(id="g2")))
        evidence = gather(portfolio, calibration=CALIBRATION, as_of=DAY)
        assert [gap.gap for gap in evidence.gaps] == ["g2"]


class TestPriority:
    def test_the_latest_word_of_a_requester_counts_even_if_it_is_milder(self) -> None:
        said = (request("s1", "A", days_ago=9), request("s2", "A", priority="P1"))
        assert cells_of(world(accounts=(account("A"),), requests=said))["A"].priority is Priority.P1

    def test_two_words_of_one_day_count_as_the_more_severe(self) -> None:
        said = (request("s1", "A"), request("s2", "A", priority="NICE"))
        for order in (said, said[::-1]):
            assert cells_of(world(accounts=(account("A"),), requests=order))["A"].priority is Priority.P0

    def test_somebody_else_s_milder_word_does_not_lower_it(self) -> None:
        said = (request("s1", "A", days_ago=9), request("s2", "A", priority="NICE", requester="r2"))
        assert cells_of(world(accounts=(account("A"),), requests=said))["A"].priority is Priority.P0

    def test_a_missing_priority_counts_as_nice_to_have_and_is_flagged(self) -> None:
        cell = cells_of(world(accounts=(account("A"),), requests=(request("s1", "A", priority=None),)))["A"]
        assert cell.priority is Priority.NICE
        assert cell.flags == ("severity_missing",)


class TestFamilies:
    FAMILY = (
        account("HQ", arr=100 * K, owner="boss"),
        account("EU", arr=30 * K, parent="HQ", strategic=True),
        account("DE", arr=7 * K, parent="EU"),
        account("US", arr=5 * K, parent="HQ"),
    )

    @pytest.mark.parametrize(
        ("asking", "arr"),
        [(("HQ",), 142), (("EU",), 37), (("DE",), 7), (("EU", "DE"), 37), (("DE", "US"), 12), (("HQ", "DE"), 142)],
    )
    def test_headquarters_speak_for_all_and_a_child_for_its_own_tree(self, asking: tuple[str, ...], arr: int) -> None:
        said = tuple(request(key, key) for key in asking)
        cells = cells_of(world(accounts=self.FAMILY, requests=said))
        assert list(cells) == ["HQ"]
        assert cells["HQ"].money.retention == arr * K
        assert cells["HQ"].strategic
        assert cells["HQ"].owner == "boss"
        assert cells["HQ"].accounts == tuple(sorted(asking))

    def test_a_family_without_an_owner_is_its_own_owner(self) -> None:
        accounts = (account("A", owner=None), account("B", owner=None))
        cells = cells_of(world(accounts=accounts, requests=(request("s1", "A"), request("s2", "B"))))
        assert cells["A"].owner != cells["B"].owner

    def test_a_circle_of_parents_is_one_flagged_family(self) -> None:
        accounts = (account("B", parent="C"), account("C", parent="B"), account("D", parent="C"))
        cells = cells_of(world(accounts=accounts, requests=(request("s1", "D"),)))
        assert list(cells) == ["B"]
        assert cells["B"].flags == ("parent_cycle",)

    def test_a_parent_nobody_knows_is_no_parent(self) -> None:
        assert list(cells_of(world(accounts=(account("A", parent="?"),), requests=(request("s1", "A"),)))) == ["A"]

    def test_a_circle_of_merged_gaps_is_represented_by_the_smallest(self) -> None:
        gaps = (Gap(id="g2", merged_into="g3"), Gap(id="g3", merged_into="g2"))
        portfolio = replace(world(accounts=(account("A"),), requests=(request("s1", "A", gap="g3"),)), gaps=gaps)
        evidence = gather(portfolio, calibration=CALIBRATION, as_of=DAY)
        assert [(gap.gap, len(gap.cells), gap.flags) for gap in evidence.gaps] == [("g2", 1, ("merge_cycle",))]


class TestDecay:
    @pytest.mark.parametrize(("days_ago", "ppm"), [(0, 1_000_000), (364, 500_000), (728, 250_000), (182, 707_107)])
    def test_halves_in_a_year_and_counts_from_the_newest_confirmation(self, days_ago: int, ppm: int) -> None:
        said = (request("s1", "A", days_ago=900), request("s2", "A", days_ago=days_ago, requester="r2"))
        assert cells_of(world(accounts=(account("A"),), requests=said))["A"].decay_ppm == ppm


def money_of(*deals: Opportunity, arr: int | None = 100 * K, kind: str = "customer", **more: object) -> Cell:
    said = tuple(request(each.id, "A", opportunity=each.id) for each in deals) or (request("s", "A", **more),)  # type: ignore[arg-type]
    accounts = (account("A", arr=arr, kind=AccountKind(kind)), account("Z"))
    return cells_of(world(accounts=accounts, deals=deals, requests=said))["A"]


class TestMoney:
    def test_only_customers_have_arr_to_lose(self) -> None:
        assert money_of(kind="churned").money.gross == 0
        assert money_of(kind="customer").money.gross == 100 * K

    def test_a_deal_counts_once_however_often_it_is_named(self) -> None:
        said = (request("s1", "A", opportunity="o"), request("s2", "A", opportunity="o", requester="r2"))
        portfolio = world(accounts=(account("A"),), deals=(deal("o", "A", amount=40 * K),), requests=said)
        assert cells_of(portfolio)["A"].money.growth == 40 * K

    @pytest.mark.parametrize("kind", ["new", "expansion"])
    def test_an_open_deal_is_growth(self, kind: str) -> None:
        assert money_of(deal("o", "A", amount=40 * K, kind=kind)).money.gross == 140 * K

    @pytest.mark.parametrize(("kind", "stage"), [("renewal", "open"), ("renewal", "won"), ("new", "won")])
    def test_renewing_and_won_money_is_in_the_arr_already(self, kind: str, stage: str) -> None:
        assert money_of(deal("o", "A", amount=40 * K, kind=kind, stage=stage)).money.gross == 100 * K

    @pytest.mark.parametrize(("days_ago", "counted", "flags"), [(90, 40, ()), (91, 0, ("stale_close_date",))])
    def test_an_open_deal_long_past_its_date_is_abandoned(
        self, days_ago: int, counted: int, flags: tuple[str, ...]
    ) -> None:
        cell = money_of(deal("o", "A", amount=40 * K, close=DAY - timedelta(days=days_ago)))
        assert (cell.money.growth, cell.flags) == (counted * K, flags)

    @pytest.mark.parametrize(
        ("days_ago", "counted"), [(-5, 4_000_000), (0, 4_000_000), (182, 2_000_000), (728, 250_000), (729, 0)]
    )
    def test_a_lost_deal_fades_by_half_in_half_a_year_and_ends_after_two(self, days_ago: int, counted: int) -> None:
        lost = deal("o", "A", amount=40 * K, stage="lost", kind="churn", close=DAY - timedelta(days=days_ago))
        assert money_of(lost).money.lost == counted

    def test_a_lost_deal_without_a_date_says_nothing(self) -> None:
        assert money_of(deal("o", "A", amount=40 * K, stage="lost")).money.lost == 0

    def test_a_deal_of_somebody_else_or_of_nobody_is_flagged_and_not_counted(self) -> None:
        foreign = money_of(deal("o", "Z", amount=40 * K))
        assert (foreign.money.gross, foreign.flags) == (100 * K, ("foreign_opportunity",))
        unknown = money_of(opportunity="gone")
        assert (unknown.money.gross, unknown.flags) == (100 * K, ("unknown_opportunity",))

    def test_negative_money_is_zero_and_flagged(self) -> None:
        assert (money_of(arr=-5).money.gross, money_of(arr=-5).flags) == (0, ("negative_amount",))
        credit = money_of(deal("o", "A", amount=-40 * K))
        assert (credit.money.gross, credit.flags) == (100 * K, ("negative_amount",))

    def test_one_family_cannot_exceed_the_cap(self) -> None:
        whale = money_of(arr=5_000 * K)
        assert (whale.money.gross, whale.exposure, whale.flags) == (5_000 * K, CALIBRATION.family_cap, ("family_cap",))
        assert money_of(arr=CALIBRATION.family_cap).flags == ()

    def test_money_is_converted_at_the_frozen_rate(self) -> None:
        accounts = (account("A", arr=15_000_000, currency="JPY"), account("B", arr=100 * K, currency="EUR"))
        cells = cells_of(world(accounts=accounts, requests=(request("s1", "A"), request("s2", "B"))))
        assert (cells["A"].money.gross, cells["B"].money.gross) == (100 * K, 110 * K)

    def test_a_currency_without_a_rate_is_an_error_not_a_guess(self) -> None:
        with pytest.raises(UnknownCurrency, match="GBP"):
            cells_of(world(accounts=(account("A", currency="GBP"),)))


class TestUnknownMoney:
    def test_is_imputed_by_the_median_of_its_class_and_flagged(self) -> None:
        cell = money_of(arr=None)
        assert (cell.money.gross, cell.money.basis) == (CALIBRATION.imputed_standard, Basis.IMPUTED)
        assert cell.flags == ("imputed",)
        accounts = (account("A", arr=None, strategic=True),)
        strategic = cells_of(world(accounts=accounts, requests=(request("s", "A"),)))["A"]
        assert strategic.money.gross == CALIBRATION.imputed_strategic

    def test_an_explicit_zero_is_zero(self) -> None:
        assert (money_of(arr=0).money.gross, money_of(arr=0).flags) == (0, ())

    @pytest.mark.parametrize(
        "known",
        [
            deal("o", "A", amount=0),
            deal("o", "A", amount=None, stage="won"),
            deal("o", "A", amount=None, kind="renewal"),
            deal("o", "A", amount=40 * K, stage="lost", close=DAY - timedelta(days=999)),
        ],
        ids=["an amount of zero", "a won deal", "a renewal", "a deal lost long ago"],
    )
    def test_anything_the_crm_knows_beats_imputing(self, known: Opportunity) -> None:
        assert (money_of(known, arr=None).money.gross, money_of(known, arr=None).money.basis) == (0, Basis.CRM)

    def test_an_open_deal_without_an_amount_is_not_knowledge(self) -> None:
        assert money_of(deal("o", "A", amount=None), arr=None).money.basis is Basis.IMPUTED


class TestTypedMoney:
    def test_counts_and_is_flagged_where_the_crm_knows_nothing(self) -> None:
        cell = money_of(arr=None, typed_arr=20 * K)
        assert (cell.money.gross, cell.money.basis, cell.flags) == (20 * K, Basis.TYPED, ("typed",))

    @pytest.mark.parametrize("arr", [0, 1, 100 * K])
    def test_never_touches_what_the_crm_knows_and_is_flagged_beside_it(self, arr: int) -> None:
        cell = money_of(arr=arr, typed_arr=900 * K)
        assert (cell.money.gross, cell.flags) == (arr, ("typed_differs",))

    @pytest.mark.parametrize(
        ("typed", "flags"), [(99 * K, ()), (101 * K, ()), (98 * K, ("typed_differs",)), (0, ("typed_differs",))]
    )
    def test_a_figure_said_roundly_is_no_other_figure(self, typed: int, flags: tuple[str, ...]) -> None:
        assert money_of(arr=100 * K, typed_arr=typed).flags == flags

    def test_two_zeros_agree(self) -> None:
        assert money_of(arr=0, typed_arr=0).flags == ()

    def test_is_capped_at_the_imputed_median_or_at_what_policy_says(self) -> None:
        portfolio = world(accounts=(account("A", arr=None),), requests=(request("s", "A", typed_arr=900 * K),))
        assert cells_of(portfolio)["A"].money.gross == CALIBRATION.imputed_standard
        generous = CALIBRATION.with_policy(replace(CALIBRATION.policy, typed_cap=500 * K))
        assert gather(portfolio, calibration=generous, as_of=DAY).gaps[0].cells[0].money.gross == 500 * K

    def test_the_latest_figure_counts_and_the_smaller_of_one_day(self) -> None:
        said = (
            request("s1", "A", typed_arr=10 * K, days_ago=3),
            request("s2", "A", typed_arr=30 * K, requester="r2"),
            request("s3", "A", typed_arr=20 * K, requester="r3"),
            request("s4", "A", requester="r4"),
        )
        for order in (said, said[::-1]):
            cells = cells_of(world(accounts=(account("A", arr=None),), requests=order))
            assert cells["A"].money.gross == 20 * K

    def test_what_was_typed_into_an_unverified_account_is_typed_too(self) -> None:
        unverified = account("A", arr=20 * K, verified=False)
        cell = cells_of(world(accounts=(unverified,), requests=(request("s", "A"),)))["A"]
        assert (cell.money.gross, cell.money.basis) == (20 * K, Basis.TYPED)

    def test_a_typed_zero_is_a_zero(self) -> None:
        assert (money_of(arr=None, typed_arr=0).money.gross, money_of(arr=None, typed_arr=0).flags) == (0, ("typed",))

    def test_a_negative_figure_is_no_figure(self) -> None:
        assert money_of(arr=None, typed_arr=-1).money.basis is Basis.IMPUTED

    def test_comes_in_any_currency(self) -> None:
        assert money_of(arr=None, typed_arr=10 * K, typed_currency="EUR").money.gross == 11 * K


class TestConflicts:
    def test_two_different_rows_of_one_id_are_refused(self) -> None:
        with pytest.raises(ConflictingRows, match="A"):
            cells_of(world(accounts=(account("A"), account("A", arr=1))))

    def test_the_same_row_twice_is_harmless(self) -> None:
        assert cells_of(world(accounts=(account("A"), account("A")), requests=(request("s", "A"),)))
