"""The Web API through slack_sdk: who may call what, and the methods that have no family."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.asking import refusal
from tests.sandbox.blocks import field, home, message, modal, section

Json = dict[str, Any]


def post(slack: SlackServer, method: str, body: bytes, **headers: str) -> Json:
    request = urllib.request.Request(slack.api_url + method, data=body, headers=headers)  # noqa: S310  our own server
    with urllib.request.urlopen(request) as response:  # noqa: S310
        answer: Json = json.load(response)
    return answer


class TestCalling:
    def test_says_who_the_bot_is(self, slack: SlackServer, client: WebClient) -> None:
        answer = client.auth_test()

        assert answer["user_id"] == slack.app.bot_user_id
        assert "chat:write" in answer.headers["x-oauth-scopes"]

    @pytest.mark.parametrize(
        ("token", "method", "error"),
        [
            (None, "auth.test", "not_authed"),
            ("xoxb-other", "auth.test", "invalid_auth"),
            ("xoxb-sandbox", "apps.connections.open", "not_allowed_token_type"),
            ("xapp-sandbox", "auth.test", "not_allowed_token_type"),
            ("xoxb-sandbox", "chat.shout", "unknown_method"),
        ],
    )
    def test_checks_the_caller(self, slack: SlackServer, token: str | None, method: str, error: str) -> None:
        client = WebClient(token=token, base_url=slack.api_url)

        assert refusal(lambda: client.api_call(method)) == error

    def test_wants_the_scope_from_the_manifest(self, client: WebClient, slack: SlackServer) -> None:
        slack.app.manifest.bot_scopes -= {"chat:write"}

        with pytest.raises(SlackApiError) as refused:
            client.chat_postMessage(channel="C0GENERAL", text="x")

        assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", "chat:write")

    @pytest.mark.parametrize(
        ("body", "content_type", "error"),
        [
            (b"{", "application/json", "invalid_json"),
            (b"[]", "application/json", "json_not_object"),
            (b"blocks=%5B", "application/x-www-form-urlencoded", "invalid_arguments"),
            (b"\xff", "application/x-www-form-urlencoded", "invalid_form_data"),
        ],
    )
    def test_refuses_bad_bodies(self, slack: SlackServer, body: bytes, content_type: str, error: str) -> None:
        headers = {"Content-Type": content_type, "Authorization": "Bearer xoxb-sandbox"}

        assert post(slack, "chat.postMessage", body, **headers)["error"] == error

    def test_names_the_missing_argument(self, client: WebClient) -> None:
        with pytest.raises(SlackApiError) as refused:
            client.api_call("chat.postMessage", json={"text": "x"})

        assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


class TestPeople:
    def test_tells_members_from_guests(self, client: WebClient) -> None:
        ann, gus = (client.users_info(user=user)["user"] for user in ("U0ANN", "U0GUS"))

        assert (ann["is_restricted"], gus["is_restricted"]) == (False, True)
        assert "email" not in ann["profile"]
        assert refusal(lambda: client.users_info(user="U0NONE")) == "user_not_found"

    def test_lists_groups(self, world: World, client: WebClient) -> None:
        world.add_user_group("pms", members=[world.user("ann")], group_id="S0PMS")

        assert client.usergroups_users_list(usergroup="S0PMS")["users"] == ["U0ANN"]
        assert refusal(lambda: client.usergroups_users_list(usergroup="S0")) == "no_such_subteam"

    def test_pages_through_users(self, world: World, client: WebClient) -> None:
        names = [user["name"] for page in client.users_list(limit=1) for user in page["members"]]

        assert names == [user.name for user in world.users.values()]


class TestFiles:
    def test_uploads_in_three_steps(self, slack: SlackServer, client: WebClient) -> None:
        client.files_upload_v2(
            channel="C0GENERAL", content="a,b\n1,2\n", filename="top.csv", initial_comment="The list"
        )

        said = slack.as_user("ann").last_message("general")
        with urllib.request.urlopen(said.files[0]["url_private"]) as response:  # noqa: S310
            content = response.read()
        assert (said.text, said.files[0]["name"], content) == ("The list", "top.csv", b"a,b\n1,2\n")

    def test_wants_what_was_announced(self, client: WebClient) -> None:
        announced = client.files_getUploadURLExternal(filename="a.csv", length=3)

        unfilled = refusal(lambda: client.files_completeUploadExternal(files=[{"id": announced["file_id"]}]))

        assert unfilled == "file_not_found"


class TestTheRest:
    def test_validates_without_a_token(self, slack: SlackServer) -> None:
        body = json.dumps({"view": modal(field(label={"type": "mrkdwn", "text": "x"}))}).encode()

        answer = post(slack, "blocks.validate", body, **{"Content-Type": "application/json"})

        assert [error["pointer"] for error in answer["errors"]] == ["/blocks/0/label/type"]

    def test_reacts_once(self, slack: SlackServer, client: WebClient) -> None:
        said = slack.as_user("ann").post("x", channel="general")
        client.reactions_add(channel="C0GENERAL", timestamp=said.ts, name="eyes")

        again = refusal(lambda: client.reactions_add(channel="C0GENERAL", timestamp=said.ts, name="eyes"))

        assert (again, said.reactions) == ("already_reacted", {"eyes": [slack.app.bot_user_id]})

    def test_prompts_of_an_agent_vanish_silently_in_a_thread(self, slack: SlackServer, client: WebClient) -> None:
        channel = client.conversations_open(users="U0ANN")["channel"]["id"]
        slack.app.manifest.agent = True
        prompts: list[Any] = [{"title": "Top", "message": "/top-gaps"}]

        client.api_call(
            "assistant.threads.setSuggestedPrompts",
            json={"channel_id": channel, "thread_ts": "1.000000", "prompts": prompts},
        )
        assert slack.prompts == {}
        client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": channel, "prompts": prompts})
        assert slack.prompts == {channel: prompts}

    def test_reads_form_encoded_blocks(self, slack: SlackServer, client: WebClient) -> None:
        client.api_call(
            "chat.postMessage", data={"channel": "C0GENERAL", "text": "x", "blocks": json.dumps([section()])}
        )

        assert len(slack.as_user("ann").last_message("general").blocks) == 1

    def test_records_what_a_checker_reads(self, slack: SlackServer, client: WebClient, tmp_path: Any) -> None:
        client.chat_postMessage(channel="C0GENERAL", **message(section()))
        refusal(lambda: client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[{"type": "poll"}]))

        slack.records.write_jsonl(tmp_path / "calls.jsonl")

        lines = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
        assert [(line["service"], line["method"], line["path"]) for line in lines] == [
            ("slack", "chat.postMessage", "/api/chat.postMessage")
        ]
        assert lines[0]["body"]["blocks"] == [section()]
        assert "token" not in lines[0]["body"]
        assert ["unsupported type: poll" in problem for problem in slack.records.problems] == [True]

    def test_shows_the_app(self, slack: SlackServer, client: WebClient) -> None:
        assert client.bots_info(bot=slack.app.bot_id)["bot"]["app_id"] == slack.app.id
        assert client.api_test(foo="bar")["args"]["foo"] == "bar"
        assert client.assistant_threads_setStatus(channel_id="C0GENERAL", thread_ts="1.000000", status="thinking")["ok"]

    @pytest.mark.parametrize(
        ("method", "arguments", "error"),
        [
            ("api.test", {"error": "oops"}, "oops"),
            ("apps.connections.open", {}, "not_allowed_token_type"),
            (
                "assistant.threads.setSuggestedPrompts",
                {"channel_id": "C0GENERAL", "prompts": [{}] * 5},
                "invalid_arguments",
            ),
            ("blocks.validate", {}, "invalid_arguments"),
            ("blocks.validate", {"blocks": [{"type": "poll"}]}, "invalid_blocks"),
            ("bots.info", {"bot": "B0NONE"}, "bot_not_found"),
            ("chat.getPermalink", {"channel": "C0GENERAL", "message_ts": "1.0"}, "message_not_found"),
            ("chat.postEphemeral", {"channel": "C0OTHER", "user": "U0ANN", "text": "x"}, "not_in_channel"),
            ("chat.postEphemeral", {"channel": "C0OLD", "user": "U0ANN", "text": "x"}, "is_archived"),
            ("chat.postMessage", {"channel": "UBOT", "text": "x"}, "cannot_dm_bot"),
            ("conversations.history", {"channel": "C0OTHER"}, "not_in_channel"),
            ("conversations.join", {"channel": "C0OLD"}, "is_archived"),
            ("conversations.list", {"types": "party"}, "invalid_types"),
            ("conversations.list", {"limit": 5000}, "invalid_limit"),
            ("conversations.open", {"users": "U0ANN,U0BOB"}, "method_not_supported_for_channel_type"),
            ("conversations.replies", {"channel": "C0GENERAL", "ts": "1.0"}, "thread_not_found"),
            ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
            ("files.completeUploadExternal", {"files": [{"id": "F0NONE"}]}, "file_not_found"),
            ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "invalid_arguments"),
            ("reactions.add", {"channel": "C0GENERAL", "timestamp": "1.0", "name": "eyes"}, "message_not_found"),
            ("usergroups.users.list", {"usergroup": "S0OFF"}, "subteam_disabled"),
            ("users.info", {}, "invalid_arguments"),
            ("views.open", {"trigger_id": "1"}, "invalid_trigger_id"),
            ("views.publish", {"user_id": "U0NONE", "view": {"type": "home", "blocks": []}}, "user_not_found"),
            ("views.publish", {"user_id": "U0ANN"}, "invalid_arguments"),
            ("views.update", {"view": {"type": "home", "blocks": []}}, "invalid_arguments"),
        ],
    )
    def test_refuses(
        self, world: World, slack: SlackServer, client: WebClient, *, method: str, arguments: Json, error: str
    ) -> None:
        world.add_channel("other", channel_id="C0OTHER")
        old = world.add_channel("old", channel_id="C0OLD")
        slack.join(old, slack.app.bot_user_id)
        old.archived = True
        world.add_user("robot", kind="bot", user_id="UBOT")
        world.add_user_group("off", members=[], group_id="S0OFF").disabled = True

        assert refusal(lambda: client.api_call(method, json=arguments)) == error

    def test_opens_no_push_without_a_modal(self, slack: SlackServer, client: WebClient) -> None:
        trigger = slack.triggers.issue("U0ANN")

        assert refusal(lambda: client.views_push(trigger_id=trigger, view=modal())) == "not_found"

    def test_a_home_needs_its_tab(self, slack: SlackServer, client: WebClient) -> None:
        slack.app.manifest.home_tab = slack.app.manifest.messages_tab = False

        assert refusal(lambda: client.views_publish(user_id="U0ANN", view=home())) == "not_enabled"
        assert refusal(lambda: client.chat_postMessage(channel="U0ANN", text="x")) == "messages_tab_disabled"

    def test_an_upload_of_the_wrong_length_is_refused(self, client: WebClient) -> None:
        announced = client.files_getUploadURLExternal(filename="a.csv", length=3)
        request = urllib.request.Request(str(announced["upload_url"]), data=b"too long")  # noqa: S310

        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(request)  # noqa: S310
