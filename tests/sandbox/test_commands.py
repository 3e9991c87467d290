"""Slash commands, shortcuts and the addresses to answer them."""

from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from sandbox.slack.person import Person
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.blocks import actions, button, modal, plain

Json = dict[str, Any]


class TestCommands:
    def test_carry_what_slack_sends(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        got: list[Json] = []

        @bolt.command("/feature-request")
        def take(ack: Ack, command: Json) -> None:
            got.append(command)
            ack()

        ann.command("/feature-request", "SSO for @bob in #general", channel="general")

        fields = got[0]
        assert fields["text"] == "SSO for <@U0BOB|bob> in <#C0GENERAL|general>"
        assert (fields["user_id"], fields["channel_id"], fields["channel_name"]) == ("U0ANN", "C0GENERAL", "general")
        assert (fields["api_app_id"], fields["is_enterprise_install"]) == (slack.app.id, "false")
        assert fields["response_url"].startswith(slack.base_url)

    def test_leave_text_alone_without_should_escape(self, bolt: App, ann: Person) -> None:
        bolt.command("/echo")(lambda ack, command: ack(command["text"]))

        ann.command("/echo", "for @bob", channel="general")

        assert ann.last_message("general").text == "for @bob"

    @pytest.mark.parametrize(("response_type", "readers"), [("ephemeral", 0), ("in_channel", 1)])
    def test_answer_to_one_or_to_all(
        self, slack: SlackServer, bolt: App, ann: Person, response_type: str, readers: int
    ) -> None:
        bolt.command("/echo")(lambda ack: ack(text="Hi", response_type=response_type))

        ann.command("/echo", channel="general")

        assert ann.last_message("general").text == "Hi"
        assert len(slack.as_user("bob").messages("general")) == readers

    def test_refuse_a_bad_answer(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        bolt.command("/echo")(lambda ack: ack(text="Hi", blocks=[{"type": "poll"}]))

        assert ann.command("/echo", channel="general").error == "dispatch_failed"
        assert "unsupported type: poll" in slack.records.problems[0]

    def test_must_be_in_the_manifest(self, ann: Person) -> None:
        assert ann.command("/rm").error == "unknown_command"

    def test_a_late_trigger_opens_nothing(self, bolt: App) -> None:
        del bolt
        now = [1_800_000_000.0]
        world = World(seed=2, clock=lambda: now[0])
        world.add_user("ann", user_id="U0ANN")
        with SlackServer(world, manifest={}) as slack:
            client = WebClient(token="xoxb-sandbox", base_url=slack.api_url)
            trigger = slack.triggers.issue("U0ANN")
            now[0] += 3.1

            with pytest.raises(Exception, match="expired_trigger_id"):
                client.views_open(trigger_id=trigger, view=modal())


class TestResponseUrls:
    @pytest.fixture
    def respond(self, bolt: App, ann: Person) -> Respond:
        kept: list[Respond] = []

        @bolt.command("/echo")
        def take(ack: Ack, respond: Respond) -> None:
            kept.append(respond)
            ack()

        ann.command("/echo", channel="secret")
        return kept[0]

    def test_work_five_times_where_the_bot_is_no_member(self, ann: Person, respond: Respond) -> None:
        statuses = [respond(f"answer {n}").status_code for n in range(6)]

        assert statuses == [200] * 5 + [404]
        assert [m.text for m in ann.messages("secret")] == [f"answer {n}" for n in range(5)]

    def test_refuse_bad_blocks(self, slack: SlackServer, respond: Respond) -> None:
        assert respond(blocks=[{"type": "poll"}]).status_code == 400
        assert "unsupported type: poll" in slack.records.problems[0]

    def test_replace_and_delete_what_was_clicked(self, bolt: App, ann: Person) -> None:
        bolt.client.chat_postEphemeral(
            channel="C0GENERAL",
            user="U0ANN",
            text="x",
            blocks=[actions(button(), button(action_id="end", text=plain("End")))],
        )

        bodies: list[Json] = []

        @bolt.action("go")
        def go(ack: Ack, body: Json, respond: Respond) -> None:
            bodies.append(body)
            ack()
            respond(text="Gone on", blocks=[actions(button(action_id="end", text=plain("End")))], replace_original=True)

        @bolt.action("end")
        def end(ack: Ack, respond: Respond) -> None:
            ack()
            respond(delete_original=True)

        ann.click("Go", message=ann.last_message("general"), channel="general")
        assert [m.text for m in ann.messages("general")] == ["Gone on"]
        assert (bodies[0]["container"]["is_ephemeral"], "message" in bodies[0]) == (True, False)

        ann.click("End", message=ann.last_message("general"), channel="general")
        assert ann.messages("general") == []


class TestShortcuts:
    def test_a_global_one_opens_a_modal(self, bolt: App, ann: Person) -> None:
        bolt.shortcut("file_global")(
            lambda ack, body, client: (ack(), client.views_open(trigger_id=body["trigger_id"], view=modal()))
        )

        assert ann.shortcut("file_global").ok
        assert ann.modal.content["title"]["text"] == "Title"

    def test_a_message_one_brings_the_message(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        got: list[Json] = []
        bolt.shortcut("file_message")(lambda ack, body: (got.append(body), ack()))
        bolt.event("message")(lambda: None)
        said = slack.as_user("bob").post("We need SSO", channel="general")

        assert ann.shortcut("file_message", message=said, channel="general").ok

        assert (got[0]["message"]["text"], got[0]["message"]["user"], got[0]["channel"]["id"]) == (
            "We need SSO",
            "U0BOB",
            "C0GENERAL",
        )

    def test_not_on_ephemeral_messages(self, bolt: App, ann: Person) -> None:
        bolt.client.chat_postEphemeral(channel="C0GENERAL", user="U0ANN", text="x")

        outcome = ann.shortcut("file_message", message=ann.last_message("general"), channel="general")

        assert outcome.error == "unknown_shortcut"
