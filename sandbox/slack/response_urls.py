"""The addresses that let the bot answer what a person did: five times within thirty minutes."""

from dataclasses import dataclass

from sandbox.slack.block_kit.check import message_problems
from sandbox.slack.channels import Channel, Message
from sandbox.slack.content import authored, content_fields
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.messages import Messages
from sandbox.slack.world import World

USES = 5
LIFE_SECONDS = 30 * 60


@dataclass(kw_only=True)
class ResponseUrl:
    """One address: who may answer where, about which message."""

    user_id: str
    channel: Channel
    source: Message | None
    issued_at: float
    uses: int = 0


class ResponseUrls:
    """Issue the addresses and do what is posted to them. They bypass membership, as Slack's do."""

    def __init__(self, *, world: World, messages: Messages, author: Json) -> None:
        self._world = world
        self._messages = messages
        self._author = author
        self._issued: dict[str, ResponseUrl] = {}
        self.base_url = ""

    def issue(self, *, user_id: str, channel: Channel, source: Message | None = None) -> str:
        token = self._world.ids.secret("response_url")
        self._issued[token] = ResponseUrl(
            user_id=user_id, channel=channel, source=source, issued_at=self._world.clock()
        )
        return f"{self.base_url}/response/{self._world.team_id}/{token}"

    def use(self, token: str, body: Json) -> Json:
        """Post, replace or delete; raise `used_url`, `expired_url` or what is wrong with the content."""
        with self._world.changing():
            address = self._issued.get(token)
            if address is None:
                raise SlackError("invalid_url")
            if self._world.clock() - address.issued_at > LIFE_SECONDS:
                raise SlackError("expired_url")
            if address.uses >= USES:
                raise SlackError("used_url")
            address.uses += 1
            self._do(address, body)
        return {"ok": True}

    def answer(self, *, user_id: str, channel: Channel, body: Json) -> None:
        """Post a message body that came in an ack."""
        self._do(ResponseUrl(user_id=user_id, channel=channel, source=None, issued_at=0), body)

    def _do(self, address: ResponseUrl, body: Json) -> None:
        source = address.source if address.source in address.channel.messages else None
        if body.get("delete_original"):
            if source is not None:
                self._messages.delete(address.channel, source)
            return
        problems = message_problems(body)
        if problems:
            raise SlackError("invalid_blocks", messages=[str(problem) for problem in problems])
        fields = content_fields(body, self._world.ids)
        if body.get("replace_original") and source is not None:
            self._messages.update(address.channel, source, fields)
            return
        in_channel = body.get("response_type") == "in_channel"
        message = authored(self._author, ts=self._world.timestamps.new(), fields=fields)
        message.ephemeral_to = None if in_channel else address.user_id
        message.thread_ts = body.get("thread_ts") or (source.thread_ts if source else None)
        self._messages.post(address.channel, message)
