"""Why a gap is where it is: the parts multiply to the score exactly, and each reader gets what they may know."""

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.gap_query import GapQuery
from domain.money import Money
from domain.words import OpportunityKind, Priority
from scoring.confidence import Label
from tests.usecases.office import ADMIN, GUEST, NOW, PM, SELLER, Office, in_days
from usecases.correct_deal import CorrectDeal
from usecases.explain_place import Why

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def why(office: Office, gap_id: int, text: str = "", *, by: str = PM) -> Why:
    use = office.use.ranking
    return use.explain(gap_id, use.saved_views.query(text, by=by), by=by)


@pytest.fixture
def asked(office: Office) -> list[int]:
    """Three gaps in the order of their places."""
    gaps = [office.gap(f"Gap {number}") for number in range(3)]
    for number, gap in enumerate(gaps):
        for each in range(3 - number):
            account = office.account(
                f"Customer {number}{each}",
                arr_minor=(900 - 200 * number - each) * 1000_00,
                renewal_date=in_days(60),
                health="red",
                owner_name=f"Owner {each}",
                is_strategic=each == 0,
            )
            office.file(account_id=account, join_gap_id=gap, priority="P0" if each == 0 else "P1")
    return gaps


_ASKS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 5), st.sampled_from(Priority), st.integers(0, 400)),
    min_size=1,
    max_size=12,
)
_ACCOUNTS = st.lists(
    st.tuples(st.none() | st.integers(0, 10**9), st.booleans(), st.sampled_from(["a", "b", None])),
    min_size=6,
    max_size=6,
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asks=_ASKS, accounts=_ACCOUNTS)
def test_the_lines_multiply_to_the_score_exactly_on_any_data(office: Office, asks: Any, accounts: Any) -> None:
    gaps = [office.gap(f"Gap {number}") for number in range(3)]
    ids = [
        office.account(
            f"A{number}",
            arr_minor=arr,
            arr_currency="EUR" if number % 2 else "USD",
            is_strategic=strategic,
            owner_name=owner,
        )
        for number, (arr, strategic, owner) in enumerate(accounts)
    ]
    for gap, account, priority, age in asks:
        office.clock.move(days=-age)
        office.file(account_id=ids[account], join_gap_id=gaps[gap], priority=priority.value)
        office.clock.move(days=age)
    for gap in {gaps[gap] for gap, *_ in asks}:
        found = why(office, gap)
        assert round(100 * math.prod(line.multiplier for line in found.lines), 6) == found.score
        for other in (found.above, found.below):
            if other is not None:
                assert math.isclose(math.prod(other.ratios.per_metric_ratio), other.ratios.ratio)
                assert math.isclose(other.ratios.ratio * other.ratios.score, found.score, rel_tol=1e-6)
        arr = next(line for line in found.lines if line.metric == "impacted_arr")
        assert abs(sum(family.counted.minor for family in found.families) - arr.value) <= len(found.families)


def test_everything_that_a_leader_may_know(office: Office, asked: list[int]) -> None:
    office.use.ranking.take_snapshot.take()
    found = why(office, asked[1])
    assert (found.position, found.of, found.rank, found.title) == (2, 3, 2, "Gap 1")
    assert (found.above and found.above.key, found.below and found.below.key) == (
        f"GAP-{asked[0]}",
        f"GAP-{asked[2]}",
    )
    first = found.families[0]
    assert (first.name, first.priority, first.gross) == ("Customer 10", Priority.P0, Money(700_000_00, "USD"))
    assert (first.renewal, first.health, float(first.urgency)) == (in_days(60), "red", 4.0)
    assert first.crm_as_of == NOW - timedelta(days=1)
    assert found.lever is not None
    assert found.lever.score_without < found.score
    assert {one.model: one.rank is None for one in found.models} == {
        "rank_fusion": False,
        "cd3": True,
        "rice": True,
        "raw_arr": False,
        "cipf": True,
    }
    assert found.confidence in set(Label)
    assert (found.shows_exact_money, found.sees_customers, found.may_correct) == (True, True, True)


def test_a_seller_gets_bands_and_no_names(office: Office, asked: list[int]) -> None:
    found = why(office, asked[0], by=SELLER)
    assert (found.families, found.more_families, found.corrected) == ((), 3, ())
    assert (found.shows_exact_money, found.sees_customers, found.may_correct) == (False, False, False)
    assert found.lever is not None
    assert "Customer" not in found.lever.name


def test_in_a_filtered_list_only_what_passes_counts(office: Office, asked: list[int]) -> None:
    found = why(office, asked[0], "priority:P0")
    assert [family.priority for family in found.families] == [Priority.P0]
    assert (found.position, found.rank) == (1, 1)
    assert found.query.filters
    with pytest.raises(NotFound, match="is not in this list any more"):
        why(office, asked[0], "area:auth")


def test_no_place_no_explanation(office: Office) -> None:
    with pytest.raises(NotFound, match="has no place in the ranking"):
        why(office, office.gap())
    with pytest.raises(NotAllowed):
        why(office, 1, by=GUEST)


class TestCorrections:
    @pytest.fixture
    def deal(self, office: Office, asked: list[int]) -> int:
        """A deal of five million that a request for the last gap names."""
        account = office.account("Boaster", arr_minor=1_000_00)
        deal = office.opportunity(
            account, name="Whole platform", kind=OpportunityKind.NEW, amount_minor=5_000_000_00, amount_currency="USD"
        )
        office.file(account_id=account, join_gap_id=asked[2], opportunity_id=str(deal), priority="P0")
        return deal

    def correct(self, office: Office, gap: int, deal: int, amount: str, *, by: str = PM, **more: str) -> CorrectDeal:
        use = office.use.ranking.correct_deal
        given = {"reason": "Only the add-on", "key": f"k{next(office.numbers)}"} | more
        use.save(gap, opportunity_id=deal, amount=amount, by=by, **given)
        return use

    def test_a_deal_counts_for_what_was_said_and_the_explanation_says_so(
        self, office: Office, asked: list[int], deal: int
    ) -> None:
        before = why(office, asked[2]).score
        self.correct(office, asked[2], deal, "50k")
        found = why(office, asked[2])
        assert found.score < before
        (told,) = found.corrected
        assert (told.crm, told.corrected) == (Money(5_000_000_00, "USD"), Money(50_000_00, "USD"))
        assert (told.reason, told.by) == ("Only the add-on", PM)
        (row,) = office.audit(f"opportunity:{deal}")
        assert (row.action, row.after, row.reason) == (
            "deal.corrected",
            {"amount_minor": 50_000_00, "amount_currency": "USD"},
            "Only the add-on",
        )

    def test_the_crms_figure_counts_again(self, office: Office, asked: list[int], deal: int) -> None:
        before = why(office, asked[2]).score
        self.correct(office, asked[2], deal, "50k")
        self.correct(office, asked[2], deal, "60k", reason="More seats")
        self.correct(office, asked[2], deal, "", reason="")
        assert why(office, asked[2]).score == before
        assert why(office, asked[2]).corrected == ()
        assert [row.action for row in office.audit(f"opportunity:{deal}")][-1] == "deal.correction_withdrawn"

    def test_the_same_form_twice_corrects_once(self, office: Office, asked: list[int], deal: int) -> None:
        for amount in ("50k", "70k"):
            self.correct(office, asked[2], deal, amount, key="same")
        assert len(office.audit(f"opportunity:{deal}")) == 1

    def test_what_is_wrong_is_said_at_its_field(self, office: Office, asked: list[int], deal: int) -> None:
        for amount, reason, field in (
            ("lots", "x", "amount"),
            ("50k XAU", "x", "amount"),
            ("50k CHF", "x", "amount"),
            ("50k", " ", "reason"),
        ):
            with pytest.raises(InvalidInput) as refused:
                self.correct(office, asked[2], deal, amount, reason=reason)
            assert list(refused.value.fields) == [field], amount
        assert office.audit(f"opportunity:{deal}") == []

    def test_only_deals_of_the_gap_and_only_for_pms(self, office: Office, asked: list[int], deal: int) -> None:
        with pytest.raises(NotFound):
            self.correct(office, asked[0], deal, "50k")
        with pytest.raises(NotAllowed):
            self.correct(office, asked[2], deal, "50k", by=SELLER)
        (shown,) = office.use.ranking.correct_deal.open(asked[2], by=ADMIN).deals
        assert (shown.opportunity_id, shown.corrected) == (deal, None)


class TestOtherModels:
    @pytest.mark.parametrize("model", ["rank_fusion", "cd3", "rice", "raw_arr", "cipf"])
    def test_the_lines_make_the_score_that_the_list_has(self, office: Office, asked: list[int], model: str) -> None:
        office.move(asked[1], effort_months=3.0)
        assert why(office, asked[1]).in_model is None
        found = why(office, asked[1], f"model:{model} priority:P0").in_model
        assert found is not None
        assert found.made is not None
        assert found.score == found.made.score
        assert found.made.computed == pytest.approx(found.score, abs=1e-6)
        listed = office.use.ranking.list_gaps.everything(GapQuery(model=model, priorities=(Priority.P0,)), by=PM)
        line = next(one for one in listed.gaps if one.gap_id == asked[1])
        assert (line.score, line.position) == (found.score, found.rank)

    def test_amounts_and_customers_are_for_those_who_may_see_them(self, office: Office, asked: list[int]) -> None:
        found = why(office, asked[0], "model:raw_arr").in_model
        assert found is not None
        assert found.made is not None
        assert [line.name for line in found.made.lines] == ["Customer 00", "Customer 01", "Customer 02"]
        hidden = why(office, asked[0], "model:raw_arr", by=SELLER).in_model
        assert hidden is not None
        assert (hidden.rank, hidden.score, hidden.made) == (1, None, None)
