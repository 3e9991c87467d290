"""What the client reads, in which order, and what becomes of changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.directory import CursorLost, Mark
from domain.money import Money
from domain.words import OpportunityKind, OpportunityStage
from tests.integrations.conftest import START, Hands
from tests.integrations.salesforce_world import World


def test_an_account_in_our_words(world: World) -> None:
    ann = world.org.insert("User", Name="Ann Miller", Email="ann@us.example")
    bob = world.org.insert("User", Name="Bob Ürgün", Email="bob@us.example")
    parent = world.add_account("Acme Holding")
    acme = world.add_account(
        "O'Neil & Söhne (100%)",
        Type="Customer",
        Website="https://acme.example",
        Segment__c="Enterprise",
        Region__c="EMEA",
        Health__c="Green",
        Strategic__c=True,
        CurrencyIsoCode="EUR",
        ARR__c="120000.50",
        Renewal_Date__c=date(2026, 9, 1),
        OwnerId=ann,
        CSM__c=bob,
        ParentId=parent,
    )

    found = world.account(acme)

    assert (found.name, found.type_name, found.website) == ("O'Neil & Söhne (100%)", "Customer", "https://acme.example")
    assert (found.segment, found.region, found.health, found.is_strategic) == ("Enterprise", "EMEA", "Green", True)
    assert (found.owner_name, found.owner_email) == ("Ann Miller", "ann@us.example")
    assert (found.csm_name, found.csm_email) == ("Bob Ürgün", "bob@us.example")
    assert (found.arr, found.currency) == (Money(minor=12_000_050, currency="EUR"), "EUR")
    assert (found.renewal_date, found.parent_id, found.modified_at) == (date(2026, 9, 1), parent, START)
    assert (found.is_deleted, found.master_id, found.unreadable) == (False, None, ())


def test_what_is_empty_is_not_zero(world: World) -> None:
    acme = world.add_account()

    found = world.account(acme)

    assert (found.arr, found.owner_name, found.csm_name, found.renewal_date, found.segment) == (None,) * 5
    assert found.unreadable == ()


@pytest.mark.parametrize(
    ("closed", "won", "stage"),
    [
        (False, False, OpportunityStage.OPEN),
        (True, True, OpportunityStage.WON),
        (True, False, OpportunityStage.LOST),
    ],
)
def test_a_deal_in_our_words(world: World, closed: bool, won: bool, stage: OpportunityStage) -> None:
    acme = world.add_account()
    deal = world.add_deal(
        acme,
        Amount=5000,
        CurrencyIsoCode="JPY",
        Type="Renewal",
        StageName="Proposal",
        Probability=60,
        CloseDate=date(2026, 3, 31),
        IsClosed=closed,
        IsWon=won,
    )

    (found,) = world.opportunities()

    assert (found.id, found.account_id, found.stage, found.kind) == (deal, acme, stage, OpportunityKind.RENEWAL)
    assert (found.amount, found.stage_name) == (Money(minor=5000, currency="JPY"), "Proposal")
    assert (found.probability, found.close_date, found.unreadable) == (60, date(2026, 3, 31), ())


def test_five_pages_with_their_total_and_marks(world: World, clock: Hands) -> None:
    ids = []
    for number in range(14):
        clock.pass_(seconds=number % 2)
        ids.append(world.add_account(f"Account {number}"))

    pages = list(world.directory.accounts())

    assert [len(page.records) for page in pages] == [3, 3, 3, 3, 2]
    assert {page.total for page in pages} == {14}
    assert {one.id for page in pages for one in page.records} == set(ids)
    read = [(one.modified_at, one.id) for page in pages for one in page.records]
    assert read == sorted(read)
    assert [(page.mark.modified_at, page.mark.id) for page in pages] == [*read[2::3], read[-1]]
    assert world.count("query", "query_more") == 5


def test_nothing_gives_no_page(world: World) -> None:
    assert list(world.directory.accounts()) == []


def test_a_lost_cursor_is_said_and_the_read_goes_on_after_the_last_mark(world: World) -> None:
    ids = {world.add_account(f"Same second {number}") for number in range(10)}
    pages = world.directory.accounts()
    kept = [next(pages), next(pages)]
    world.salesforce.lose_cursors()

    with pytest.raises(CursorLost):
        next(pages)

    read = [one.id for page in kept for one in page.records]
    read += [one.id for one in world.accounts(after=kept[-1].mark)]
    assert len(read) == len(ids)
    assert set(read) == ids


def test_the_deals_of_a_few_accounts_the_last_changed_ones_first(world: World, clock: Hands) -> None:
    acme, other = world.add_account(), world.add_account("Other")
    deals = []
    for number in range(5):  # more than a page
        clock.pass_(seconds=1)
        deals.append(world.add_deal(acme, f"Deal {number}"))
    world.add_deal(other)
    world.org.delete("Opportunity", deals.pop(0))
    assert [one.id for one in world.directory.opportunities_of([acme])] == deals[::-1]
    assert [one.id for one in world.directory.opportunities_of([acme, other], limit=2)][1:] == deals[:-2:-1]
    assert world.directory.opportunities_of([]) == []


class TestChanges:
    def test_since_a_moment_is_inclusive(self, world: World, clock: Hands) -> None:
        world.add_account("Old")
        clock.pass_(hours=1)
        at = world.add_account("At")
        clock.pass_(seconds=1)
        later = world.add_account("Later")

        found = world.accounts(after=Mark(modified_at=START + timedelta(hours=1)))

        assert [one.id for one in found] == [at, later]

    def test_after_a_record_is_not(self, world: World) -> None:
        first, second, third = sorted(world.add_account(f"Same second {number}") for number in range(3))

        found = world.accounts(after=Mark(modified_at=START, id=first))

        assert [one.id for one in found] == [second, third]

    def test_a_mark_in_another_zone_is_the_same_moment(self, world: World) -> None:
        world.add_account()
        elsewhere = datetime.fromisoformat("2026-01-05T18:00:00+09:00")

        assert elsewhere == START
        assert len(world.accounts(after=Mark(modified_at=elsewhere))) == 1
        assert world.accounts(after=Mark(modified_at=elsewhere + timedelta(seconds=1))) == []

    def test_a_new_owner_and_a_new_currency_are_changes(self, world: World, clock: Hands) -> None:
        ann, bob = (world.org.insert("User", Name=name) for name in ("Ann", "Bob"))
        acme = world.add_account(OwnerId=ann, ARR__c=100)
        mark = Mark(modified_at=clock(), id=acme)
        clock.pass_(minutes=1)

        world.org.update("Account", acme, OwnerId=bob, CurrencyIsoCode="JPY")

        (found,) = world.accounts(after=mark)
        assert (found.owner_name, found.arr) == ("Bob", Money(minor=100, currency="JPY"))

    def test_a_formula_is_none_so_only_a_full_read_sees_it(self, world: World, clock: Hands) -> None:
        acme = world.add_account(Health__c="Green")
        mark = Mark(modified_at=clock(), id=acme)
        clock.pass_(minutes=1)

        world.org.update("Account", acme, Health__c="Red")

        assert world.accounts(after=mark) == []
        assert world.account(acme).health == "Red"


class TestDeleted:
    def test_a_deletion_is_a_change_for_those_who_ask(self, world: World, clock: Hands) -> None:
        acme = world.add_account()
        deal = world.add_deal(acme)
        clock.pass_(minutes=1)
        since = Mark(modified_at=clock())

        world.org.delete("Account", acme)

        (found,) = world.accounts(after=since, with_deleted=True)
        assert (found.id, found.is_deleted, found.master_id) == (acme, True, None)
        assert world.accounts() == []
        assert [(one.id, one.is_deleted) for one in world.opportunities(after=since, with_deleted=True)] == [
            (deal, True)
        ]

    def test_an_undeleted_account_comes_back_as_a_change(self, world: World, clock: Hands) -> None:
        acme = world.add_account()
        world.org.delete("Account", acme)
        clock.pass_(minutes=1)
        since = Mark(modified_at=clock())

        world.org.undelete("Account", acme)

        assert [(one.id, one.is_deleted) for one in world.accounts(after=since, with_deleted=True)] == [(acme, False)]

    def test_a_merged_account_names_its_master_which_has_its_children(self, world: World, clock: Hands) -> None:
        acme, other = world.add_account("Acme"), world.add_account("Acme Ltd")
        deal, child = world.add_deal(other), world.add_account("Acme Child", ParentId=other)
        clock.pass_(minutes=1)
        since = Mark(modified_at=clock())

        world.org.merge(acme, other)

        found = {one.id: one for one in world.accounts(after=since, with_deleted=True)}
        assert found.keys() == {acme, other, child}
        assert (found[other].is_deleted, found[other].master_id) == (True, acme)
        assert (found[acme].is_deleted, found[child].parent_id) == (False, acme)
        assert [(one.id, one.account_id) for one in world.opportunities(after=since)] == [(deal, acme)]

    def test_deleted_ones_have_pages_too(self, world: World) -> None:
        for number in range(7):
            world.org.delete("Account", world.add_account(f"Account {number}"))

        assert len(world.accounts(with_deleted=True)) == 7

    def test_what_was_destroyed_is_only_missing(self, world: World) -> None:
        acme = world.add_account()
        world.org.delete("Account", acme)
        world.org.destroy("Account", acme)

        assert world.accounts(with_deleted=True) == []


def test_memory_holds_one_page(world: World) -> None:
    """The second page is not asked for before the first one was used."""
    for number in range(9):
        world.add_account(f"Account {number}")
    pages = world.directory.accounts()

    next(pages)

    assert (world.count("query"), world.count("query_more")) == (1, 0)


def test_times_are_utc(world: World) -> None:
    world.add_account()

    assert world.accounts()[0].modified_at.tzinfo is UTC
