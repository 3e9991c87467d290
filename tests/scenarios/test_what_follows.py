"""A request was filed: its author is told where it landed, its area hears of it, and it is kept."""

from storage.models import Account, Link
from tests.scenarios.office import Office, buttons_of, seen


class TestTheConfirmation:
    def test_says_key_rank_and_how_it_moved_to_the_requester_alone(self, office: Office) -> None:
        confirmation = office.filed(office.ava, "Single sign-on for contractors", account="Müller")

        assert confirmation.ephemeral_to == office.ava.id
        assert "*GAP-5* Single sign-on for contractors" in seen(confirmation)
        assert "Müller &amp; Söhne GmbH" in seen(confirmation)
        assert "It is #2 of 4, new in the ranking." in seen(confirmation)
        assert buttons_of(confirmation) == ["Edit", "Withdraw", "Open"]
        assert "Müller" not in confirmation.text

    def test_says_from_where_a_known_gap_came_up(self, office: Office) -> None:
        office.open_form(office.ava, "Export the audit log")
        office.ava.fill(
            {
                "Account": "Müller",
                "Is it one of these?": "GAP-2",
                "Priority": "P0",
                "What is at stake?": "Blocks a new deal",
            }
        )
        office.ava.submit()
        office.settle()

        assert "up from #3" in seen(office.ava.last_message("general"))

    def test_comes_as_a_direct_message_where_the_bot_is_not_a_member(self, office: Office) -> None:
        office.file(office.ava, channel="sales")
        office.settle()

        assert office.ava.messages("sales") == []
        assert "*GAP-5*" in seen(office.ava.last_message("app"))

    def test_comes_as_a_direct_message_to_who_asked_there(self, office: Office) -> None:
        office.file(office.ava, channel="app")
        office.settle()

        assert "*GAP-5*" in seen(office.ava.last_message("app"))

    def test_comes_as_a_direct_message_after_the_global_shortcut(self, office: Office) -> None:
        office.ava.shortcut("feature_request.open")
        office.ava.fill(
            {
                "Account": "Apex",
                "What is missing?": "Bulk edit",
                "Priority": "Nice to have",
                "What is at stake?": "None of these",
            }
        )
        office.ava.submit()
        office.settle()

        assert "*GAP-5* Bulk edit" in seen(office.ava.last_message("app"))

    def test_warns_that_an_unverified_account_counts_less(self, office: Office) -> None:
        confirmation = office.filed(office.ava, account="Zebra Foods")

        assert "not in the CRM yet" in seen(confirmation)
        assert [account.is_verified for account in office.rows(Account, Account.name == "Zebra Foods")] == [False]

    def test_its_open_button_shows_the_gap(self, office: Office) -> None:
        confirmation = office.filed(office.ava)
        assert office.ava.click("Open", message=confirmation, channel="general").ok

        assert office.ava.modal.content["title"]["text"] == "GAP-5"


class TestTheAreasCard:
    def test_tells_the_channel_and_its_dri_without_any_customer(self, office: Office) -> None:
        office.filed(office.ava, account="Müller", Priority="P0")

        card = office.pat.last_message("area-auth")
        assert "*GAP-5* Single sign-on for contractors" in seen(card)
        assert "DRI <@U0PAT>" in seen(card)
        assert "Auth &amp; SSO · New · 1 account asks, 1 as P0 · #2 of 4" in seen(card)
        assert "ller" not in seen(card) + card.text
        assert len(office.pat.messages("area-auth")) == 1

    def test_a_second_request_updates_it_and_adds_a_line_to_its_thread(self, office: Office) -> None:
        office.filed(office.ava, account="Müller")
        office.open_form(office.cem, "Single sign-on for contractors")
        office.cem.fill(
            {
                "Account": "Nordwind",
                "Is it one of these?": "GAP-5",
                "Priority": "P0",
                "What is at stake?": "Risks churn",
            }
        )
        assert office.cem.submit().response_action == "close"
        office.settle()

        card, reply = office.pat.messages("area-auth")
        assert "2 accounts ask, 1 as P0" in seen(card)
        assert reply.thread_ts == card.ts
        assert "One more request (P0): 2 accounts ask, 1 as P0" in seen(reply)
        assert "<@U0PAT>" in seen(reply)

    def test_a_request_without_an_area_is_announced_nowhere(self, office: Office) -> None:
        office.filed(office.ava, Product_area="Not sure")

        assert office.pat.messages("area-auth") == []
        assert office.last_gap().area_key is None

    def test_an_area_without_a_channel_is_fine(self, office: Office) -> None:
        office.filed(office.ava, Product_area="Mobile <beta>")

        assert office.last_gap().area_key == "mobile"

    def test_anybody_can_open_it_and_sees_no_foreign_customer(self, office: Office) -> None:
        office.filed(office.ava, account="Müller")
        assert office.cem.click("Open", message=office.cem.last_message("area-auth"), channel="area-auth").ok

        assert "Müller" not in str(office.cem.modal.blocks)
        assert "1 more request, by other people" in str(office.cem.modal.blocks)


class TestWhatIsKept:
    def test_who_when_and_where_from(self, office: Office) -> None:
        office.filed(office.ava, account="Müller", Opportunity="Renewal and 200 seats", Use_case="Group sync")
        kept = office.last_request()

        assert (kept.requester_id, kept.source, kept.source_channel_id) == ("U0AVA", "command", "C0GENERAL")
        assert (kept.opportunity_id, kept.use_case) == (1, "Group sync")
        assert (kept.arr_crm_minor, kept.arr_crm_currency) == (120_000_000, "EUR")

    def test_the_ranking_then_shows_it_where_the_confirmation_said(self, office: Office) -> None:
        said = seen(office.filed(office.ava, account="Müller"))
        assert "#2 of 4" in said

        assert "*2. Single sign-on for contractors*" in office.top_gaps(office.ava)

    def test_a_gitlab_address_is_kept_with_the_gap(self, office: Office) -> None:
        address = "https://gitlab.example.com/acme/platform/-/issues/7"
        office.filed(office.ava, GitLab_issue=address)

        assert [(link.gap_id, link.url) for link in office.rows(Link)] == [(5, address)]
