"""Messages go out once, at Slack's pace, and Slack's refusals become what the worker understands."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import web_client
from handlers import blocks
from handlers.messages import Message
from handlers.messenger import ChannelClosed, Messenger
from sandbox.slack.server import SlackServer
from storage.database import Database
from storage.jobs import PermanentFailure, RetryLater
from storage.messages import Posted
from tests.usecases.office import NOW

HELLO = Message(text="Hello", blocks=[blocks.section("Hello")])
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
pytestmark = only_sqlite


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return web_client(token="xoxb-sandbox", base_url=slack.api_url, timeout=5)


@pytest.fixture
def messenger(database: Database, client: WebClient) -> Messenger:
    return Messenger(client=client, database=database, now=lambda: NOW)


def post(messenger: Messenger, *, marker: str = "m1", is_retry: bool = False, **options: Any) -> Posted:
    return messenger.post(HELLO, channel="CGENERAL", marker=marker, is_retry=is_retry, **options)


def shown(slack: SlackServer) -> int:
    return sum(message.text == "Hello" for message in slack.as_user("sal").messages("general"))


class TestOnce:
    def test_a_message_carries_its_marker_and_unfurls_nothing(self, messenger: Messenger, slack: SlackServer) -> None:
        posted = post(messenger)
        (call,) = slack.records.of("chat.postMessage")
        assert call["body"]["metadata"] == {"event_type": "gapbot_message", "event_payload": {"marker": "m1"}}
        assert (call["body"]["unfurl_links"], call["body"]["unfurl_media"]) == (False, False)
        assert posted.channel_id == "CGENERAL"
        assert slack.records.problems == []

    def test_a_second_attempt_finds_it_by_what_we_noted(self, messenger: Messenger, slack: SlackServer) -> None:
        assert post(messenger) == post(messenger, is_retry=True)
        assert shown(slack) == 1

    @pytest.mark.parametrize("fault", ["error_after_effect", "drop_after_effect", "slow:6"])
    def test_after_an_ambiguous_failure_it_is_looked_up(
        self, database: Database, slack: SlackServer, fault: str
    ) -> None:
        client = web_client(token="xoxb-sandbox", base_url=slack.api_url, timeout=1)
        messenger = Messenger(client=client, database=database, now=lambda: NOW)
        slack.faults.script("chat.postMessage", fault.replace("6", "2"))
        with pytest.raises((SlackApiError, OSError)):
            post(messenger)
        slack.wait_for(lambda: shown(slack) == 1)
        found = post(messenger, is_retry=True)
        assert shown(slack) == 1
        assert found.ts == slack.as_user("sal").last_message("general").ts

    @pytest.mark.parametrize("fault", ["error_before_effect", "drop_before_effect", "malformed"])
    def test_after_a_failure_without_effect_it_is_posted(
        self, messenger: Messenger, slack: SlackServer, fault: str
    ) -> None:
        slack.faults.script("chat.postMessage", fault)
        with pytest.raises(Exception):  # noqa: B017  whatever it is, the worker tries again
            post(messenger)
        before = shown(slack)
        post(messenger, is_retry=True)
        assert shown(slack) == 1
        assert before <= 1

    def test_in_a_thread_it_is_looked_up_in_the_thread(self, messenger: Messenger, slack: SlackServer) -> None:
        parent = post(messenger, marker="parent")
        slack.faults.script("chat.postMessage", "error_after_effect")
        with pytest.raises(SlackApiError):
            post(messenger, marker="reply", thread=parent)
        found = post(messenger, marker="reply", is_retry=True, thread=parent)
        replies = slack.world.channel("general").replies(parent.ts)
        assert [reply.ts for reply in replies if reply.ts != parent.ts] == [found.ts]

    def test_a_first_attempt_does_not_read_the_history(self, messenger: Messenger, slack: SlackServer) -> None:
        post(messenger)
        assert slack.records.of("conversations.history") == []

    def test_what_is_written_late_is_written_once(self, messenger: Messenger) -> None:
        written: list[Message] = []

        def words() -> Message:
            written.append(HELLO)
            return HELLO

        for attempt in range(2):
            messenger.post(words, channel="CGENERAL", marker="m1", is_retry=attempt > 0)
        assert len(written) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        "code",
        ["channel_not_found", "not_in_channel", "is_archived", "restricted_action", "cannot_dm_bot", "user_disabled"],
    )
    def test_a_closed_channel_is_for_ever(self, messenger: Messenger, slack: SlackServer, code: str) -> None:
        slack.faults.script("chat.postMessage", f"error:{code}")
        with pytest.raises(ChannelClosed) as closed:
            post(messenger)
        assert closed.value.code == code
        assert isinstance(closed.value, PermanentFailure)

    @pytest.mark.parametrize(("fault", "seconds"), [("429:7", 7.0), ("429:0", 1.0), ("429:86400", 900.0)])
    def test_too_fast_is_later_for_all_of_slack(
        self, messenger: Messenger, slack: SlackServer, fault: str, seconds: float
    ) -> None:
        slack.faults.script("chat.postMessage", fault)
        with pytest.raises(RetryLater) as later:
            post(messenger)
        assert (later.value.seconds, later.value.target) == (seconds, "slack")

    @pytest.mark.parametrize("code", ["internal_error", "fatal_error", "invalid_auth"])
    def test_anything_else_is_an_error_to_try_again(self, messenger: Messenger, slack: SlackServer, code: str) -> None:
        slack.faults.script("chat.postMessage", f"error:{code}")
        with pytest.raises(SlackApiError):
            post(messenger)


class TestEditing:
    def test_replaces_the_message(self, messenger: Messenger, slack: SlackServer) -> None:
        posted = post(messenger)
        assert messenger.edit(Message(text="Bye", blocks=[blocks.section("Bye")]), posted)
        assert slack.as_user("sal").last_message("general").text == "Bye"

    def test_a_deleted_one_is_told(self, messenger: Messenger, slack: SlackServer) -> None:
        posted = post(messenger)
        channel = slack.world.channel("general")
        slack.messages.delete(channel, channel.messages[-1])
        assert not messenger.edit(HELLO, posted)

    def test_another_refusal_is_raised(self, messenger: Messenger, slack: SlackServer) -> None:
        posted = post(messenger)
        slack.faults.script("chat.update", "error:is_archived")
        with pytest.raises(ChannelClosed):
            messenger.edit(HELLO, posted)


def test_a_whisper_reaches_one_person(messenger: Messenger, slack: SlackServer) -> None:
    messenger.whisper(HELLO, channel="CGENERAL", user_id="USELLER")
    assert shown(slack) == 1
    assert slack.as_user("pam").messages("general") == []


def test_a_direct_channel_is_opened(messenger: Messenger, slack: SlackServer) -> None:
    channel = messenger.direct_channel("USELLER")
    messenger.post(HELLO, channel=channel, marker="m1", is_retry=False)
    assert slack.as_user("sal").last_message("app").text == "Hello"
