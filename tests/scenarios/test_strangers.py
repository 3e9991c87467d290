"""Who is not Slack, and who is not one of us."""

import pytest

from domain.people import PersonKind
from sandbox.slack.link import Parcel
from storage.models import AuditRow, Conversation, Person, Request
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import SIGNING_SECRET, Office


class TestRequestsThatAreNotSlacks:
    """Nothing is parsed, stored or answered before the signature is known to be Slack's."""

    def genuine(self, office: Office) -> Parcel:
        office.open_form(office.ava, "Bulk edit of users")
        office.ava.fill({"Account": "O’Brien", "Priority": "P1", "What is at stake?": "Risks churn"})
        submission = {
            "type": "view_submission",
            "team": {"id": office.world.team_id},
            "user": {"id": office.ava.id, "team_id": office.world.team_id},
            "view": office.ava.modal.as_slack(),
        }
        return Parcel(kind="interaction", payload=submission)

    def test_a_genuine_one_passes(self, office: Office) -> None:
        parcel = self.genuine(office)

        assert office.link.send(parcel).status == 200
        assert office.count(Request) == 5

    def test_a_forged_one_is_refused(self, office: Office) -> None:
        parcel = self.genuine(office)

        assert office.link.send_raw(office.link.signed(parcel, secret="somebody-else")).status == 401
        assert office.count(Request) == 4

    @pytest.mark.parametrize(("age", "status"), [(301, 401), (-301, 401), (299, 200), (-299, 200), (86_400, 401)])
    def test_an_old_one_is_refused(self, office: Office, age: int, status: int) -> None:
        parcel = self.genuine(office)

        # A second of slack, since the clock goes on between signing and checking.
        margin = {299: -1, -299: 1, 301: 1, -301: -1}.get(age, 0)
        assert office.link.send_raw(office.link.signed(parcel, age_seconds=age + margin)).status == status
        assert office.count(Request) == 4 + (status == 200)

    def test_a_changed_one_is_refused(self, office: Office) -> None:
        signed = office.link.signed(self.genuine(office))
        changed = type(signed)(body=signed.body.replace(b"Bulk", b"Bulg"), headers=signed.headers)

        assert office.link.send_raw(changed).status == 401
        assert office.count(Request) == 4

    def test_a_repeated_one_has_no_second_effect(self, office: Office) -> None:
        signed = office.link.signed(self.genuine(office))

        assert {office.link.send_raw(signed).status for _ in range(10)} == {200}
        office.settle()
        assert office.count(Request) == 5
        assert len(office.ava.messages("general")) == 1

    def test_its_content_reaches_no_log(self, office: Office) -> None:
        parcel = self.genuine(office)
        office.link.send_raw(office.link.signed(parcel, secret="somebody-else"))

        assert "slack.refused" in office.logs
        assert "Bulk edit" not in office.logs
        assert SIGNING_SECRET not in office.logs


class TestStrangers:
    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("gus", "gapbot is for full members of this workspace. Ask your contact there to file this for you."),
            ("eve", "gapbot is for full members of this workspace. Ask your contact there to file this for you."),
            ("dan", "This Slack account is deactivated, so I cannot act for it."),
        ],
    )
    def test_are_told_why_not(self, office: Office, name: str, says: str) -> None:
        person = office.slack.as_user(name)
        assert person.command("/feature-request", "SSO", channel="general").ok
        assert person.command("/top-gaps", channel="general").ok
        assert person.command("/gap", "GAP-1", channel="general").ok

        assert person.modals == []
        assert [message.text for message in person.messages("general")] == [says] * 3

    def test_somebody_new_is_asked_to_wait_and_known_a_moment_later(self, office: Office) -> None:
        office.settle()  # the look at everybody with which the bot starts
        newcomer = office.world.add_user("nina", real_name="Nina New")
        office.world.channel("general").members.append(newcomer.id)

        assert office.nina.command("/top-gaps", channel="general").ok
        assert office.nina.last_message("general").text == (
            "I do not know you yet and am asking Slack who you are. Please try again in a few seconds."
        )
        office.settle()

        assert "SCIM provisioning" in office.top_gaps(office.nina)

    def test_somebody_who_left_while_the_form_was_open_files_nothing(self, office: Office) -> None:
        office.open_form(office.ava, "Bulk edit of users")
        office.ava.fill({"Account": "O’Brien", "Priority": "P1", "What is at stake?": "Risks churn"})
        office.slack.change_user(office.ava.id, deleted=True)
        office.settle()

        submission = office.ava.submit()

        assert list(submission.errors.values()) == ["This Slack account is deactivated, so I cannot act for it."]
        assert office.count(Request) == 4


WHY = "gapbot is for full members of this workspace."
NEED = "Nordwind needs SCIM for contractors, total blocker for their €200k renewal in March"
SPEAKING = ("chat.postMessage", "chat.postEphemeral", "assistant.threads.setSuggestedPrompts")
IN_A_CHANNEL = {"channel": "C0GENERAL", "ts": "1.0"}
POINTED_AT = {"reaction": "ticket", "item": {"type": "message", **IN_A_CHANNEL}}
EVENTS: dict[str, dict[str, object]] = {
    "message": {"type": "message", "channel_type": "im", "channel": "D0NOBODY", "ts": "1.0", "text": NEED},
    "mention": {"type": "app_mention", **IN_A_CHANNEL, "text": "<@UBOT> GAP-1"},
    "reaction": {"type": "reaction_added", **POINTED_AT},
    "home": {"type": "app_home_opened", "tab": "home", "channel": "D0NOBODY"},
    "messages": {"type": "app_home_opened", "tab": "messages", "channel": "D0NOBODY"},
}
CLICKS = {
    "action:triage.take": "1",
    "action:conversation.file": '{"c":1,"v":""}',
    "action:gap_card.open": "1",
    "action:top10.approve": "1",
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
class TestEveryDoor:
    """Messages, reactions, tabs and buttons, for whoever is no full member."""

    @pytest.fixture
    def office(self, open_office: OpenOffice) -> Office:
        office = open_office(more_policy={"intake": {"reaction": "ticket"}})
        office.settle()
        office.world.add_user("robo", kind="bot", user_id="U0ROBO")
        with office.database.write() as session:
            session.add(
                Person(
                    id="U0ROBO", team_id="T1", name="robo", kind=PersonKind.BOT, time_zone=None, seen_at=office.now()
                )
            )
        return office

    def come(self, office: Office, *, by: str, **more: object) -> None:
        """To every door, twice."""
        for event in EVENTS.values():
            for _ in range(2):
                payload = office.envelope("event", {"type": "event_callback", "event": {**event, "user": by}}, by=by)
                assert office.send("event", {**payload, **more}).status == 200
        for door, value in CLICKS.items():
            action = {"type": "button", "action_id": door.partition(":")[2], "block_id": "b", "value": value}
            click = office.envelope("interaction", {"type": "block_actions", "actions": [action]}, by=by)
            team = {"team": {"id": more["team_id"]}} if "team_id" in more else {}
            office.send("interaction", {**click, **team})
        office.settle()

    @pytest.mark.parametrize(
        ("user_id", "kind", "told"),
        [("U0GUS", "guest", 1), ("U0EVE", "external", 1), ("U0DAN", "deactivated", 0), ("U0ROBO", "bot", 0)],
    )
    def test_is_closed_and_says_so_once_and_notes_it(self, office: Office, user_id: str, kind: str, told: int) -> None:
        self.come(office, by=user_id)
        rows = office.rows(AuditRow)
        assert {row.action for row in rows} == {"stranger.refused"}
        assert sorted(row.subject for row in rows) == sorted([*EVENTS, *CLICKS])
        assert [(row.actor_id, row.after) for row in rows] == [(user_id, {"kind": kind})] * len(rows)
        said = office.slack.records.of(
            "chat.postMessage", "chat.postEphemeral", "assistant.threads.setSuggestedPrompts"
        )
        assert [WHY in call["body"]["text"] for call in said] == [True] * told
        assert (office.count(Conversation), office.count(Request)) == (0, 4)

    def test_is_closed_to_another_workspace_whoever_it_names(self, office: Office) -> None:
        self.come(office, by="U0PAT", team_id="T0ELSEWHERE")
        rows = office.rows(AuditRow)
        assert {(row.actor_id, row.after["kind"]) for row in rows} == {("U0PAT", "external")}
        doors = {"event:message", "event:app_mention", "event:reaction_added", "event:app_home_opened"}
        assert {row.subject for row in rows} == doors | set(CLICKS)
        assert office.slack.records.of("chat.postMessage", "chat.postEphemeral") == []
        assert (office.count(Conversation), office.count(Request)) == (0, 4)
