"""files.*: the three steps of an upload."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.slack.content import authored
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.method import TIER_4, Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def get_upload_url(slack: "Workspace", args: Arguments) -> Json:
    length = args.text("length")
    if not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments", messages=["[ERROR] length must be a positive number"])
    alt_text = args.optional("alt_txt") or ""
    file = slack.files.expect(name=args.text("filename"), length=int(length), alt_text=alt_text)
    return {"upload_url": f"{slack.base_url}/upload/{file.id}", "file_id": file.id}


def complete_upload(slack: "Workspace", args: Arguments) -> Json:
    wanted = args.raw.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", messages=["[ERROR] missing required field: files"])
    files = [slack.files.complete(item["id"], title=item.get("title")) for item in wanted]
    channel_id = args.optional("channel_id")
    if channel_id:
        channel = slack.readable(channel_id)
        if slack.app.bot_user_id not in channel.members:
            raise SlackError("not_in_channel")
        shown = [file.as_slack(slack.base_url) for file in files]
        fields: Json = {"text": args.optional("initial_comment") or "", "files": shown}
        message = authored(slack.author, ts=slack.world.timestamps.new(), fields=fields)
        message.thread_ts = args.optional("thread_ts")
        slack.messages.post(channel, message)
        for file in files:
            slack.feed.publish(channel.members, {"type": "files", "file": file.as_client(slack.base_url, channel.id)})
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(run=get_upload_url, scope="files:write", per_minute=TIER_4),
    "files.completeUploadExternal": Method(run=complete_upload, scope="files:write", per_minute=TIER_4),
}
