"""chat.* through slack_sdk: what it does, and how it refuses."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.asking import refusal
from tests.sandbox.blocks import actions, section

Json = dict[str, Any]


class TestChat:
    def test_posts_updates_and_deletes(self, slack: SlackServer, client: WebClient) -> None:
        ann = slack.as_user("ann")
        posted = client.chat_postMessage(channel="#general", text="One", blocks=[section()])
        client.chat_update(channel="C0GENERAL", ts=posted["ts"], text="Two")

        assert [(m.text, m.blocks) for m in ann.messages("general")] == [("Two", [])]

        client.chat_delete(channel="C0GENERAL", ts=posted["ts"])
        assert ann.messages("general") == []

    def test_builds_the_text_from_blocks(self, slack: SlackServer, client: WebClient) -> None:
        with pytest.warns(UserWarning, match="text"):
            client.chat_postMessage(channel="C0GENERAL", blocks=[section(), actions()])

        assert slack.as_user("ann").last_message("general").text == "*Text* Go"

    def test_writes_to_people(self, slack: SlackServer, client: WebClient) -> None:
        client.chat_postMessage(channel="U0ANN", text="Psst")

        assert slack.as_user("ann").last_message("app").text == "Psst"

    def test_makes_up_missing_ids(self, client: WebClient) -> None:
        posted = client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section()])

        assert posted["message"]["blocks"][0]["block_id"]

    def test_keeps_metadata_for_those_who_ask(self, client: WebClient) -> None:
        metadata = {"event_type": "gap", "event_payload": {"key": "k1"}}
        client.chat_postMessage(channel="C0GENERAL", text="x", metadata=metadata)

        found = client.conversations_history(channel="C0GENERAL", include_all_metadata=True)["messages"]
        plain = client.conversations_history(channel="C0GENERAL")["messages"]

        assert (found[0]["metadata"], "metadata" in plain[0]) == (metadata, False)

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
            ({"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
            ({"channel": "C0OTHER", "text": "x"}, "not_in_channel"),
            ({"channel": "C0OLD", "text": "x"}, "is_archived"),
            ({"channel": "C0QUIET", "text": "x"}, "restricted_action"),
            ({"channel": "U0DAN", "text": "x"}, "user_disabled"),
            ({"channel": "C0GENERAL"}, "no_text"),
            ({"channel": "C0GENERAL", "text": "x" * 40_001}, "msg_too_long"),
            ({"channel": "C0GENERAL", "markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
            ({"channel": "C0GENERAL", "text": "x", "blocks": [{"type": "poll"}]}, "invalid_blocks"),
            ({"channel": "C0GENERAL", "text": "x", "blocks": [section()] * 51}, "invalid_blocks"),
            ({"channel": "C0GENERAL", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
            ({"channel": "C0GENERAL", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
            (
                {
                    "channel": "C0GENERAL",
                    "text": "x",
                    "metadata": {"event_type": "a", "event_payload": {"a": "x" * 9_000}},
                },
                "metadata_too_large",
            ),
        ],
    )
    def test_refuses(self, world: World, slack: SlackServer, client: WebClient, arguments: Json, error: str) -> None:
        world.add_channel("other", channel_id="C0OTHER")
        world.add_channel("old", channel_id="C0OLD").archived = True
        quiet = world.add_channel("quiet", channel_id="C0QUIET")
        quiet.posting_restricted = True
        slack.join(quiet, slack.app.bot_user_id)
        world.add_user("dan", user_id="U0DAN").deleted = True

        assert refusal(lambda: client.api_call("chat.postMessage", json=arguments)) == error

    def test_points_at_the_bad_block(self, client: WebClient) -> None:
        with pytest.raises(SlackApiError) as refused:
            client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[{"type": "section"}])

        messages = refused.value.response["response_metadata"]["messages"]
        assert messages == ["[ERROR] must provide text or fields [json-pointer:/blocks/0]"]

    def test_changes_nobody_elses_words(self, slack: SlackServer, client: WebClient) -> None:
        said = slack.as_user("ann").post("mine", channel="general")

        update = refusal(lambda: client.chat_update(channel="C0GENERAL", ts=said.ts, text="x"))
        delete = refusal(lambda: client.chat_delete(channel="C0GENERAL", ts=said.ts))
        strange = refusal(lambda: client.chat_update(channel="C0GENERAL", ts="1.000000", text="x"))

        assert (update, delete, strange) == ("cant_update_message", "cant_delete_message", "message_not_found")

    def test_shows_ephemerals_to_one_member_and_in_no_history(self, slack: SlackServer, client: WebClient) -> None:
        sent = client.chat_postEphemeral(channel="C0GENERAL", user="U0ANN", text="Only you")

        assert slack.as_user("ann").last_message("general").text == "Only you"
        assert slack.as_user("bob").messages("general") == []
        assert client.conversations_history(channel="C0GENERAL")["messages"] == []
        ts = sent["message_ts"]
        assert refusal(lambda: client.chat_update(channel="C0GENERAL", ts=ts, text="x")) == "message_not_found"

    def test_ephemerals_need_a_member(self, client: WebClient) -> None:
        outside = refusal(lambda: client.chat_postEphemeral(channel="C0GENERAL", user="U0GUS", text="x"))
        bot_outside = refusal(lambda: client.chat_postEphemeral(channel="C0SECRET", user="U0ANN", text="x"))

        assert (outside, bot_outside) == ("user_not_in_channel", "channel_not_found")

    def test_links_to_a_message(self, slack: SlackServer, client: WebClient) -> None:
        said = slack.as_user("ann").post("x", channel="general")

        link = client.chat_getPermalink(channel="C0GENERAL", message_ts=said.ts)["permalink"]

        assert link.endswith(f"/archives/C0GENERAL/p{said.ts.replace('.', '')}")
