"""Modals in the hands of a person: what is held back, kept, sent, and what the answer does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_bolt import Ack, App

from sandbox.slack.person import Person
from sandbox.slack.server import SlackServer
from tests.sandbox.blocks import field, modal, plain, text_input
from tests.sandbox.bolt_counterpart import opening

Json = dict[str, Any]


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
