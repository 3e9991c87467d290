"""What people do with commands, buttons, menus and modals, and what the bot's answers do to their screens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from sandbox.slack.person import NotThere, Person
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.blocks import actions, button, field, home, modal, option, plain, section, select, text_input

Json = dict[str, Any]


@pytest.fixture
def ann(slack: SlackServer) -> Person:
    return slack.as_user("ann")


def opening(app: App, view: Json) -> None:
    @app.command("/feature-request")
    def open_view(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()


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


class TestModals:
    def test_say_what_is_required_without_asking_the_bot(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        opening(bolt, modal(field(block_id="a"), field(block_id="b", optional=True)))
        ann.command("/feature-request")

        submitted = ann.submit()

        assert submitted.errors == {"a": "Please complete this required field."}
        assert slack.records.of("ack.view_submission", "ack.empty")[1:] == []

    @pytest.mark.parametrize(
        ("element", "typed", "words"),
        [
            (text_input(min_length=5), "abc", "at least 5"),
            (text_input(max_length=2), "abc", "no more than 2"),
            ({"type": "number_input", "action_id": "value", "is_decimal_allowed": False}, "1.5", "valid number"),
            (
                {"type": "number_input", "action_id": "value", "is_decimal_allowed": True, "min_value": "2"},
                "1.5",
                "no less than 2",
            ),
            ({"type": "email_text_input", "action_id": "value"}, "me", "email"),
            ({"type": "url_text_input", "action_id": "value"}, "gitlab", "URL"),
        ],
    )
    def test_hold_back_what_does_not_fit(self, bolt: App, ann: Person, element: Json, typed: str, words: str) -> None:
        opening(bolt, modal(field(element, block_id="a")))
        ann.command("/feature-request")
        ann.type("Label", typed)

        assert words in ann.submit().errors["a"]

    def test_update_keeps_what_was_typed_under_the_same_ids(self, bolt: App, ann: Person) -> None:
        opening(bolt, modal(field(block_id="a"), field(block_id="b")))
        ann.command("/feature-request")
        ann.fill({"a": "kept", "b": "lost"})

        bolt.client.views_update(
            view_id=ann.modal.id,
            view=modal(
                field(text_input(initial_value="start"), block_id="a"),
                field(text_input(initial_value="new"), block_id="b2"),
            ),
        )

        values = ann.modal.values
        assert (values["a"]["value"]["value"], values["b2"]["value"]["value"]) == ("kept", "new")

    @pytest.mark.parametrize(
        ("answer", "titles"),
        [
            ({}, ["Title"]),
            ({"response_action": "clear"}, []),
            ({"response_action": "update", "view": modal(title=plain("New"))}, ["Title", "New"]),
            ({"response_action": "push", "view": modal(title=plain("Top"))}, ["Title", "Second", "Top"]),
        ],
    )
    def test_obey_the_answer(self, slack: SlackServer, bolt: App, ann: Person, answer: Json, titles: list[str]) -> None:
        opening(bolt, modal())
        bolt.view("second")(lambda ack: ack(**answer))
        ann.command("/feature-request")
        bolt.client.views_push(
            trigger_id=slack.triggers.issue("U0ANN"), view=modal(title=plain("Second"), callback_id="second")
        )

        assert ann.submit().ok
        assert [view.content["title"]["text"] for view in ann.modals] == titles

    @pytest.mark.parametrize(
        ("ack_with", "words"),
        [
            (lambda ack: ack("ok"), "submission"),
            (lambda ack: ack(response_action="errors", errors={"nowhere": "x"}), "no input block"),
            (lambda ack: ack(response_action="update", view={"type": "modal", "blocks": []}), "field: title"),
        ],
    )
    def test_an_answer_slack_does_not_understand_is_trouble(
        self, slack: SlackServer, bolt: App, ann: Person, ack_with: Callable[[Ack], Any], words: str
    ) -> None:
        opening(bolt, modal(callback_id="form"))
        bolt.view("form")(ack_with)
        ann.command("/feature-request")

        assert ann.submit().error == "dispatch_failed"
        assert any(words in problem for problem in slack.records.problems)
        assert len(ann.modals) == 1

    def test_a_double_click_submits_twice(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        ids: list[str] = []
        opening(bolt, modal(callback_id="form"))

        @bolt.view("form")
        def take(ack: Ack, view: Json) -> None:
            ids.append(view["id"])
            ack()

        ann.command("/feature-request")
        view = ann.modal
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: ann.submit(view), range(2)))

        assert ids == [view.id, view.id]
        assert slack.records.problems == []

    def test_tell_the_bot_when_they_are_closed(self, slack: SlackServer, bolt: App, ann: Person) -> None:
        closed: list[tuple[str, bool]] = []
        opening(bolt, modal(callback_id="form", notify_on_close=True))

        @bolt.view_closed("form")
        def take(ack: Ack, body: Json) -> None:
            closed.append((body["view"]["id"], body["is_cleared"]))
            ack()

        ann.command("/feature-request")
        first = ann.modal
        bolt.client.views_push(trigger_id=slack.triggers.issue("U0ANN"), view=modal(callback_id="form"))
        ann.close(all_of_them=True)
        ann.command("/feature-request")
        second = ann.modal
        ann.close()

        assert (closed, ann.modals) == ([(first.id, True), (second.id, False)], [])

    def test_give_a_response_url_for_a_chosen_channel(self, bolt: App, ann: Person, slack: SlackServer) -> None:
        chosen: list[Json] = []
        where = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
        opening(bolt, modal(field(where), callback_id="form"))

        @bolt.view("form")
        def take(ack: Ack, body: Json) -> None:
            chosen.extend(body["response_urls"])
            ack()

        ann.command("/feature-request")
        ann.fill({"Label": "C0GENERAL"})
        ann.submit()

        assert (chosen[0]["channel_id"], chosen[0]["response_url"].startswith(slack.base_url)) == ("C0GENERAL", True)


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
