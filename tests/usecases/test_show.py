"""The gap's card and the Home tab: only what this reader may see is in them."""

import pytest
from sqlalchemy import update

from domain.amount import Amount
from domain.errors import NotAllowed, NotFound
from domain.money import Money
from domain.people import PersonKind
from domain.words import AccountKind, GapState, OpportunityStage
from storage.models import Account, Opportunity
from tests.usecases.office import ADMIN, GUEST, NOW, OTHER_SELLER, PM, SELLER, Office
from usecases.rank_gaps import Place
from usecases.show_gap import MOST_REQUESTS, DealThen


@pytest.fixture
def asked(office: Office) -> int:
    """A gap that two sellers ask for, each for an account of theirs."""
    gap_id = office.gap(area_key="auth", dri_id="UDRI")
    office.file(account_id=office.account("Acme"), join_gap_id=gap_id, arr="80k")
    office.clock.move(hours=1)
    office.file(account_id=office.account("Globex"), join_gap_id=gap_id, by=OTHER_SELLER, priority="P0")
    return gap_id


class TestGap:
    def test_a_seller_sees_their_own_requests_and_the_number_of_others(self, office: Office, asked: int) -> None:
        card = office.use.show_gap(asked, by=SELLER)
        assert [line.account for line in card.requests] == ["Acme"]
        assert (card.accounts, card.hidden_requests) == (2, 1)
        assert not card.shows_exact_money

    @pytest.mark.parametrize("by", [PM, ADMIN])
    def test_leaders_see_all_newest_first(self, office: Office, asked: int, by: str) -> None:
        card = office.use.show_gap(asked, by=by)
        assert [line.account for line in card.requests] == ["Globex", "Acme"]
        assert (card.hidden_requests, card.shows_exact_money) == (0, True)

    def test_somebody_without_requests_sees_none(self, office: Office, asked: int) -> None:
        card = office.use.show_gap(asked, by="UDRI")
        assert (card.requests, card.hidden_requests) == ((), 2)

    @pytest.mark.parametrize("by", [GUEST, "USTRANGER"])
    def test_strangers_get_the_same_answer_whether_it_exists_or_not(self, office: Office, asked: int, by: str) -> None:
        sentences = set()
        for gap_id in (asked, 999):
            with pytest.raises(NotAllowed) as refused:
                office.use.show_gap(gap_id, by=by)
            sentences.add(refused.value.sentence)
        assert len(sentences) == 1

    def test_an_unknown_key_is_not_found(self, office: Office) -> None:
        with pytest.raises(NotFound, match="GAP-999"):
            office.use.show_gap(999, by=SELLER)

    def test_says_what_it_is(self, office: Office, asked: int) -> None:
        card = office.use.show_gap(asked, by=SELLER)
        assert (card.key, card.title, card.area_key, card.dri_id) == (
            f"GAP-{asked}",
            "SCIM provisioning",
            "auth",
            "UDRI",
        )
        assert (card.state, card.opened_at, card.place) == (GapState.BACKLOG, NOW, Place(rank=1, of=1, before=None))

    def test_the_crms_arr_goes_before_the_typed_one(self, office: Office, asked: int) -> None:
        lines = {line.account: line.arr for line in office.use.show_gap(asked, by=PM).requests}
        assert lines["Acme"] == Amount(Money(100_000_00, "USD"))
        office.file(new_account="Nova", join_gap_id=asked, arr="€5k")
        nova = office.use.show_gap(asked, by=PM).requests[0]
        typed = Amount(original=Money(5_000_00, "EUR"), reporting=Money(5_500_00, "USD"))
        assert (nova.arr, nova.typed, nova.is_verified) == (None, typed, False)

    @pytest.mark.parametrize(
        ("typed", "differs"), [("", False), ("$100k", False), ("99,500", False), ("90k €", False), ("80k €", True)]
    )
    def test_a_typed_arr_stands_beside_the_crms_where_it_is_another(
        self, office: Office, asked: int, typed: str, differs: bool
    ) -> None:
        office.file(account_id=office.account(), join_gap_id=asked, arr=typed)
        assert (office.use.show_gap(asked, by=PM).requests[0].typed is not None) is differs

    def test_what_was_true_when_somebody_asked_is_kept_beside_what_is_true_now(self, office: Office) -> None:
        acme = office.account("Acme", kind=AccountKind.PROSPECT, arr_minor=10_00)
        deal = office.opportunity(
            acme, stage="lost", stage_name="Closed Lost", amount_minor=70_00, amount_currency="EUR"
        )
        gap_id = office.request(office.file(account_id=acme, opportunity_id=deal).request_id).gap_id
        with office.database.write() as session:
            session.execute(update(Account).values(kind=AccountKind.CUSTOMER, arr_minor=20_00))
            session.execute(update(Opportunity).values(stage=OpportunityStage.WON, amount_minor=90_00))
        (line,) = office.use.show_gap(gap_id, by=PM).requests
        assert (line.arr, line.arr_then) == (Amount(Money(20_00, "USD")), Money(10_00, "USD"))
        assert line.kind_then is AccountKind.PROSPECT
        assert line.deal_then == DealThen(stage="Closed Lost", is_lost=True, amount=Money(70_00, "EUR"))

    def test_what_has_not_changed_since_is_not_said_twice(self, office: Office, asked: int) -> None:
        (mine,) = office.use.show_gap(asked, by=SELLER).requests
        assert (mine.arr_then, mine.kind_then, mine.deal_then) == (None, None, None)

    def test_an_account_that_the_crm_deleted_is_marked_and_not_counted(self, office: Office, asked: int) -> None:
        with office.database.write() as session:
            session.execute(update(Account).where(Account.name == "Acme").values(crm_deleted_at=NOW))
        card = office.use.show_gap(asked, by=PM)
        assert {line.account: line.is_deleted for line in card.requests} == {"Acme": True, "Globex": False}
        assert card.accounts == 1

    def test_a_withdrawn_request_is_gone_from_it(self, office: Office, asked: int) -> None:
        (line,) = office.use.show_gap(asked, by=SELLER).requests
        office.use.change_request.withdraw(line.request_id, by=SELLER, response_url=None)
        card = office.use.show_gap(asked, by=PM)
        assert ([one.account for one in card.requests], card.accounts) == (["Globex"], 1)

    def test_a_gap_nobody_asks_for_has_no_place(self, office: Office) -> None:
        card = office.use.show_gap(office.gap(), by=PM)
        assert (card.place, card.accounts, card.requests) == (None, 0, ())

    def test_many_requests_are_cut_and_counted(self, office: Office) -> None:
        gap_id = office.gap()
        for number in range(MOST_REQUESTS + 3):
            office.file(account_id=office.account(f"Globex {number}"), join_gap_id=gap_id)
        card = office.use.show_gap(gap_id, by=PM)
        assert (len(card.requests), card.hidden_requests) == (MOST_REQUESTS, 3)


class TestHome:
    def test_mine_newest_first_with_the_place_of_each(self, office: Office, asked: int) -> None:
        office.clock.move(hours=1)
        newest = office.file(account_id=office.account("Initech", arr_minor=1_00), title="Audit log")
        home = office.use.homes.show(SELLER)
        assert home.is_welcome
        assert [(one.account, one.gap_title, one.rank) for one in home.requests.rows] == [
            ("Initech", "Audit log", 2),
            ("Acme", "SCIM provisioning", 1),
        ]
        assert home.requests.rows[0].request_id == newest.request_id
        assert home.requests.rows[1].gap_id == asked

    def test_a_withdrawn_one_is_gone(self, office: Office, asked: int) -> None:
        assert asked
        (mine,) = office.use.homes.show(OTHER_SELLER).requests.rows
        office.use.change_request.withdraw(mine.request_id, by=OTHER_SELLER, response_url=None)
        assert office.use.homes.show(OTHER_SELLER).requests.rows == ()

    def test_a_request_for_a_closed_gap_stays_without_a_place(self, office: Office, asked: int) -> None:
        office.move(asked, state=GapState.SHIPPED)
        (mine,) = office.use.homes.show(SELLER).requests.rows
        assert (mine.gap_state, mine.rank) == (GapState.SHIPPED, None)

    @pytest.mark.parametrize("kind", [kind for kind in PersonKind if kind is not PersonKind.MEMBER])
    def test_others_than_members_see_an_explanation_only(self, office: Office, asked: int, kind: PersonKind) -> None:
        assert asked
        office.person(SELLER, kind)
        home = office.use.homes.show(SELLER)
        assert (home.is_welcome, home.requests.total) == (False, 0)
