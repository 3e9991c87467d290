"""Ava files for a customer: the form knows its money, and what she types differently is kept beside it."""

import pytest
from sqlalchemy import update

from domain.words import OpportunityStage, Priority
from sandbox.slack.person import Person
from storage.models import Account, CrmRead, Opportunity
from tests.scenarios.office import Office, seen
from tests.scenarios.small_world import MULLER, OBRIEN, SCIM


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def facts(person: Person) -> str:
    (block,) = (block for block in person.modal.blocks if block["block_id"].startswith("facts"))
    return str(block["elements"][0]["text"])


def card_of(person: Person, key: str = "GAP-1") -> str:
    assert person.command("/gap", key, channel="general").ok
    return str(person.modal.blocks)


class TestTheForm:
    def test_it_says_who_the_account_is_and_what_it_pays_in_both_currencies(self, office: Office) -> None:
        with office.database.write() as session:
            known = {"owner_name": "Cem", "owner_slack_id": "U0CEM", "csm_name": "Tom <b>", "is_strategic": True}
            session.execute(update(Account).where(Account.id == MULLER).values(**known, segment="Enterprise"))
        office.open_form(office.ava)
        office.ava.choose("Account", "Müller")

        first, money, people, budget = facts(office.ava).splitlines()
        assert first.startswith("Customer · Enterprise · :star: strategic · renews ")
        assert money == "€1.2m ARR ($1.3m) · as of 5 Jan 2026"
        assert people == "Owner <@U0CEM> · CSM Tom &lt;b&gt;"
        assert budget == "*Müller &amp; Söhne GmbH*: $1m to $5m, and it asks for nothing else so far."

    @pytest.mark.parametrize(
        ("who", "line"),
        [
            ("ava", "*Nordwind AG*: $250k to $1m over 2 gaps. As P0 this gap would carry $250k to $1m."),
            ("pat", "*Nordwind AG*: $660k over 2 gaps. As P0 this gap would carry $330k."),
        ],
    )
    def test_what_the_account_asks_for_already_takes_its_part_of_the_money(
        self, office: Office, who: str, line: str
    ) -> None:
        office.know_groups()
        person = getattr(office, who)
        office.open_form(person)
        person.choose("Account", "Nordwind")

        assert facts(person).splitlines()[-1] == line

    def test_a_prospects_money_is_what_its_open_deals_would_bring(self, office: Office) -> None:
        with office.database.write() as session:
            session.execute(update(Account).where(Account.id == MULLER).values(arr_minor=0, kind="prospect"))
        office.open_form(office.ava)
        office.ava.choose("Account", "Müller")

        assert "€0 ARR ($0) · as of 5 Jan 2026" in facts(office.ava)
        assert facts(office.ava).endswith("$250k to $1m in open deals, and it asks for nothing else so far.")

    def test_the_sum_follows_the_gap_that_is_joined(self, office: Office) -> None:
        office.open_form(office.ava, "SCIM provisioning")
        office.ava.choose("Is it one of these?", "GAP-1")
        office.ava.choose("Account", "Nordwind")

        assert "asks for nothing else" in facts(office.ava)

    def test_a_deal_that_was_lost_can_be_what_it_is_about(self, office: Office) -> None:
        lost = {"stage": OpportunityStage.LOST, "stage_name": "Closed Lost", "close_date": office.now().date()}
        with office.database.write() as session:
            session.execute(update(Opportunity).values(**lost))
        office.open_form(office.ava)
        office.ava.fill(
            {
                "Account": "Müller",
                "What is missing?": "Single sign-on for contractors",
                "Priority": "P0",
                "What is at stake?": "Blocks a new deal",
                "Opportunity": "Renewal and 200 seats",
                "Product area": "Auth & SSO",
            }
        )
        assert office.ava.submit().response_action == "close"
        office.settle()

        request = office.last_request()
        assert (request.deal_stage_then, request.deal_stage_name_then) == (OpportunityStage.LOST, "Closed Lost")
        assert request.deal_amount_then is not None
        assert request.deal_amount_then.compact() == "€300k"
        assert "when asked: lost deal, Closed Lost €300k" in card_of(office.ava, office.last_gap().key)


class TestAnotherAmount:
    def test_it_is_kept_beside_the_crms_and_everybody_is_told_which_one_counts(self, office: Office) -> None:
        confirmation = office.filed(office.ava, ARR_at_stake="300k")

        assert "You typed $300k; as of 5 Jan 2026 the CRM says $240k. Both are kept, and the CRM’s counts." in seen(
            confirmation
        )
        assert "P1 · $240k · :warning: typed $300k" in card_of(office.ava, office.last_gap().key)

    def test_the_crms_amount_left_as_it_is_or_said_roundly_is_no_other(self, office: Office) -> None:
        office.open_form(office.ava)
        office.ava.choose("Account", "O’Brien")
        assert office.ava.modal.values[f"arr.{OBRIEN}"]["arr"]["value"] == "$240,000"
        office.ava.fill({"What is missing?": "Single sign-on", "Priority": "P1", "What is at stake?": "Risks churn"})
        assert office.ava.submit().response_action == "close"
        office.settle()

        assert "typed" not in seen(office.ava.last_message("general"))

    def test_it_is_for_those_who_see_customers(self, office: Office) -> None:
        office.know_groups()
        office.filed(office.cem, ARR_at_stake="3m")
        key = office.last_gap().key

        assert "typed" not in card_of(office.ava, key)
        assert "typed $3m" in card_of(office.pat, key)


class TestTheCustomerIsGone:
    def test_its_requests_stay_marked_and_count_no_more(self, office: Office) -> None:
        office.know_groups()
        before = office.top_gaps(office.pat)
        with office.database.write() as session:
            session.execute(update(Account).where(Account.id == OBRIEN).values(crm_deleted_at=office.now()))
            session.merge(CrmRead(record="account", changes_read_at=office.now()))  # as every page that is mirrored
        after, card = office.top_gaps(office.pat), card_of(office.pat)

        assert before != after
        assert "O’Brien Logistics* · :wastebasket: deleted in the CRM, no longer ranked" in card
        assert "Nordwind AG*\\n" in card
        assert "1 account asks for it" in card


def test_an_account_that_is_not_in_the_crm_is_marked(office: Office) -> None:
    office.open_form(office.ava, "SCIM provisioning")
    office.ava.fill(
        {
            "Account": "Zebra Foods",
            "Is it one of these?": "GAP-1",
            "Priority": "P0",
            "What is at stake?": "Blocks a new deal",
            "ARR at stake": "€50k",
        }
    )
    assert office.ava.submit().response_action == "close"
    office.settle()

    assert (office.last_request().gap_id, office.last_request().priority) == (SCIM, Priority.P0)
    card = card_of(office.ava)
    assert "Zebra Foods* · :grey_question: not in the CRM yet, capped" in card
    assert "P0 · typed €50k ($55k)" in card
