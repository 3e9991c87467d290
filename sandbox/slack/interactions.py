"""What a person does to the bot: the payload goes out, and the bot's answer has its effect here."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.slack.block_kit.check import message_problems, options_problems
from sandbox.slack.channels import Channel, Message
from sandbox.slack.elements import Values, find_element, is_stateful
from sandbox.slack.errors import BotTrouble, SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.link import BotLink, Parcel, ParcelKind
from sandbox.slack.manifest import App
from sandbox.slack.payloads import Payloads
from sandbox.slack.people import User
from sandbox.slack.records import Records
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.views import Triggers, View, Views
from sandbox.slack.world import World

_OK = 200


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it went for the person: `error` is None, or the code Slack shows ("operation_timeout" …)."""

    error: str | None = None
    body: Json = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.error is None


class Post:
    """Send a payload to the bot and read its ack."""

    def __init__(self, *, link: Callable[[], BotLink], records: Records) -> None:
        self._link = link
        self._records = records

    def send(self, kind: ParcelKind, payload: Json) -> object:
        """Return the ack's body; raise `BotTrouble` when Slack would show the person an error."""
        answer = self._link().send(Parcel(kind=kind, payload=payload))
        if answer.status != _OK:
            raise BotTrouble("dispatch_failed", f"HTTP {answer.status}")
        return answer.body

    def keep(self, ack: str, body: object, problems: list[str]) -> None:
        """Record an ack; raise `BotTrouble` when it is not what Slack understands."""
        self._records.ack(ack, body, problems=problems)
        if problems:
            raise BotTrouble("dispatch_failed", "; ".join(problems))

    def trouble(self, what: str, trouble: BotTrouble) -> None:
        """Record that the bot failed where Slack shows the person nothing."""
        self._records.ack(what, None, problems=[str(trouble)])


@dataclass(frozen=True, kw_only=True)
class InMessage:
    """A message as the place where something was clicked."""

    channel: Channel
    message: Message


class Interactions:
    """Commands, shortcuts, clicks and type-ahead."""

    def __init__(
        self,
        *,
        world: World,
        app: App,
        views: Views,
        triggers: Triggers,
        response_urls: ResponseUrls,
        post: Post,
    ) -> None:
        self._world = world
        self._app = app
        self._views = views
        self._triggers = triggers
        self._response_urls = response_urls
        self._post = post
        self._payloads = Payloads(world=world, app=app)

    def command(self, *, user: User, channel: Channel, name: str, text: str) -> Outcome:
        """Run a slash command and show the bot's immediate answer."""
        command = self._app.manifest.command(name)
        if command is None:
            return Outcome(error="unknown_command")
        payload = self._payloads.command(
            user=user,
            channel=channel,
            command=command,
            text=text,
            trigger_id=self._triggers.issue(user.id),
            response_url=self._response_urls.issue(user_id=user.id, channel=channel),
        )
        try:
            said = self._post.send("command", payload)
            body = {"text": said} if isinstance(said, str) else said
            problems = [str(p) for p in message_problems(body)] if isinstance(body, dict) and body else []
            self._post.keep("command", body, problems)
        except BotTrouble as trouble:
            return Outcome(error=trouble.code)
        if isinstance(body, dict) and body:
            self._response_urls.answer(user_id=user.id, channel=channel, body=body)
        return Outcome()

    def shortcut(self, *, user: User, callback_id: str, at: InMessage | None = None) -> Outcome:
        """Use a global shortcut, or a message shortcut on a message that is not ephemeral."""
        shortcut = self._app.manifest.shortcut(callback_id)
        wanted = "message" if at else "global"
        if shortcut is None or shortcut.type != wanted or (at and at.message.ephemeral_to):
            return Outcome(error="unknown_shortcut")
        trigger_id = self._triggers.issue(user.id)
        if at is None:
            payload = self._payloads.global_shortcut(user=user, callback_id=callback_id, trigger_id=trigger_id)
        else:
            payload = self._payloads.message_shortcut(
                user=user,
                callback_id=callback_id,
                channel=at.channel,
                message=at.message,
                trigger_id=trigger_id,
                response_url=self._response_urls.issue(user_id=user.id, channel=at.channel, source=at.message),
            )
        return self._interact(shortcut.type, payload)

    def act(self, *, user: User, where: View | InMessage, action: Json, values: Values | None = None) -> Outcome:
        """Use an element; `action` names its block and action id and holds the new value."""
        blocks = where.blocks if isinstance(where, View) else where.message.blocks
        found = find_element(blocks, block_id=action["block_id"], action_id=action["action_id"])
        if found is None:
            return Outcome(error="not_found")
        full = self._full_action(found[1], action)
        trigger_id = self._triggers.issue(user.id)
        if isinstance(where, View):
            self._keep_values(where, values or {}, full)
            payload = self._payloads.view_action(user=user, view=where, action=full, trigger_id=trigger_id)
        else:
            payload = self._payloads.message_action(
                user=user,
                channel=where.channel,
                message=where.message,
                action=full,
                values=values or {},
                trigger_id=trigger_id,
                response_url=self._response_urls.issue(user_id=user.id, channel=where.channel, source=where.message),
            )
        return self._interact("block_actions", payload)

    def suggestions(self, *, user: User, where: View | InMessage, block_id: str, action_id: str, value: str) -> Outcome:
        """Ask the bot for the options of an external select; the body has `options` or `option_groups`."""
        action = {"block_id": block_id, "action_id": action_id, "value": value}
        place = where if isinstance(where, View) else (where.channel, where.message)
        payload = self._payloads.suggestion(user=user, where=place, action=action)
        try:
            body = self._post.send("options", payload)
            self._post.keep("options", body, [str(problem) for problem in options_problems(body)])
        except BotTrouble as trouble:
            return Outcome(error=trouble.code)
        return Outcome(body=body if isinstance(body, dict) else {})

    def place(
        self, *, view_id: str | None = None, channel_id: str | None = None, ts: str | None = None
    ) -> View | InMessage:
        """Return the view or message with this address; raise `not_found`."""
        with self._world.changing():
            if view_id is not None:
                return self._views.find(view_id=view_id)
            channel = self._world.channel(channel_id or "")
            message = channel.message(ts or "")
        if message is None:
            raise SlackError("message_not_found")
        return InMessage(channel=channel, message=message)

    def _interact(self, ack: str, payload: Json) -> Outcome:
        try:
            self._post.keep(ack, self._post.send("interaction", payload), [])
        except BotTrouble as trouble:
            return Outcome(error=trouble.code)
        return Outcome()

    def _full_action(self, element: Json, action: Json) -> Json:
        full = {"type": element["type"], **action}
        if element["type"] in {"button", "workflow_button"}:
            full["text"] = element["text"]
            full |= {key: element[key] for key in ("value", "style", "url") if key in element}
        if "confirm" in element:
            full["confirm"] = element["confirm"]
        return full

    def _keep_values(self, view: View, values: Values, action: Json) -> None:
        with self._world.changing():
            for block_id, actions in values.items():
                view.values.setdefault(block_id, {}).update(actions)
            if is_stateful(action):
                value = {key: part for key, part in action.items() if key == "type" or _is_value(key)}
                view.values.setdefault(action["block_id"], {})[action["action_id"]] = value


def _is_value(key: str) -> bool:
    return key in {"value", "rich_text_value", "files"} or key.startswith("selected_")
