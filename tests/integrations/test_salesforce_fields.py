"""The mapping of fields: what may be written, and what the org shows of it."""

import pytest

from domain.directory import DirectoryRefused
from domain.money import Money
from domain.words import OpportunityKind, OpportunityStage
from integrations.salesforce_fields import FieldMapping, UnusableMapping
from tests.integrations.salesforce_world import ACCOUNT_FIELDS, World


class TestMapping:
    @pytest.mark.parametrize(
        "api_name",
        [
            "",
            "ARR__c, Name",
            "ARR__c FROM Account--",
            "ARR__c)",
            "Owner.",
            ".Name",
            "1ARR",
            "Größe__c",
            "a" * 81,
            "A.B.C.D.E",
            "ARR__c\n",
            "'",
        ],
    )
    def test_what_is_no_api_name_is_refused(self, api_name: str) -> None:
        with pytest.raises(UnusableMapping, match=r"salesforce\.account\.arr: write the field's API name"):
            FieldMapping(account={"arr": api_name})

    def test_an_unknown_name_of_ours_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(UnusableMapping, match=r"salesforce\.opportunity\.arr: not one of account, amount"):
            FieldMapping(opportunity={"arr": "ARR__c"})

    @pytest.mark.parametrize("api_name", ["ARR__c", "Name", "CSM__r.Name", "ns__ARR__c", "Parent.Owner.Name"])
    def test_what_is_one(self, api_name: str) -> None:
        assert FieldMapping(account={"arr": api_name}).wanted("Account")["arr"] == api_name

    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("New Business", OpportunityKind.NEW),
            ("renewal", OpportunityKind.RENEWAL),
            ("3. Growth", OpportunityKind.EXPANSION),
            ("6. Churn - Final", OpportunityKind.CHURN),
            ("Wartung", OpportunityKind.RENEWAL),
            ("RENEWAL (own word)", None),
            (None, None),
        ],
    )
    def test_kinds_of_deals(self, word: str | None, kind: OpportunityKind | None) -> None:
        assert FieldMapping(kinds={"WARTUNG": OpportunityKind.RENEWAL}).kind(word) is kind

    def test_own_words_go_first(self) -> None:
        assert FieldMapping(kinds={"Renewal": OpportunityKind.EXPANSION}).kind("renewal") is OpportunityKind.EXPANSION


class TestCheck:
    def test_everything_is_there(self, world: World) -> None:
        found = world.directory.check()

        assert found.missing == ()
        assert {"arr", "csm", "owner", "currency"} <= found.account
        assert {"amount", "is_won", "account"} <= found.opportunity

    @pytest.mark.parametrize("hidden", ["ARR__c", "Nope__c"])
    def test_a_hidden_field_and_a_typing_error_look_the_same(self, world: World, hidden: str) -> None:
        world.org.hide("Account", "ARR__c")
        acme = world.add_account(ARR__c=5, Segment__c="SMB")
        directory = world.client(mapping=FieldMapping(account=ACCOUNT_FIELDS | {"arr": hidden}))

        (missing,) = directory.check().missing
        (page,) = directory.accounts()

        assert (missing.record, missing.key, missing.api_name) == ("Account", "arr", hidden)
        assert hidden in missing.sentence
        assert [(one.id, one.arr, one.segment) for one in page.records] == [(acme, None, "SMB")]

    @pytest.mark.parametrize("path", ["Nope__r.Name", "CSM__r.Nope", "Name.Name", "CSM__c.Name", "CSM__r"])
    def test_a_path_that_leads_nowhere(self, world: World, path: str) -> None:
        directory = world.client(mapping=FieldMapping(account={"csm": path}))

        assert [one.api_name for one in directory.check().missing] == [path]
        assert list(directory.accounts()) == []

    def test_salesforce_does_not_mind_case_and_answers_in_its_own(self, world: World) -> None:
        bob = world.org.insert("User", Name="Bob")
        world.add_account(ARR__c=5, CSM__c=bob)
        directory = world.client(mapping=FieldMapping(account={"arr": "arr__C", "csm": "csm__R.name"}))

        (page,) = directory.accounts()

        assert [(one.arr, one.csm_name) for one in page.records] == [(Money(minor=500, currency="USD"), "Bob")]

    def test_two_names_may_share_a_field(self, world: World) -> None:
        world.add_account(Segment__c="SMB")
        directory = world.client(mapping=FieldMapping(account={"segment": "Segment__c", "region": "Segment__c"}))

        (page,) = directory.accounts()

        assert [(one.segment, one.region) for one in page.records] == [("SMB", "SMB")]

    def test_describe_is_asked_once_for_many_reads(self, world: World) -> None:
        world.accounts()
        asked = world.count("describe")
        world.accounts()

        assert world.count("describe") == asked


class TestRightsChange:
    def test_a_field_taken_away_later_is_left_out_from_then_on(self, world: World) -> None:
        world.add_account(ARR__c=5, Segment__c="SMB")
        assert world.accounts()[0].arr is not None

        world.org.hide("Account", "ARR__c")

        (found,) = world.accounts()
        assert (found.arr, found.segment) == (None, "SMB")
        assert [one.key for one in world.directory.check().missing] == ["arr"]

    def test_a_field_given_later_is_there_after_the_next_check(self, world: World) -> None:
        world.org.hide("Account", "ARR__c")
        world.add_account(ARR__c=5)
        assert world.accounts()[0].arr is None

        world.org.show("Account", "ARR__c")
        world.directory.check()

        assert world.accounts()[0].arr == Money(minor=500, currency="USD")

    def test_salesforce_that_contradicts_its_own_describe_is_asked_twice_only(self, world: World) -> None:
        world.salesforce.faults.stay("query", "INVALID_FIELD")

        with pytest.raises(DirectoryRefused):
            world.accounts()

        assert world.count("query") == 2

    def test_without_the_right_to_see_what_is_closed_no_deal_is_taken_for_open(self, world: World) -> None:
        world.org.hide("Opportunity", "IsClosed")
        world.add_deal(world.add_account(), IsClosed=True)

        (found,) = world.opportunities()

        assert (found.stage, found.unreadable) == (OpportunityStage.OPEN, ("is_closed",))
