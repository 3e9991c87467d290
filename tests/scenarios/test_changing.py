"""A request is corrected or taken back."""

from sandbox.slack.channels import Message
from sandbox.slack.person import Person
from storage.models import AuditRow, Request
from tests.scenarios.office import Office, buttons_of, seen


def edit(person: Person, confirmation: Message, *, channel: str = "general") -> None:
    outcome = person.click("Edit", message=confirmation, channel=channel)
    assert outcome.ok, outcome


class TestEditing:
    def test_shows_what_was_filed_and_stores_what_is_changed(self, office: Office) -> None:
        confirmation = office.filed(office.ava, account="Müller", ARR_at_stake="€90k", Use_case="Group sync")
        edit(office.ava, confirmation)
        values = office.ava.modal.values
        assert values["title"]["title"]["value"] == "Single sign-on for contractors"
        assert values["arr"]["arr"]["value"] == "€90,000"
        assert values["use_case"]["use_case"]["value"] == "Group sync"

        office.ava.fill({"Priority": "P0", "ARR at stake": "€150k"})
        assert office.ava.submit().response_action == "close"

        changed = office.last_request()
        assert (changed.priority, changed.arr_typed_minor, changed.use_case) == ("P0", 15_000_000, "Group sync")
        (trace,) = office.rows(AuditRow, AuditRow.action == "request.corrected")
        assert trace.before == {"priority": "P1", "arr_typed_minor": 9_000_000}
        assert trace.after == {"priority": "P0", "arr_typed_minor": 15_000_000}

    def test_a_mistake_is_said_beside_its_field(self, office: Office) -> None:
        edit(office.ava, office.filed(office.ava))
        office.ava.type("ARR at stake", "-5")

        wrong = office.ava.submit()

        assert list(wrong.errors) == ["arr"]
        assert office.ava.modal.values["arr"]["arr"]["value"] == "-5"
        assert office.last_request().version == 1

    def test_who_was_overtaken_is_told_and_keeps_the_text(self, office: Office) -> None:
        confirmation = office.filed(office.ava)
        edit(office.ava, confirmation)
        # Meanwhile Ada, the admin, corrects it from a window of her own.
        office.act("feature_request.edit", str(office.last_request().id), by=office.ada)
        office.ada.fill({"Priority": "P0"})
        assert office.ada.submit().response_action == "close"

        office.ava.type("Use case", "A long explanation")
        overtaken = office.ava.submit()

        assert list(overtaken.errors.values()) == [
            "Somebody changed this request while you had it open. Close this and open it again."
        ]
        assert office.ava.modal.values["use_case"]["use_case"]["value"] == "A long explanation"
        assert (office.last_request().priority, office.last_request().use_case) == ("P0", None)

    def test_two_at_once_one_wins(self, office: Office) -> None:
        confirmation = office.filed(office.ava)
        edit(office.ava, confirmation)
        office.act("feature_request.edit", str(office.last_request().id), by=office.ada)
        office.ava.fill({"Use case": "Ava's"})
        office.ada.fill({"Use case": "Ada's"})

        submissions = office.at_once([office.ava.submit, office.ada.submit])

        assert sorted(submission.ok for submission in submissions) == [False, True]
        assert office.last_request().version == 2

    def test_saving_twice_changes_it_once(self, office: Office) -> None:
        edit(office.ava, office.filed(office.ava))
        view = office.ava.modal
        office.ava.fill({"Use case": "Group sync"})

        submissions = [office.slack.submissions.submit_unchecked(user=office.ava.user, view=view) for _ in range(2)]

        assert [submission.ok for submission in submissions] == [True, True]
        assert office.last_request().version == 2

    def test_a_withdrawn_request_cannot_be_edited(self, office: Office) -> None:
        confirmation = office.filed(office.ava)
        edit(office.ava, confirmation)
        office.act("feature_request.withdraw", str(office.last_request().id), by=office.ava)

        assert not office.ava.submit().ok
        assert office.last_request().version == 2

    def test_opening_a_withdrawn_request_says_that_it_is(self, office: Office) -> None:
        office.filed(office.ava)
        office.act("feature_request.withdraw", str(office.last_request().id), by=office.ava)

        office.act("feature_request.edit", str(office.last_request().id), by=office.ava)

        assert "This request was withdrawn. To ask again, file it again." in str(office.ava.modal.blocks)
        assert office.ava.modal.content["title"]["text"] == "That did not work"

    def test_the_home_tab_and_the_gap_card_lead_there_too(self, office: Office) -> None:
        office.filed(office.ava)
        assert office.ava.command("/gap", "GAP-5", channel="general").ok
        assert office.ava.click("Edit").ok

        assert [view.content["title"]["text"] for view in office.ava.modals][-1] == "Edit request"


class TestWithdrawing:
    def test_takes_it_out_of_the_ranking_and_off_the_card(self, office: Office) -> None:
        confirmation = office.filed(office.ava, account="Müller")
        assert "Single sign-on" in office.top_gaps(office.ava)

        assert office.ava.click("Withdraw", message=confirmation, channel="general").ok
        office.settle()

        assert office.last_request().withdrawn_at is not None
        assert "Single sign-on" not in office.top_gaps(office.ava)
        assert "Nobody asks" in seen(office.pat.last_message("area-auth"))

    def test_replaces_the_confirmation_so_that_its_buttons_are_gone(self, office: Office) -> None:
        confirmation = office.filed(office.ava)
        office.ava.click("Withdraw", message=confirmation, channel="general")
        office.settle()

        (shown,) = office.ava.messages("general")
        assert "Withdrawn: your request no longer counts for GAP-5 Single sign-on for contractors." in seen(shown)
        assert buttons_of(shown) == []

    def test_replaces_a_direct_confirmation_as_well(self, office: Office) -> None:
        office.file(office.ava, channel="app")
        office.settle()
        office.ava.click("Withdraw", message=office.ava.last_message("app"), channel="app")
        office.settle()

        (shown,) = office.ava.messages("app")
        assert "Withdrawn" in seen(shown)

    def test_twice_is_told_to_the_second_click(self, office: Office) -> None:
        office.filed(office.ava)
        number = str(office.last_request().id)

        office.at_once([lambda: office.act("feature_request.withdraw", number, by=office.ava)] * 2)
        office.settle()

        assert "This request was withdrawn already." in str(office.ava.modal.blocks)
        assert office.last_request().version == 2

    def test_a_confirmation_that_comes_late_is_not_sent_for_what_was_withdrawn(self, office: Office) -> None:
        office.slack.faults.script("chat.postEphemeral", "429:60")
        office.file(office.ava)
        office.wait_for_job("request.confirm", lambda job: job.due_at > job.created_at and not job.token)
        office.act("feature_request.withdraw", str(office.last_request().id), by=office.ava)
        office.settle(hasten=True)

        assert not [message for message in office.ava.messages("general") if "Filed for" in seen(message)]

    def test_somebody_elses_request_stays(self, office: Office) -> None:
        office.filed(office.ava)

        office.act("feature_request.withdraw", str(office.last_request().id), by=office.cem)

        assert "You may not do this, or it does not exist." in str(office.cem.modal.blocks)
        assert office.last_request().withdrawn_at is None

    def test_a_product_manager_may(self, office: Office) -> None:
        office.know_groups()
        office.filed(office.ava)

        office.act("feature_request.withdraw", str(office.last_request().id), by=office.pat)
        office.settle()

        assert office.last_request().withdrawn_at is not None

    def test_the_withdrawn_request_is_kept_with_its_history(self, office: Office) -> None:
        confirmation = office.filed(office.ava)
        office.ava.click("Withdraw", message=confirmation, channel="general")
        office.settle()

        actions = [row.action for row in office.rows(AuditRow, AuditRow.subject == "request:5")]
        assert actions == ["request.filed", "request.withdrawn"]
        assert office.count(Request) == 5
