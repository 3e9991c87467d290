"""What the page calls, as `sandbox/web/API.md` promises it."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from starlette.applications import Starlette

from sandbox.slack.background import BackgroundServer
from sandbox.slack.office import acme_office
from sandbox.slack.page import page_routes
from sandbox.slack.server import SlackServer
from tests.sandbox.blocks import actions, button, field, home, modal, option, plain
from tests.sandbox.bolt_counterpart import MANIFEST
from tests.sandbox.browser import Page, Stream

Json = dict[str, Any]


@pytest.fixture
def page(slack: SlackServer) -> Page:
    return Page(slack.base_url)


@pytest.fixture
def stream(slack: SlackServer) -> Iterator[Stream]:
    stream = Stream(slack.base_url, "U0ANN")
    yield stream
    slack.feed.close()
    stream.close()


def opening(app: App) -> None:
    view = modal(field(block_id="title"), callback_id="form")

    @app.command("/feature-request")
    def open_view(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()


class TestBoot:
    def test_tells_who_and_where(self, page: Page, slack: SlackServer) -> None:
        slack.hints = ["Type /feature-request"]

        boot = page.get("boot", user="U0BOB")

        assert (boot["me"]["name"], boot["me"]["initials"], boot["team"]["name"]) == ("bob", "BÜ", "Acme")
        assert [persona["kind"] for persona in boot["personas"]] == ["member", "member", "guest"]
        assert {channel["kind"] for channel in boot["channels"]} == {"public", "im"}
        assert [command["command"] for command in boot["commands"]] == ["/feature-request", "/echo"]
        assert boot["shortcuts"][1]["type"] == "message"
        assert (boot["app"]["user_id"], boot["app"]["icon_letter"]) == (slack.app.bot_user_id, "T")
        assert boot["hints"] == ["Type /feature-request"]

    def test_starts_as_the_first_persona(self, page: Page) -> None:
        assert page.get("boot")["me"]["id"] == "U0ANN"

    def test_does_not_know_strangers(self, page: Page) -> None:
        assert page.get("boot", user="U0NONE") == {"ok": False, "error": "user_not_found"}


class TestMessages:
    def test_are_posted_and_read(self, page: Page, stream: Stream) -> None:
        posted = page.post("message", user="U0BOB", channel="C0GENERAL", text="Hi @ann <3 & #general")

        seen = stream.wait_for("message")
        assert (seen["channel"], seen["message"]["ts"]) == ("C0GENERAL", posted["ts"])
        assert seen["message"]["text"] == "Hi <@U0ANN> &lt;3 &amp; <#C0GENERAL|general>"
        assert page.get("boot", user="U0ANN")["channels"][0]["unread"] == 1
        assert len(page.get("messages", user="U0ANN", channel="C0GENERAL")["messages"]) == 1
        assert page.get("boot", user="U0ANN")["channels"][0]["unread"] == 0

    def test_of_others_stay_private(self, page: Page, slack: SlackServer) -> None:
        assert page.get("messages", user="U0BOB", channel="C0SECRET")["error"] == "channel_not_found"
        assert page.post("message", user="U0GUS", channel="C0GENERAL", text="x")["error"] == "not_in_channel"
        assert slack.as_user("ann").messages("general") == []

    def test_change_and_go(self, page: Page, slack: SlackServer, stream: Stream) -> None:
        del page
        client = WebClient(token="xoxb-sandbox", base_url=slack.api_url)
        posted = client.chat_postMessage(channel="C0GENERAL", text="x")
        client.chat_update(channel="C0GENERAL", ts=posted["ts"], text="y")
        client.chat_delete(channel="C0GENERAL", ts=posted["ts"])
        client.chat_postEphemeral(channel="C0GENERAL", user="U0ANN", text="z")

        assert stream.wait_for("message_changed")["message"]["text"] == "y"
        assert stream.wait_for("message_deleted")["ts"] == posted["ts"]
        assert stream.wait_for("ephemeral")["message"]["ephemeral"] is True

    def test_from_the_bot_open_a_direct_message(self, slack: SlackServer, stream: Stream) -> None:
        WebClient(token="xoxb-sandbox", base_url=slack.api_url).chat_postMessage(channel="U0ANN", text="x")

        assert stream.wait_for("channel")["channel"]["with"] == slack.app.bot_user_id

    def test_can_carry_files(self, slack: SlackServer, stream: Stream) -> None:
        client = WebClient(token="xoxb-sandbox", base_url=slack.api_url)
        client.files_upload_v2(channel="C0GENERAL", content="a", filename="top.csv")

        assert stream.wait_for("files")["file"]["name"] == "top.csv"


class TestModals:
    def test_the_whole_story(self, page: Page, stream: Stream, bolt: App) -> None:
        opening(bolt)
        bolt.view("form")(lambda ack, view: ack(**_judged(view)))

        assert page.post("command", user="U0ANN", channel="C0GENERAL", command="/feature-request", text="x") == {
            "ok": True
        }
        view = stream.wait_for("view_opened")["view"]
        assert (view["title"], view["type"]) == (plain("Title"), "modal")

        def submit(text: str) -> Json:
            values = {"title": {"value": {"type": "plain_text_input", "value": text}}}
            return page.post("view/submit", user="U0ANN", view_id=view["id"], values=values)

        assert submit("") == {
            "response_action": "errors",
            "errors": {"title": "Please complete this required field."},
        }
        assert submit("bad") == {"response_action": "errors", "errors": {"title": "Say more."}}
        assert submit("good") == {"response_action": "close"}
        assert stream.wait_for("views_closed")["view_ids"] == [view["id"]]

    def test_a_failing_bot_is_said_in_words(self, page: Page, stream: Stream, bolt: App) -> None:
        opening(bolt)
        failed = page.post("command", user="U0ANN", channel="C0GENERAL", command="/echo", text="")
        page.post("command", user="U0ANN", channel="C0GENERAL", command="/feature-request")
        view = stream.wait_for("view_opened")["view"]
        values = {"title": {"value": {"type": "plain_text_input", "value": "x"}}}

        assert failed == {"ok": False, "error": '/echo failed with the error "dispatch_failed"'}
        assert page.post("view/submit", user="U0ANN", view_id=view["id"], values=values) == {
            "error": "We had some trouble connecting. Try again?"
        }

    def test_can_be_closed(self, page: Page, slack: SlackServer, stream: Stream, bolt: App) -> None:
        opening(bolt)
        page.post("command", user="U0ANN", channel="C0GENERAL", command="/feature-request")
        view = stream.wait_for("view_opened")["view"]

        assert page.post("view/close", user="U0ANN", view_id=view["id"], cleared=True) == {"ok": True}
        assert slack.as_user("ann").modals == []
        assert page.post("view/close", user="U0ANN", view_id=view["id"])["error"] == "not_found"


class TestActions:
    def test_in_a_message(self, page: Page, slack: SlackServer, bolt: App) -> None:
        posted = bolt.client.chat_postMessage(
            channel="C0GENERAL", text="x", blocks=[actions(button(value="7"), block_id="row")]
        )
        got: list[str] = []
        bolt.action("go")(lambda ack, action: (got.append(action["value"]), ack()))
        container = {"channel": "C0GENERAL", "ts": posted["ts"]}
        action = {"block_id": "row", "action_id": "go", "type": "button", "value": "forged"}

        assert page.post("action", user="U0ANN", container=container, action=action) == {"ok": True}
        strange = page.post("action", user="U0ANN", container=container, action={**action, "action_id": "stop"})

        assert (got, strange["ok"], slack.records.problems) == (["7"], False, [])

    def test_on_the_home(self, page: Page, bolt: App) -> None:
        bolt.event("app_home_opened")(
            lambda event, client: client.views_publish(user_id=event["user"], view=home(actions(button())))
        )
        bolt.action("go")(lambda ack: ack())

        view = page.get("home", user="U0ANN")["view"]

        action = {"block_id": view["blocks"][0]["block_id"], "action_id": "go", "type": "button"}
        assert page.post("action", user="U0ANN", container={"view_id": view["id"]}, action=action) == {"ok": True}

    def test_type_ahead(self, page: Page, stream: Stream, bolt: App) -> None:
        external = {"type": "external_select", "action_id": "account"}
        view = modal(field(external, block_id="who"))
        bolt.command("/feature-request")(
            lambda ack, body, client: (client.views_open(trigger_id=body["trigger_id"], view=view), ack())
        )
        bolt.options("account")(lambda ack, payload: ack(options=[option(payload["value"])]))
        page.post("command", user="U0ANN", channel="C0GENERAL", command="/feature-request")
        container = {"view_id": stream.wait_for("view_opened")["view"]["id"]}

        offered = page.post(
            "suggestions", user="U0ANN", container=container, block_id="who", action_id="account", value="Ac"
        )

        assert offered == {"options": [option("Ac")]}

    def test_shortcuts(self, page: Page, stream: Stream, bolt: App) -> None:
        bolt.shortcut("file_message")(
            lambda ack, body, client: (client.views_open(trigger_id=body["trigger_id"], view=modal()), ack())
        )
        said = page.post("message", user="U0ANN", channel="C0GENERAL", text="x")
        where = {"channel": "C0GENERAL", "message_ts": said["ts"]}

        assert page.post("shortcut", user="U0ANN", callback_id="file_message", **where) == {"ok": True}
        assert stream.wait_for("view_opened")
        assert page.post("shortcut", user="U0ANN", callback_id="none")["ok"] is False

    def test_the_messages_tab(self, page: Page, bolt: App) -> None:
        prompts = [{"title": "Top gaps", "message": "/top-gaps"}]

        @bolt.event("app_home_opened")
        def greet(event: Json, client: WebClient) -> None:
            if event["tab"] == "messages":
                client.api_call(
                    "assistant.threads.setSuggestedPrompts", json={"channel_id": event["channel"], "prompts": prompts}
                )

        tab = page.post("open-messages-tab", user="U0ANN")

        assert tab["suggested_prompts"] == prompts
        assert page.get("messages", user="U0ANN", channel=tab["channel"]) == {"messages": []}

    def test_a_call_without_what_it_needs(self, page: Page) -> None:
        with pytest.raises(urllib.error.HTTPError, match="400"):
            page.post("command", user="U0ANN")


class TestFiles:
    @pytest.mark.parametrize("built", [True, False])
    def test_of_the_page(self, tmp_path: Path, *, built: bool) -> None:
        if built:
            (tmp_path / "assets").mkdir()
            (tmp_path / "index.html").write_text("<p>built</p>")
            (tmp_path / "assets" / "app.js").write_text("let a")
        server = BackgroundServer(Starlette(routes=page_routes(tmp_path)))
        base_url = server.start()
        with urllib.request.urlopen(base_url) as response:  # noqa: S310
            index = response.read().decode()
        server.stop()

        assert ("built</p>" in index, "make setup" in index) == (built, not built)


class TestOffice:
    def test_two_are_alike_and_share_nothing(self) -> None:
        with SlackServer(acme_office(), manifest=MANIFEST) as one, SlackServer(acme_office(), manifest=MANIFEST) as two:
            assert one.base_url != two.base_url
            assert list(one.world.users) == list(two.world.users)
            one.as_user("ava").post("x", channel="general")
            assert two.as_user("ava").messages("general") == []

    def test_has_somebody_of_every_kind(self) -> None:
        world = acme_office()

        assert {user.kind for user in world.users.values()} == {"member", "admin", "guest", "external"}
        assert len(world.personas) == 10
        assert {channel.archived for channel in world.channels.values()} == {True, False}


def _judged(view: Json) -> Json:
    if view["state"]["values"]["title"]["value"]["value"] == "bad":
        return {"response_action": "errors", "errors": {"title": "Say more."}}
    return {}
