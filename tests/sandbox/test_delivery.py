"""How events and commands reach the bot over HTTP: signed, within three seconds, again when they fail."""

from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.errors import BotTrouble
from sandbox.slack.link import Parcel, signature
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World


class Ear:
    """Hear messages, and fail the first few times if asked."""

    def __init__(self, app: App, *, failures: int = 0) -> None:
        self.heard: list[str] = []
        self.retries: list[str | None] = []
        self._failures = failures
        app.event("message")(self._hear)
        app.event("app_mention")(lambda event: self.heard.append(f"mention {event['text']}"))

    def _hear(self, event: dict[str, Any], request: BoltRequest) -> BoltResponse | None:
        number = request.headers.get("x-slack-retry-num")
        self.retries.append(number[0] if number else None)
        if self._failures:
            self._failures -= 1
            return BoltResponse(status=500, body="")
        self.heard.append(event["text"])
        return None


class TestEvents:
    def test_reach_a_bot_that_is_in_the_channel(self, slack: SlackServer, bolt: App, world: World) -> None:
        ear = Ear(bolt)
        slack.as_user("ann").post("here", channel="general")
        slack.as_user("ann").post("not here", channel="secret")
        slack.as_user("ann").post("to you", channel="app")
        slack.events.wait_until_quiet()

        assert sorted(ear.heard) == ["here", "to you"]
        assert [e["event"]["channel_type"] for e in slack.events.sent if e["event"]["text"] == "to you"] == ["im"]
        assert world.team_id == slack.events.sent[0]["authorizations"][0]["team_id"]

    def test_a_mention_gives_two(self, slack: SlackServer, bolt: App) -> None:
        ear = Ear(bolt)
        text = f"<@{slack.app.bot_user_id}> help"
        slack.as_user("ann").post(text, channel="general")
        slack.events.wait_until_quiet()

        assert sorted(ear.heard) == sorted([text, f"mention {text}"])

    def test_come_again_after_failures_with_the_same_id(self, slack: SlackServer, bolt: App) -> None:
        ear = Ear(bolt, failures=2)
        slack.as_user("ann").post("x", channel="general")
        slack.events.wait_until_quiet()

        assert (ear.heard, ear.retries) == (["x"], [None, "1", "2"])
        last = slack.http.sent[-1]
        assert last.headers["X-Slack-Retry-Reason"] == "http_error"

    def test_are_given_up_after_three_retries(self, slack: SlackServer, bolt: App) -> None:
        ear = Ear(bolt, failures=9)
        slack.as_user("ann").post("x", channel="general")
        slack.events.wait_until_quiet()

        assert (ear.heard, len(ear.retries), len(slack.events.given_up)) == ([], 4, 1)

    def test_are_not_retried_when_the_bot_says_so(self, slack: SlackServer, bolt: App) -> None:
        tries: list[int] = []

        @bolt.event("message")
        def refuse() -> BoltResponse:
            tries.append(1)
            return BoltResponse(status=503, headers={"x-slack-no-retry": "1"})

        slack.as_user("ann").post("x", channel="general")
        slack.events.wait_until_quiet()

        assert len(tries) == 1

    def test_can_come_twice(self, slack: SlackServer, bolt: App) -> None:
        ear = Ear(bolt)
        slack.events.duplicate(3)
        slack.as_user("ann").post("x", channel="general")
        slack.events.wait_until_quiet()

        assert ear.heard == ["x"] * 3

    def test_can_be_late_and_out_of_order(self, slack: SlackServer, bolt: App) -> None:
        ear = Ear(bolt)
        slack.events.hold()
        for text in "abc":
            slack.as_user("ann").post(text, channel="general")
        slack.events.wait_until_quiet()
        assert ear.heard == []

        slack.events.release(reverse=True)
        slack.events.wait_until_quiet()

        assert sorted(ear.heard) == ["a", "b", "c"]
        assert [e["event"]["text"] for e in slack.events.sent] == ["c", "b", "a"]

    def test_tell_of_people_and_reactions(self, slack: SlackServer, bolt: App, world: World) -> None:
        heard: list[tuple[str, Any]] = []
        for name in ("user_change", "member_joined_channel", "reaction_added", "app_home_opened"):
            bolt.event(name)(lambda event: heard.append((event["type"], event["user"])))
        Ear(bolt)
        said = slack.as_user("ann").post("x", channel="general")

        slack.as_user("bob").react("eyes", message=said, channel="general")
        slack.join(world.channel("general"), "U0GUS")
        slack.change_user("U0BOB", deleted=True)
        slack.as_user("ann").open_home()

        slack.events.wait_until_quiet()
        whom = {kind: user["id"] if isinstance(user, dict) else user for kind, user in heard}
        assert whom == {
            "reaction_added": "U0BOB",
            "member_joined_channel": "U0GUS",
            "user_change": "U0BOB",
            "app_home_opened": "U0ANN",
        }

    def test_are_only_sent_when_subscribed(self, slack: SlackServer, world: World) -> None:
        slack.welcome(world.user("ann"))

        assert slack.events.sent == []

    def test_tell_of_changes_by_the_bot(self, slack: SlackServer, bolt: App) -> None:
        posted = bolt.client.chat_postMessage(channel="C0GENERAL", text="x")
        bolt.client.chat_update(channel="C0GENERAL", ts=posted["ts"], text="y")
        bolt.client.chat_delete(channel="C0GENERAL", ts=posted["ts"])

        events = [envelope["event"] for envelope in slack.events.sent]
        assert [event.get("subtype") for event in events] == [None, "message_changed", "message_deleted"]
        assert (events[1]["previous_message"]["text"], events[1]["message"]["text"]) == ("x", "y")

    def test_verify_the_address(self, slack: SlackServer, bolt: App) -> None:
        del bolt

        assert slack.events.verify_url()


class TestSigning:
    def test_satisfies_the_sdk(self) -> None:
        body = b"payload=%7B%7D"
        signed = signature(secret="s3", timestamp="1700000000", body=body)

        verifier = SignatureVerifier("s3", clock=FrozenClock())
        assert verifier.is_valid(body, "1700000000", signed)
        assert not verifier.is_valid(body + b"x", "1700000000", signed)

    def test_a_forgery_a_replay_and_a_stale_request(self, slack: SlackServer, bolt: App) -> None:
        runs: list[str] = []

        @bolt.command("/echo")
        def echo(ack: Ack, command: dict[str, Any]) -> None:
            runs.append(command["text"])
            ack()

        slack.as_user("ann").command("/echo", "once", channel="general")
        sent = slack.http.sent[-1]
        parcel = Parcel(kind="command", payload={"command": "/echo", "text": "forged"})

        assert slack.http.send_raw(sent).status == 200
        assert slack.http.send_raw(slack.http.signed(parcel, secret="wrong")).status == 401
        assert slack.http.send_raw(slack.http.signed(parcel, age_seconds=301)).status == 401
        assert runs == ["once", "once"]


class FrozenClock:
    def now(self) -> float:
        return 1_700_000_000.0


class TestSlowAndAbsentBots:
    def test_a_late_answer_is_a_timeout(self, slack: SlackServer, bolt: App, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sandbox.slack.http_link.ANSWER_SECONDS", 0.05)

        @bolt.command("/echo")
        def echo(ack: Ack) -> None:
            slack.wait_for(lambda: slack.as_user("ann").messages("general"))
            ack()

        outcome = slack.as_user("ann").command("/echo", channel="general")
        slack.as_user("ann").post("go on", channel="general")

        assert outcome.error == "operation_timeout"

    def test_no_bot_is_an_error_too(self, slack: SlackServer) -> None:
        assert slack.as_user("ann").command("/echo", channel="general").error == "connection_failed"

        slack.deliver_to("http://127.0.0.1:1/slack/events")
        with pytest.raises(BotTrouble):
            slack.link.send(Parcel(kind="event", payload={}))

    def test_an_unhandled_command_is_a_failed_dispatch(self, slack: SlackServer, bolt: App) -> None:
        del bolt

        assert slack.as_user("ann").command("/echo", channel="general").error == "dispatch_failed"
