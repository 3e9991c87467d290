"""The list as people ask for it: filters choose requests, sums count each account once, movement is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import NotAllowed
from domain.gap_query import GapQuery
from domain.money import Money
from domain.words import GapState, Impact
from storage.models import GapTheme
from tests.usecases.office import GUEST, NOW, PM, SELLER, Office
from usecases.list_gaps import GapList

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def listed(office: Office, text: str = "", *, by: str = PM, page: int = 0) -> GapList:
    use = office.use.ranking
    return use.list_gaps.page(use.saved_views.query(text, by=by), by=by, page=page)


def titles(office: Office, text: str = "", *, by: str = PM) -> list[str]:
    return [gap.title for gap in listed(office, text, by=by).gaps]


@pytest.fixture
def company(office: Office) -> dict[str, int]:
    """Three gaps: SCIM (Acme, Nord), Audit (Nord), Offline (Tiny), with all that filters look at."""
    acme = office.account("Acme Ltd", segment="Enterprise", region="EMEA", owner_name="Olga Owen", arr_minor=400_000_00)
    nord = office.account(
        "Nordwind AG", segment="Mid-Market", region="AMER North", csm_slack_id=PM, arr_minor=90_000_00
    )
    tiny = office.account("Tiny", segment="Enterprise", arr_minor=1_000_00)
    scim = office.gap("SCIM provisioning", area_key="auth", dri_id="UDRI")
    audit = office.gap("Audit log export", area_key="data", state=GapState.NEW)
    offline = office.gap("Offline mode", state=GapState.TRIAGE)
    office.clock.move(days=-40)
    office.file(account_id=acme, join_gap_id=scim, priority="P0")
    office.clock.move(days=40)
    office.file(account_id=nord, join_gap_id=scim, gitlab_url="https://gitlab.example.com/a/-/issues/1")
    office.file(account_id=nord, join_gap_id=audit, impact=Impact.BLOCKS_NEW_DEAL.value, by=PM)
    office.file(account_id=tiny, join_gap_id=offline, priority="NICE")
    with office.database.write() as session:
        session.add(GapTheme(gap_id=audit, theme="compliance"))
    return {"scim": scim, "audit": audit, "offline": offline, "acme": acme, "nord": nord}


FILTERED: list[tuple[str, list[str]]] = [
    ("", ["SCIM provisioning", "Audit log export", "Offline mode"]),
    ("area:auth", ["SCIM provisioning"]),
    ("area:auth,data", ["SCIM provisioning", "Audit log export"]),
    ("status:new", ["Audit log export"]),
    ("priority:P0", ["SCIM provisioning"]),
    ("priority:nice", ["Offline mode"]),
    ("impact:blocks_new_deal", ["Audit log export"]),
    ("segment:enter", ["SCIM provisioning", "Offline mode"]),
    ("region:north", ["SCIM provisioning", "Audit log export"]),
    ("account:nord", ["SCIM provisioning", "Audit log export"]),
    ("owner:olga", ["SCIM provisioning"]),
    ("owner:me", ["SCIM provisioning", "Audit log export"]),
    ("linked:yes", ["SCIM provisioning"]),
    ("linked:no", ["Audit log export", "Offline mode"]),
    ("theme:Compliance", ["Audit log export"]),
    ("since:30d account:acme", []),
    ("until:30d", ["SCIM provisioning"]),
    ("log export", ["Audit log export"]),
    ("segment:enterprise priority:P0", ["SCIM provisioning"]),
    ("segment:nobody", []),
]


class TestFilters:
    def test_choose_requests(self, office: Office, company: dict[str, int]) -> None:
        for text, expected in FILTERED:
            assert titles(office, text) == expected, text
        assert titles(office, f"gap-{company['offline']}") == ["Offline mode"]

    def test_a_gap_is_scored_by_the_requests_that_pass(self, office: Office, company: dict[str, int]) -> None:
        whole, enterprise = listed(office).gaps[0], listed(office, "segment:mid").gaps[0]
        assert (whole.gap_id, enterprise.gap_id) == (company["scim"], company["scim"])
        assert (whole.accounts, enterprise.accounts) == (2, 1)
        assert enterprise.arr == Money(90_000_00, "USD")
        assert enterprise.score is not None
        assert whole.score is not None
        assert enterprise.score < whole.score

    def test_both_places_are_told(self, office: Office, company: dict[str, int]) -> None:
        (gap,) = listed(office, "area:data").gaps
        assert (gap.gap_id, gap.position, gap.rank) == (company["audit"], 1, 2)

    def test_who_asks_is_not_given_away_by_a_filter(self, office: Office, company: dict[str, int]) -> None:
        """A seller finds the accounts they filed for themselves, and nobody else's."""
        assert company
        assert titles(office, "account:nord", by=SELLER) == ["SCIM provisioning"]
        assert titles(office, "account:nord", by=PM) == ["SCIM provisioning", "Audit log export"]
        assert titles(office, "owner:olga", by="UOTHER") == []

    def test_requests_of_a_merged_gap_are_found_under_the_one_that_lives(
        self, office: Office, company: dict[str, int]
    ) -> None:
        office.move(company["audit"], state=GapState.DUPLICATE, merged_into_id=company["offline"])
        assert titles(office, "offline account:nord") == ["Offline mode"]
        assert titles(office, "audit") == []


class TestOrder:
    def test_sorted_otherwise(self, office: Office, company: dict[str, int]) -> None:
        assert company
        for sort in ("arr", "accounts", "p0"):
            assert titles(office, f"sort:{sort}")[0] == "SCIM provisioning", sort
        assert titles(office, "sort:newest")[-1] == "SCIM provisioning"

    def test_a_model_that_needs_an_estimate_drops_no_gap(self, office: Office, company: dict[str, int]) -> None:
        office.move(company["offline"], effort_months=2.0)
        shown = listed(office, "model:cd3")
        assert [(gap.title, gap.position) for gap in shown.gaps] == [
            ("Offline mode", 1),
            ("SCIM provisioning", None),
            ("Audit log export", None),
        ]
        assert [gap.needs_estimate for gap in shown.gaps] == [False, True, True]
        assert shown.total == 3


class TestPagesAndSums:
    def test_an_account_that_asks_twice_counts_once(self, office: Office, company: dict[str, int]) -> None:
        assert company
        shown = listed(office)
        assert sum(gap.accounts for gap in shown.gaps) == 4
        assert (shown.whole.accounts, shown.whole.arr) == (3, Money(491_000_00, "USD"))

    def test_a_page_says_what_share_of_all_it_is(self, office: Office, company: dict[str, int]) -> None:
        assert company
        shown = listed(office, "1", page=1)
        assert (shown.page, shown.pages, shown.total) == (1, 3, 3)
        assert shown.shown.arr == Money(90_000_00, "USD")
        assert shown.shown.share_of(shown.whole) == pytest.approx(90 / 491)
        assert [listed(office, "1", page=page).page for page in (99, -1)] == [2, 0], "beyond the end is the nearest"

    def test_strangers_see_nothing(self, office: Office) -> None:
        with pytest.raises(NotAllowed):
            office.use.ranking.list_gaps.page(GapQuery(), by=GUEST, page=0)

    def test_what_was_kept_is_not_shown_once_something_happened(self, office: Office, company: dict[str, int]) -> None:
        before = listed(office)
        assert listed(office) == before
        office.file(account_id=office.account("New", arr_minor=5_000_000_00), join_gap_id=company["offline"])
        assert listed(office).whole.accounts == before.whole.accounts + 1

    def test_everything_is_all_pages_together(self, office: Office, company: dict[str, int]) -> None:
        assert company
        use = office.use.ranking
        query = replace(GapQuery(), size=1)
        everything = use.list_gaps.everything(query, by=PM)
        assert [gap.gap_id for gap in everything.gaps] == [
            use.list_gaps.page(query, by=PM, page=page).gaps[0].gap_id for page in range(3)
        ]


class TestMovement:
    def test_is_told_against_the_last_ranking_that_is_a_week_old(self, office: Office, company: dict[str, int]) -> None:
        office.clock.move(days=-10)
        assert office.use.ranking.take_snapshot.take()
        office.clock.move(days=6)
        office.file(
            account_id=office.account("Giant", arr_minor=9_000_000_00), join_gap_id=company["offline"], priority="P0"
        )
        assert office.use.ranking.take_snapshot.take()
        office.clock.move(days=4)
        fresh = office.file(account_id=office.account("Fresh", arr_minor=1_00), title="Brand new thing")
        assert fresh
        shown = listed(office)
        assert shown.moved_since == (NOW - timedelta(days=10)).date()
        told = {gap.title: (gap.rank, gap.was, gap.is_new) for gap in shown.gaps}
        assert told["SCIM provisioning"][1] == 1
        assert told["Offline mode"][2] is False, "it was ranked four days ago"
        assert told["Brand new thing"][1:] == (None, True)

    def test_there_is_none_without_a_snapshot_or_in_another_model(
        self, office: Office, company: dict[str, int]
    ) -> None:
        assert company
        assert listed(office).moved_since is None
        office.clock.move(days=-10)
        office.use.ranking.take_snapshot.take()
        office.clock.move(days=10)
        assert listed(office, "model:raw_arr").moved_since is None
