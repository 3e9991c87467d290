"""The ranking as people get it: pages, places, currencies, and what does not count."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.policy_file import Policy
from domain.errors import NotAllowed
from domain.gap_query import GapQuery
from domain.money import Money
from domain.words import GapState
from storage.database import Database
from storage.models import Account
from tests.usecases.office import ADMIN, GUEST, NOW, PM, POLICY, SELLER, Office
from usecases.list_gaps import GapList
from usecases.rank_gaps import Place


def page(office: Office, *, by: str = SELLER, number: int = 0, size: int = 10) -> GapList:
    return office.use.ranking.list_gaps.page(replace(GapQuery(), size=size), by=by, page=number)


def place(office: Office, gap_id: int, *, without: int | None = None) -> Place | None:
    return office.reading(  # type: ignore[no-any-return]
        lambda session: office.use.rank.place(session, gap_id=gap_id, without_request=without)
    )


@pytest.fixture
def ranked(office: Office) -> list[int]:
    """Five gaps, the first asked for by the richest account, and so on down."""
    gaps = []
    for number in range(5):
        account = office.account(f"Globex {number}", arr_minor=(500 - 90 * number) * 1000_00)
        filed = office.file(account_id=account, title=f"Missing thing {number}")
        gaps.append(office.request(filed.request_id).gap_id)
    return gaps


class TestPages:
    def test_the_first_page_is_the_top(self, office: Office, ranked: list[int]) -> None:
        shown = page(office, size=2)
        assert [gap.gap_id for gap in shown.gaps] == ranked[:2]
        assert [gap.rank for gap in shown.gaps] == [1, 2]
        assert (shown.page, shown.pages, shown.total) == (0, 3, 5)
        assert shown.as_of == office.clock().date()

    def test_the_last_page_is_short(self, office: Office, ranked: list[int]) -> None:
        assert [gap.gap_id for gap in page(office, number=2, size=2).gaps] == ranked[4:]

    @pytest.mark.parametrize(("wanted", "got"), [(99, 2), (-1, 0), (3, 2)])
    @pytest.mark.usefixtures("ranked")
    def test_a_page_beyond_the_end_is_the_nearest_there_is(self, office: Office, wanted: int, got: int) -> None:
        assert page(office, number=wanted, size=2).page == got

    def test_all_pages_together_are_the_list_once(self, office: Office, ranked: list[int]) -> None:
        seen = [gap.gap_id for number in range(3) for gap in page(office, number=number, size=2).gaps]
        assert seen == ranked

    def test_nothing_asked_for_is_an_empty_page(self, office: Office) -> None:
        office.gap()
        shown = page(office)
        assert (shown.gaps, shown.page, shown.pages, shown.total) == ((), 0, 1, 0)

    @pytest.mark.usefixtures("ranked")
    def test_the_same_data_is_the_same_list(self, office: Office) -> None:
        assert page(office) == page(office)


class TestWhoSees:
    @pytest.mark.parametrize(("by", "exact"), [(SELLER, False), (PM, True), (ADMIN, True)])
    def test_exact_money_is_for_leaders(self, office: Office, by: str, exact: bool) -> None:
        assert page(office, by=by).shows_exact_money == exact

    @pytest.mark.parametrize("by", [GUEST, "USTRANGER"])
    def test_strangers_see_nothing(self, office: Office, by: str) -> None:
        with pytest.raises(NotAllowed):
            page(office, by=by)


class TestWhatCounts:
    def test_a_gap_shows_what_it_adds_up_to(self, office: Office) -> None:
        gap_id = office.gap(area_key="auth")
        rich = office.account("Rich", arr_minor=300_000_00, is_strategic=True)
        poor = office.account("Poor", arr_minor=50_000_00)
        office.file(
            account_id=rich, join_gap_id=gap_id, priority="P0", gitlab_url="https://gitlab.example.com/a/-/issues/1"
        )
        office.file(account_id=rich, join_gap_id=gap_id)
        office.file(account_id=poor, join_gap_id=gap_id)
        (shown,) = page(office).gaps
        assert (shown.key, shown.area_key, shown.state) == (f"GAP-{gap_id}", "auth", GapState.BACKLOG)
        assert shown.arr == Money(350_000_00, "USD"), "each account once"
        assert (shown.accounts, shown.strategic_accounts, shown.p0_accounts) == (2, 1, 1)
        assert [issue.url for issue in shown.issues] == ["https://gitlab.example.com/a/-/issues/1"]
        assert not shown.has_guessed_money

    def test_money_is_converted_to_the_reporting_currency(self, office: Office) -> None:
        gap_id = office.gap()
        euro = office.account("Euro", arr_minor=100_000_00, arr_currency="EUR")
        yen = office.account("Yen", arr_minor=10_000_000, arr_currency="JPY")
        office.file(account_id=euro, join_gap_id=gap_id)
        office.file(account_id=yen, join_gap_id=gap_id)
        (shown,) = page(office).gaps
        assert shown.arr == Money(176_000_00, "USD")

    @pytest.mark.parametrize(("cap", "dollars"), [(None, 90_000), (20_000, 20_000), (2_000_000, 900_000)])
    def test_what_was_typed_for_an_account_that_the_crm_does_not_have_counts_up_to_a_cap(
        self, database: Database, cap: int | None, dollars: int
    ) -> None:
        capped = POLICY.model_copy(update={"scoring": POLICY.scoring.model_copy(update={"typed_cap": cap})})
        office = Office(database, policy=capped)
        office.file(new_account="Zebra Foods", arr="900k")
        (shown,) = page(office).gaps
        assert (shown.arr, shown.has_guessed_money) == (Money(dollars * 100, "USD"), True)

    def test_an_account_that_the_crm_deleted_counts_no_more(self, office: Office) -> None:
        gap_id, acme = office.gap(), office.account()
        office.file(account_id=acme, join_gap_id=gap_id)
        with office.database.write() as session:
            session.execute(update(Account).values(crm_deleted_at=NOW))
        assert page(office).total == 0

    def test_a_withdrawn_request_stops_counting_at_once(self, office: Office) -> None:
        gap_id, acme = office.gap(), office.account()
        filed = office.file(account_id=acme, join_gap_id=gap_id)
        assert place(office, gap_id) == Place(rank=1, of=1, before=None)
        office.use.change_request.withdraw(filed.request_id, by=SELLER, response_url=None)
        assert page(office).total == 0

    @pytest.mark.parametrize("state", [GapState.SHIPPED, GapState.DECLINED, GapState.TRANSFERRED])
    def test_a_closed_gap_is_not_ranked(self, office: Office, state: GapState) -> None:
        acme, gap_id = office.account(), office.gap()
        office.file(account_id=acme, join_gap_id=gap_id)
        office.move(gap_id, state=state)
        assert page(office).total == 0
        assert place(office, gap_id) is None

    def test_requests_of_a_merged_gap_count_for_the_one_that_lives(self, office: Office) -> None:
        living, merged = office.gap(), office.gap()
        office.file(account_id=office.account("A"), join_gap_id=living)
        office.file(account_id=office.account("B"), join_gap_id=merged)
        office.move(merged, state=GapState.DUPLICATE, merged_into_id=living)
        (shown,) = page(office).gaps
        assert (shown.gap_id, shown.accounts) == (living, 2)

    def test_an_account_that_is_not_in_the_crm_cannot_buy_the_top(self, office: Office, ranked: list[int]) -> None:
        gap_id = office.gap("Gold plating")
        office.file(new_account="Nova", join_gap_id=gap_id, arr="9bn")
        found = place(office, gap_id)
        assert found is not None
        assert found.rank > 1
        assert page(office).gaps[0].gap_id == ranked[0]


class TestPlace:
    def test_before_and_after_a_request(self, office: Office, ranked: list[int]) -> None:
        last = ranked[-1]
        filed = office.file(account_id=office.account("Giant", arr_minor=5_000_000_00), join_gap_id=last)
        assert place(office, last, without=filed.request_id) == Place(rank=1, of=5, before=5)

    def test_a_new_gap_had_no_place_before(self, office: Office, ranked: list[int]) -> None:
        filed = office.file(account_id=office.account("Tiny", arr_minor=1_00), title="Brand new")
        gap_id = office.request(filed.request_id).gap_id
        assert place(office, gap_id, without=filed.request_id) == Place(rank=6, of=6, before=None)
        assert gap_id not in ranked

    def test_a_gap_that_does_not_exist_has_none(self, office: Office) -> None:
        assert place(office, 999) is None


def test_weights_of_the_policy_count(database: Database) -> None:
    """By accounts alone two small ones beat a big one."""
    policy = {"scoring": {"currency": "USD", "weights": [0.0, 1.0, 0.0, 0.0]}}
    office = Office(database, policy=Policy.model_validate(policy))
    rich, popular = office.gap("Rich"), office.gap("Popular")
    office.file(account_id=office.account("Big", arr_minor=9_000_000_00), join_gap_id=rich)
    for number in range(2):
        office.file(account_id=office.account(f"Small {number}", arr_minor=1_000_00), join_gap_id=popular)
    assert [gap.gap_id for gap in page(office).gaps] == [popular, rich]
