"""Ava hears what a customer needs, and files it."""

from domain.words import GapState
from sandbox.slack.elements import options_of
from sandbox.slack.person import Person
from storage.models import Gap, Request
from tests.scenarios.office import Office, seen
from tests.scenarios.small_world import AUDIT_EXPORT, MULLER, SCIM


def suggested(person: Person, typed: str) -> list[str]:
    return [option["text"]["text"] for option in person.suggestions("Account", typed)]


def alike(person: Person) -> list[str]:
    """The gaps that the open form offers to join."""
    found = [block for block in person.modal.blocks if block["block_id"] == "similar"]
    return [option["text"]["text"] for block in found for option in options_of(block["element"])]


def text_on(person: Person, block_id: str) -> str:
    block = next(block for block in person.modal.blocks if block["block_id"].startswith(block_id))
    return str(block)


class TestOpeningTheForm:
    def test_it_opens_with_what_was_typed_after_the_command(self, office: Office) -> None:
        office.open_form(office.ava, "SCIM for   contractors")

        assert office.ava.modal.content["title"]["text"] == "Feature request"
        assert office.ava.modal.values["title"]["title"]["value"] == "SCIM for contractors"

    def test_what_was_typed_is_compared_with_known_gaps_at_once(self, office: Office) -> None:
        office.open_form(office.ava, "scim provisioning")

        assert alike(office.ava)[0] == "GAP-1: SCIM provisioning for groups"

    def test_the_shortcut_opens_it_empty(self, office: Office) -> None:
        assert office.ava.shortcut("feature_request.open").ok

        assert office.ava.modal.values["title"]["title"]["value"] is None


class TestFindingTheAccount:
    def test_by_the_start_of_any_word_accents_aside(self, office: Office) -> None:
        office.open_form(office.ava)

        for typed, found in {
            "mül": "Müller & Söhne GmbH",
            "MULL": "Müller & Söhne GmbH",
            "sohne": "Müller & Söhne GmbH",
            "mueller": "Müller & Söhne GmbH",
            "o'brien": "O’Brien Logistics",
            "obrien": "O’Brien Logistics",
            "logi": "O’Brien Logistics",
            "lodz": "Łódź Żelazo",
            "zel": "Łódź Żelazo",
        }.items():
            assert suggested(office.ava, typed)[0] == found, typed

    def test_namesakes_are_told_apart(self, office: Office) -> None:
        office.open_form(office.ava)

        options = office.ava.suggestions("Account", "apex")
        assert [option["text"]["text"] for option in options] == ["Apex", "Apex"]
        assert {option["description"]["text"] for option in options} == {
            "Retail · apex-retail.example",
            "Healthcare · apex-health.example",
        }

    def test_what_nobody_knows_can_be_added(self, office: Office) -> None:
        office.open_form(office.ava)

        assert suggested(office.ava, "Zebra Foods") == ["➕ Not in the CRM: add “Zebra Foods”"]

    def test_choosing_one_fills_in_what_the_crm_knows(self, office: Office) -> None:
        office.open_form(office.ava)
        office.ava.choose("Account", "Müller")

        assert "€1.2m ARR" in text_on(office.ava, "facts")
        assert "renews" in text_on(office.ava, "facts")
        assert office.ava.modal.values[f"arr.{MULLER}"]["arr"]["value"] == "€1,200,000"
        assert "Renewal and 200 seats · expansion · €300k" in text_on(office.ava, "opportunity")

    def test_an_amount_that_was_typed_survives_the_choice(self, office: Office) -> None:
        office.open_form(office.ava)
        office.ava.type("ARR at stake", "50k")
        office.ava.choose("Account", "Müller")

        assert office.ava.modal.values[f"arr.{MULLER}"]["arr"]["value"] == "50k"

    def test_an_amount_that_was_filled_in_goes_with_its_account(self, office: Office) -> None:
        office.open_form(office.ava)
        office.ava.choose("Account", "Müller")
        office.ava.choose("Account", "Łódź")

        assert office.ava.modal.values["arr.4"]["arr"]["value"] is None


class TestJoiningAGap:
    def test_typing_a_title_offers_gaps_like_it_with_how_many_ask(self, office: Office) -> None:
        office.open_form(office.ava)
        office.ava.choose("Account", "Müller")
        office.ava.type("What is missing?", "Group provisioning by SCIM")

        assert alike(office.ava) == ["GAP-1: SCIM provisioning for groups", "None of these: it is a new gap"]
        assert "2 accounts ask. Add Müller & Söhne GmbH to this one" in text_on(office.ava, "similar")

    def test_a_closed_gap_is_not_offered(self, office: Office) -> None:
        office.open_form(office.ava, "Dark mode")

        assert alike(office.ava) == []

    def test_choosing_one_joins_it(self, office: Office) -> None:
        office.open_form(office.ava, "SCIM provisioning")
        office.ava.fill(
            {
                "Account": "Müller",
                "Is it one of these?": "GAP-1",
                "Priority": "P0",
                "What is at stake?": "Blocks a new deal",
            }
        )
        assert office.ava.submit().response_action == "close"
        office.settle()

        assert office.last_request().gap_id == SCIM
        assert office.count(Gap) == 4
        assert "*GAP-1*" in seen(office.ava.last_message("general"))

    def test_the_choice_stays_when_the_title_changes(self, office: Office) -> None:
        office.open_form(office.ava, "SCIM provisioning")
        office.ava.choose("Is it one of these?", "GAP-1")
        office.ava.type("What is missing?", "Export the audit log")

        assert office.ava.modal.values["similar"]["similar"]["selected_option"]["value"] == "join:1"
        assert any(line.startswith("GAP-2") for line in alike(office.ava))

    def test_a_gap_that_shipped_meanwhile_is_refused_in_words(self, office: Office) -> None:
        office.open_form(office.ava, "SCIM provisioning")
        office.ava.fill(
            {"Account": "Müller", "Is it one of these?": "GAP-1", "Priority": "P1", "What is at stake?": "Risks churn"}
        )
        with office.database.write() as session:
            session.get_one(Gap, SCIM).state = GapState.SHIPPED

        assert office.ava.submit().errors == {
            "similar": "GAP-1 is closed by now. Choose another one, or file a new gap."
        }

    def test_a_gap_that_was_merged_meanwhile_passes_the_request_on(self, office: Office) -> None:
        office.open_form(office.ava, "SCIM provisioning")
        office.ava.fill(
            {"Account": "Müller", "Is it one of these?": "GAP-1", "Priority": "P1", "What is at stake?": "Risks churn"}
        )
        with office.database.write() as session:
            merged = session.get_one(Gap, SCIM)
            merged.state, merged.merged_into_id = GapState.DUPLICATE, AUDIT_EXPORT

        assert office.ava.submit().response_action == "close"
        assert office.last_request().gap_id == AUDIT_EXPORT


class TestMistakes:
    def test_every_wrong_field_says_how_to_put_it_right_and_keeps_what_was_typed(self, office: Office) -> None:
        office.open_form(office.ava)
        office.ava.fill(
            {
                "Account": "Müller",
                "What is missing?": "SSO for Müller & Söhne",
                "Priority": "P0",
                "What is at stake?": "Risks churn",
                "ARR at stake": "quite a lot",
                "Workaround": "They use spreadsheets",
                "Needed by": "2020-01-01",
                "GitLab issue": "javascript:alert(1)",
            }
        )
        typed = dict(office.ava.modal.values)

        wrong = office.ava.submit()

        assert wrong.errors == {
            f"arr.{MULLER}": "I cannot read this as an amount. Write an amount like 250k, €1.2m or 120,000 USD.",
            "workaround": "P0 means that there is no workaround. Clear this, or choose P1.",
            "needed_by": "Choose a date from today on, within five years.",
            "gitlab_url": "Paste the issue’s address, like https://gitlab.example.com/group/project/-/issues/7.",
        }
        assert office.ava.modal.values == typed
        assert office.count(Request) == 4

    def test_a_title_that_names_the_customer_is_refused(self, office: Office) -> None:
        wrong = office.file(office.ava, "SSO for müller & SÖHNE", account="Müller")

        assert wrong.errors == {
            "title": "Leave the customer’s name out: a gap’s title is read by everyone. Say what is missing."
        }

    def test_after_the_mistake_is_put_right_it_is_filed_once(self, office: Office) -> None:
        assert not office.file(office.ava, ARR_at_stake="minus ten").ok
        office.ava.type("ARR at stake", "€1.2m")

        assert office.ava.submit().response_action == "close"
        assert office.count(Request) == 5
        assert (office.last_request().arr_typed_minor, office.last_request().arr_typed_currency) == (120_000_000, "EUR")
