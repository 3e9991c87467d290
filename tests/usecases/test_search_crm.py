"""A form asks the CRM itself: one answer for each question, found accounts are mirrored, and the name is not kept."""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.directory import (
    CurrencyRate,
    CurrencyTable,
    DirectoryAccount,
    DirectoryError,
    DirectoryOpportunity,
    DirectoryRefused,
    DirectoryUnavailable,
)
from domain.errors import NotAllowed
from domain.money import ExchangeRates, Money
from storage.models import Account, AccountSearch, Opportunity
from tests.usecases.memory_directory import MemoryDirectory
from tests.usecases.office import GUEST, OTHER_SELLER, SELLER, Office
from usecases.account_searches import AccountSearches, Question
from usecases.allowance import Allowance, TooFast
from usecases.current_rates import CurrentRates
from usecases.job_kinds import KNOW_OWNERS, SEARCH_CRM, TIDY_UP, SlotCame
from usecases.search_crm import AWAY, Answer, SearchCrm


class Moody(MemoryDirectory):
    """A CRM that may refuse to be searched."""

    mood: DirectoryError | None = None

    def search_accounts(self, *, prefix: str, limit: int = 20) -> list[DirectoryAccount]:
        if self.mood is not None:
            raise self.mood
        return super().search_accounts(prefix=prefix, limit=limit)

    mood_of_deals: DirectoryError | None = None

    def opportunities_of(self, account_ids: Collection[str], *, limit: int = 500) -> list[DirectoryOpportunity]:
        if self.mood_of_deals is not None:
            raise self.mood_of_deals
        return super().opportunities_of(account_ids, limit=limit)


@pytest.fixture
def crm(office: Office) -> Moody:
    return Moody(office.clock)


@pytest.fixture
def rates(office: Office) -> CurrentRates:
    return CurrentRates(database=office.database, policy=ExchangeRates(reporting="USD", rates={}), now=office.clock)


@pytest.fixture
def search(office: Office, crm: Moody, rates: CurrentRates) -> SearchCrm:
    return SearchCrm(database=office.database, directory=crm, rates=rates, now=office.clock)


@pytest.fixture
def searches(office: Office) -> AccountSearches:
    return AccountSearches(
        database=office.database,
        people=office.use.people,
        now=office.clock,
        allowance=Allowance(at_once=3, per_second=0.1, now=office.clock),
    )


def question(typed: str = "Zeb", *, view: str = "V1", form: str = "{}", by: str = SELLER) -> Question:
    return Question(view_id=view, user_id=by, typed=typed, form=form)


def promised(office: Office) -> list[int]:
    return [job.payload["search_id"] for job in office.jobs(SEARCH_CRM)]


def kept(office: Office) -> list[tuple[str, str, str]]:
    query = select(AccountSearch.view_id, AccountSearch.typed, AccountSearch.form).order_by(AccountSearch.id)
    return list(map(tuple, office.reading(lambda session: session.execute(query).all())))


class TestAsking:
    def test_promises_one_answer_and_keeps_the_name_out_of_the_job(
        self, office: Office, searches: AccountSearches
    ) -> None:
        searches.ask(question("Zebra"))
        (promise,) = promised(office)
        assert searches.waiting(promise) == question("Zebra")
        assert office.jobs(SEARCH_CRM)[0].payload == {"search_id": promise}

    def test_a_form_that_is_drawn_again_meanwhile_waits_for_the_same_answer(
        self, office: Office, searches: AccountSearches
    ) -> None:
        searches.ask(question(form="before"))
        searches.ask(question(form="after"))
        assert len(promised(office)) == 1
        assert kept(office) == [("V1", "Zeb", "after")]

    def test_another_name_takes_the_first_ones_place(self, office: Office, searches: AccountSearches) -> None:
        searches.ask(question("Zeb"))
        searches.ask(question("Yak"))
        first, second = promised(office)
        assert (searches.waiting(first), searches.waiting(second)) == (None, question("Yak"))

    def test_two_forms_wait_for_two_answers(self, office: Office, searches: AccountSearches) -> None:
        searches.ask(question())
        searches.ask(question(view="V2", by=OTHER_SELLER))
        assert len(set(promised(office))) == 2
        searches.forget("V1")
        assert kept(office) == [("V2", "Zeb", "{}")]

    def test_a_guest_asks_for_nothing(self, office: Office, searches: AccountSearches) -> None:
        with pytest.raises(NotAllowed):
            searches.ask(question(by=GUEST))
        assert (promised(office), kept(office)) == ([], [])

    def test_whoever_asks_too_often_is_told_and_nothing_is_promised(
        self, office: Office, searches: AccountSearches
    ) -> None:
        for number in range(3):
            searches.ask(question(f"Zeb{number}"))
        with pytest.raises(TooFast):
            searches.ask(question("Zeb9"))
        assert len(promised(office)) == 3
        searches.ask(question("Zeb2"))

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_what_was_never_answered_is_gone_after_a_day(self, office: Office, searches: AccountSearches) -> None:
        searches.ask(question())
        office.clock.move(hours=23)
        searches.ask(question(view="V2"))
        office.clock.move(hours=2)
        office.use.tidy_up(office.attempt(TIDY_UP, SlotCame()))
        assert [view for view, _, _ in kept(office)] == ["V2"]


class TestTheAnswer:
    def test_the_only_hit_is_chosen_and_mirrored(self, office: Office, search: SearchCrm, crm: Moody) -> None:
        key = crm.account(1, "Zebra Foods", arr=Money(7_00, "EUR"), segment="SMB", owner_email="Lena@Example.com")
        found = search.answer(question("Zeb"))
        assert found.chosen is not None
        assert (found.chosen.name, found.chosen.hints, found.trouble) == ("Zebra Foods", "SMB", None)
        stored = office.reading(lambda session: session.scalars(select(Account)).one())
        assert (stored.id, stored.salesforce_id, stored.arr) == (found.chosen.account_id, key, Money(7_00, "EUR"))
        assert (stored.is_verified, stored.owner_email) == (True, "lena@example.com")
        assert [one.name for one in office.use.find_accounts.matching("foods", by=SELLER)] == ["Zebra Foods"]

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("names", "typed", "chosen"),
        [
            (["Zebra", "Zebra Foods"], "Zebra", "Zebra"),
            (["Zebra AG", "Zebra Foods"], "Zebra", None),
            (["Zebra", "Zebra"], "Zebra", None),
            ([], "Zebra", None),
        ],
    )
    def test_only_one_that_can_be_meant_is_chosen(
        self, search: SearchCrm, crm: Moody, names: list[str], typed: str, chosen: str | None
    ) -> None:
        for number, name in enumerate(names):
            crm.account(number, name)
        found = search.answer(question(typed))
        assert [one.name for one in found.hits] == names
        assert (found.chosen.name if found.chosen else None) == chosen

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    @pytest.mark.parametrize("mood", [DirectoryUnavailable("Away."), DirectoryRefused("Check the secret.")])
    def test_a_crm_that_does_not_answer_is_a_sentence(
        self, search: SearchCrm, crm: Moody, mood: DirectoryError
    ) -> None:
        crm.mood = mood
        assert search.answer(question()) == Answer(hits=(), trouble=AWAY)

    def test_deals_owner_and_currency_come_with_the_account(
        self, office: Office, search: SearchCrm, crm: Moody, rates: CurrentRates
    ) -> None:
        long_ago = office.clock() - timedelta(days=90)
        key = crm.account(1, "Zebra", arr=Money(7_00, "EUR"), modified_at=long_ago, owner_email="lena@example.com")
        deal = crm.opportunity(1, key, "Zebra renewal", amount=Money(5_00, "EUR"), modified_at=long_ago)
        crm.opportunity(2, crm.account(2, "Yak"), "Another")
        per_dollar = {"USD": Decimal(1), "EUR": Decimal("0.8")}
        crm.table = CurrencyTable(
            corporate="USD", rates=tuple(CurrencyRate(code=code, per_corporate=one) for code, one in per_dollar.items())
        )
        assert not rates().knows("EUR")
        found = search.answer(question("Zeb")).chosen
        assert found is not None
        stored = office.reading(lambda session: session.scalars(select(Opportunity)).all())
        assert [(one.salesforce_id, one.account_id) for one in stored] == [(deal, found.account_id)]
        assert rates().convert(Money(8_00, "EUR")) == Money(10_00, "USD")
        assert len(office.jobs(KNOW_OWNERS)) == 1

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_an_account_without_its_deals_is_better_than_none(self, search: SearchCrm, crm: Moody) -> None:
        crm.account(1, "Zebra")
        crm.mood_of_deals = DirectoryUnavailable("Away.")
        assert search.answer(question("Zeb")).chosen is not None

    def test_what_the_crm_hides_stays_as_it_was(self, office: Office, search: SearchCrm, crm: Moody) -> None:
        key = crm.account(1, "Zebra", segment=None, arr=None)
        acme = office.account("Zebra", salesforce_id=key, segment="SMB", arr_minor=5_00)
        crm.hidden = frozenset({"segment", "arr"})
        office.clock.move(hours=1)
        search.answer(question("Zebra"))
        stored = office.reading(lambda session: session.get(Account, acme))
        assert (stored.segment, stored.arr) == ("SMB", Money(5_00, "USD"))
        assert stored.crm_seen_at == office.clock() > stored.arr_as_of + timedelta(hours=1)
