"""conversations.* through slack_sdk."""

from typing import Any

from slack_sdk import WebClient

from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.asking import refusal

Json = dict[str, Any]


class TestConversations:
    def test_pages_through_history_newest_first(self, slack: SlackServer, client: WebClient) -> None:
        for number in range(5):
            slack.as_user("ann").post(str(number), channel="general")

        pages = client.conversations_history(channel="C0GENERAL", limit=2)
        texts = [m["text"] for page in pages for m in page["messages"]]

        assert texts == ["4", "3", "2", "1", "0"]

    def test_cuts_history_at_times(self, slack: SlackServer, client: WebClient) -> None:
        first, second = (slack.as_user("ann").post(text, channel="general") for text in "ab")

        after = client.conversations_history(channel="C0GENERAL", oldest=first.ts)["messages"]
        until = client.conversations_history(channel="C0GENERAL", latest=first.ts, inclusive=True)["messages"]

        assert ([m["ts"] for m in after], [m["ts"] for m in until]) == ([second.ts], [first.ts])

    def test_keeps_threads_apart(self, slack: SlackServer, client: WebClient) -> None:
        root = slack.as_user("ann").post("root", channel="general")
        client.chat_postMessage(channel="C0GENERAL", text="reply", thread_ts=root.ts)

        history = client.conversations_history(channel="C0GENERAL")["messages"]
        thread = client.conversations_replies(channel="C0GENERAL", ts=root.ts)["messages"]

        assert [(m["text"], m["reply_count"]) for m in history] == [("root", 1)]
        assert [m["text"] for m in thread] == ["root", "reply"]

    def test_hides_private_channels_from_a_bot_outside(self, client: WebClient) -> None:
        listed = client.conversations_list(types="public_channel,private_channel")["channels"]

        assert [channel["name"] for channel in listed] == ["general"]
        assert refusal(lambda: client.conversations_info(channel="C0SECRET")) == "channel_not_found"

    def test_tells_what_leaks(self, world: World, client: WebClient) -> None:
        world.channel("general").ext_shared = True

        channel = client.conversations_info(channel="C0GENERAL", include_num_members=True)["channel"]

        assert (channel["is_ext_shared"], channel["is_private"], channel["num_members"]) == (True, False, 3)

    def test_joins_public_channels(self, world: World, slack: SlackServer, client: WebClient) -> None:
        world.add_channel("other", channel_id="C0OTHER")
        client.conversations_join(channel="C0OTHER")

        assert client.conversations_members(channel="C0OTHER")["members"] == [slack.app.bot_user_id]

    def test_opens_a_direct_message_once(self, client: WebClient) -> None:
        one, two = (client.conversations_open(users="U0ANN")["channel"]["id"] for _ in range(2))

        assert one == two

    def test_wants_a_good_cursor(self, client: WebClient) -> None:
        assert refusal(lambda: client.conversations_list(cursor="nonsense")) == "invalid_cursor"
