"""Buttons, menus, typing and type-ahead, wherever they stand."""

from typing import Any

import pytest
from slack_bolt import Ack, App

from sandbox.slack.person import NotThere, Person
from sandbox.slack.server import SlackServer
from tests.sandbox.blocks import actions, button, field, home, modal, option, plain, section, select, text_input
from tests.sandbox.bolt_counterpart import opening

Json = dict[str, Any]


class TestElements:
    def test_a_button_says_everything(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        got: list[Json] = []
        bolt.client.chat_postMessage(
            channel="C0GENERAL",
            text="x",
            blocks=[actions(button(value="42"), block_id="row"), section(accessory=select())],
        )

        @bolt.action("go")
        def take(ack: Ack, body: Json) -> None:
            got.append(body)
            ack()

        ann.click("Go", message=ann.last_message("general"), channel="general")

        action, body = got[0]["actions"][0], got[0]
        assert (action["value"], action["block_id"], action["text"]["text"]) == ("42", "row", "Go")
        assert body["container"]["type"] == "message"
        assert body["message"]["ts"] == ann.last_message("general").ts
        assert body["state"]["values"] != {}
        assert body["trigger_id"]
        assert slack.records.problems == []

    def test_a_menu_dispatches_and_an_input_does_not(self, bolt: App, ann: Person) -> None:
        heard: list[str] = []
        bolt.action("pick")(lambda ack, action: (heard.append(action["selected_option"]["value"]), ack()))
        opening(bolt, modal(section(accessory=select()), field(select(action_id="quiet"), block_id="q")))
        ann.command("/feature-request")

        ann.choose("pick", "two")
        ann.choose("quiet", "one")

        assert heard == ["two"]
        assert ann.modal.values["q"]["quiet"]["selected_option"]["value"] == "one"

    def test_typing_dispatches_where_asked(self, bolt: App, ann: Person) -> None:
        heard: list[str] = []
        bolt.action("value")(lambda ack, action: (heard.append(action["value"]), ack()))
        config = {"trigger_actions_on": ["on_character_entered"]}
        opening(bolt, modal(field(text_input(dispatch_action_config=config), dispatch_action=True)))
        ann.command("/feature-request")

        ann.type("Label", "SSO")

        assert heard == ["SSO"]

    def test_type_ahead_asks_the_bot(self, bolt: App, ann: Person, slack: SlackServer) -> None:
        accounts = ["Acme", "Ace", "Öl & Söhne"]
        bolt.options("account")(
            lambda ack, payload: ack(
                options=[option(a) for a in accounts if a.lower().startswith(payload["value"].lower())]
            )
        )
        external = {"type": "external_select", "action_id": "account", "min_query_length": 0}
        opening(bolt, modal(field(external, label=plain("Account"))))
        ann.command("/feature-request")

        offered = [o["value"] for o in ann.suggestions("Account", "a")]
        ann.fill({"Account": "Öl & Söhne"})

        block_id = ann.modal.blocks[0]["block_id"]
        assert offered == ["Acme", "Ace"]
        assert ann.modal.values[block_id]["account"]["selected_option"] == option("Öl & Söhne")
        assert slack.records.problems == []

    def test_too_many_suggestions_are_none(self, bolt: App, ann: Person, slack: SlackServer) -> None:
        bolt.options("account")(lambda ack: ack(options=[option(str(n)) for n in range(101)]))
        opening(bolt, modal(field({"type": "external_select", "action_id": "account"})))
        ann.command("/feature-request")

        with pytest.raises(NotThere, match="dispatch_failed"):
            ann.suggestions("account", "a")
        assert "no more than 100" in slack.records.problems[0]

    def test_the_home_has_buttons_too(self, bolt: App, ann: Person) -> None:
        bolt.event("app_home_opened")(
            lambda event, client: client.views_publish(user_id=event["user"], view=home(actions(button())))
        )
        bolt.action("go")(
            lambda ack, body, client: (ack(), client.views_publish(user_id=body["user"]["id"], view=home()))
        )

        assert ann.open_home() is not None
        ann.click("Go", home=True)

        shown = ann.home
        assert shown is not None
        assert shown.blocks == []

    def test_looks_for_words_in_vain(self, bolt: App, ann: Person) -> None:
        opening(bolt, modal(field()))
        with pytest.raises(NotThere, match="no modal"):
            ann.submit()
        ann.command("/feature-request")
        with pytest.raises(NotThere, match="no 'Delete' among"):
            ann.click("Delete")
        with pytest.raises(NotThere):
            ann.type("Strange", "x")
