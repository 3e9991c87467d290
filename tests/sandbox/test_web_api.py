"""The Web API through slack_sdk: what it does, and how it refuses."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.sandbox.blocks import actions, field, home, message, modal, section

Json = dict[str, Any]


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return WebClient(token="xoxb-sandbox", base_url=slack.api_url, retry_handlers=[])


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as refused:
        call()
    return str(refused.value.response["error"])


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
