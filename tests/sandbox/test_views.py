"""views.* through slack_sdk: triggers, stacks, hashes."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.server import SlackServer
from tests.sandbox.asking import refusal
from tests.sandbox.blocks import home, modal, section

Json = dict[str, Any]


class TestViews:
    def test_a_trigger_opens_one_modal(self, slack: SlackServer, client: WebClient) -> None:
        trigger = slack.triggers.issue("U0ANN")

        client.views_open(trigger_id=trigger, view=modal(section()))

        again = refusal(lambda: client.views_open(trigger_id=trigger, view=modal()))
        strange = refusal(lambda: client.views_open(trigger_id="1.2.x", view=modal()))
        assert (again, strange) == ("exchanged_trigger_id", "invalid_trigger_id")

    def test_a_refused_view_does_not_use_up_the_trigger(self, slack: SlackServer, client: WebClient) -> None:
        trigger = slack.triggers.issue("U0ANN")

        with pytest.raises(SlackApiError) as refused:
            client.views_open(trigger_id=trigger, view={"type": "modal", "blocks": []})
        client.views_open(trigger_id=trigger, view=modal())

        assert refused.value.response["error"] == "invalid_arguments"
        assert refused.value.response["response_metadata"]["messages"] == [
            "[ERROR] missing required field: title [json-pointer:/view]"
        ]

    def test_stacks_three_and_no_more(self, slack: SlackServer, client: WebClient) -> None:
        first = client.views_open(trigger_id=slack.triggers.issue("U0ANN"), view=modal())["view"]
        for _ in range(2):
            last = client.views_push(trigger_id=slack.triggers.issue("U0ANN"), view=modal())["view"]

        fourth = refusal(lambda: client.views_push(trigger_id=slack.triggers.issue("U0ANN"), view=modal()))

        assert fourth == "push_limit_reached"
        assert (last["root_view_id"], len(slack.as_user("ann").modals)) == (first["id"], 3)

    def test_an_update_can_lose_a_race(self, slack: SlackServer, client: WebClient) -> None:
        opened = client.views_open(trigger_id=slack.triggers.issue("U0ANN"), view=modal())["view"]
        client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(section()))

        late = refusal(lambda: client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal()))
        gone = refusal(lambda: client.views_update(view_id="V0NONE", view=modal()))

        assert (late, gone) == ("hash_conflict", "not_found")

    def test_external_ids_are_unique_and_found(self, slack: SlackServer, client: WebClient) -> None:
        client.views_open(trigger_id=slack.triggers.issue("U0ANN"), view=modal(external_id="e1"))

        taken = refusal(
            lambda: client.views_open(trigger_id=slack.triggers.issue("U0BOB"), view=modal(external_id="e1"))
        )
        updated = client.views_update(external_id="e1", view=modal(section(), external_id="e1"))["view"]

        assert (taken, len(updated["blocks"])) == ("duplicate_external_id", 1)

    def test_publishes_a_home(self, slack: SlackServer, client: WebClient) -> None:
        one = client.views_publish(user_id="U0ANN", view=home(section()))["view"]
        two = client.views_publish(user_id="U0ANN", view=home(), hash=one["hash"])["view"]
        late = refusal(lambda: client.views_publish(user_id="U0ANN", view=home(), hash=one["hash"]))

        assert (one["id"], late) == (two["id"], "hash_conflict")
        assert refusal(lambda: client.views_publish(user_id="U0ANN", view=modal())) == "invalid_arguments"
        shown = slack.as_user("ann").home
        assert shown is not None
        assert shown.blocks == []

    def test_a_view_can_be_too_large(self, slack: SlackServer, client: WebClient) -> None:
        huge = modal(*[section(text={"type": "plain_text", "text": "x" * 3000}) for _ in range(90)])

        assert (
            refusal(lambda: client.views_open(trigger_id=slack.triggers.issue("U0ANN"), view=huge)) == "view_too_large"
        )
