"""Somebody at their keyboard: commands, clicks and typing, said as a person would say them."""

from typing import TYPE_CHECKING

from sandbox.slack.channels import Channel, Message
from sandbox.slack.elements import (
    elements_of,
    initial_values,
    is_stateful,
    label_of,
    options_of,
    text_in,
    value_key,
)
from sandbox.slack.errors import SlackError
from sandbox.slack.interactions import InMessage, Outcome
from sandbox.slack.json_types import Json
from sandbox.slack.people import User
from sandbox.slack.submissions import Submission
from sandbox.slack.views import View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_MANY = {"checkboxes", "multi_static_select", "multi_external_select"}
_EXTERNAL = {"external_select", "multi_external_select"}


class NotThere(AssertionError):
    """The person looked for something that is not on the screen."""


class Person:
    """One user's hands and eyes."""

    def __init__(self, slack: "Workspace", user: User) -> None:
        self._slack = slack
        self.user = user
        self.id = user.id

    # What the person sees.

    @property
    def modal(self) -> View:
        """The modal on top; raises `NotThere` when there is none."""
        stack = self._slack.views.stack(self.id)
        if not stack:
            raise NotThere(f"{self.user.name} has no modal open")
        return stack[-1]

    @property
    def modals(self) -> list[View]:
        return self._slack.views.stack(self.id)

    @property
    def home(self) -> View | None:
        """The App Home as last published."""
        return self._slack.views.home(self.id)

    def messages(self, channel: str) -> list[Message]:
        """Return what this person sees in a channel, oldest first."""
        with self._slack.world.changing():
            return self._slack.messages.visible_to(self.channel(channel), self.id)

    def last_message(self, channel: str) -> Message:
        messages = self.messages(channel)
        if not messages:
            raise NotThere(f"nothing in {channel}")
        return messages[-1]

    def channel(self, name: str) -> Channel:
        """Return a channel by id or name, or the direct message with somebody by their name or id."""
        if name == "app":
            return self._slack.world.direct_message(self.id, self._slack.app.bot_user_id)
        try:
            channel = self._slack.world.channel(name)
        except SlackError:
            return self._slack.world.direct_message(self.id, self._slack.world.user(name).id)
        if not channel.may_see(self.id):
            raise NotThere(f"{self.user.name} cannot see {name}")
        return channel

    # What the person does.

    def command(self, name: str, text: str = "", *, channel: str = "app") -> Outcome:
        """Type a slash command."""
        return self._slack.interactions.command(user=self.user, channel=self.channel(channel), name=name, text=text)

    def shortcut(self, callback_id: str, *, message: Message | None = None, channel: str = "app") -> Outcome:
        """Use a global shortcut, or a message shortcut on `message` in `channel`."""
        at = InMessage(channel=self.channel(channel), message=message) if message else None
        return self._slack.interactions.shortcut(user=self.user, callback_id=callback_id, at=at)

    def post(self, text: str, *, channel: str = "app", thread_ts: str | None = None) -> Message:
        """Say something, in Slack's markup (`<@U…>` mentions); `channel` "app" is the direct message with the bot."""
        where = self.channel(channel)
        message = Message(
            ts=self._slack.world.timestamps.new(),
            user=self.id,
            text=text,
            team=self.user.team_id,
            thread_ts=thread_ts,
        )
        return self._slack.messages.post(where, message)

    def react(self, name: str, *, message: Message, channel: str) -> None:
        self._slack.react(self.channel(channel), message, user_id=self.id, name=name)

    def open_home(self) -> View | None:
        """Look at the App Home; returns once the bot has had the event."""
        self._slack.open_home(self.id)
        self._slack.events.wait_until_quiet()
        return self.home

    def click(self, label: str, *, message: Message | None = None, channel: str = "app", home: bool = False) -> Outcome:
        """Click a button by its words or action id: in the modal, in `message`, or in the App Home."""
        where = self._place(message, channel, home=home)
        block, element = self._find(where, label, buttons=True)
        return self._act(where, block, element, {})

    def choose(
        self, label: str, option: str, *, message: Message | None = None, channel: str = "app", home: bool = False
    ) -> Outcome:
        """Pick an option by its words from the select, radio buttons, checkboxes or overflow menu labelled `label`."""
        where = self._place(message, channel, home=home)
        block, element = self._find(where, label)
        chosen = self._option(where, block, element, option)
        return self._set(where, block, element, chosen)

    def type(self, label: str, text: str) -> Outcome:
        """Type into an input of the modal; the bot hears of it where the input dispatches."""
        block, element = self._find(self.modal, label)
        return self._set(self.modal, block, element, text)

    def suggestions(self, label: str, text: str) -> list[Json]:
        """Return the options that appear below an external select while `text` is typed."""
        block, element = self._find(self.modal, label)
        return self._suggested(self.modal, block, element, text)

    def fill(self, values: dict[str, str]) -> None:
        """Fill in the modal: words for inputs and dates, an option's words for selects."""
        for label, value in values.items():
            _, element = self._find(self.modal, label)
            if element["type"] in _TYPED or not (options_of(element) or element["type"] in _EXTERNAL):
                self.type(label, value)
            else:
                self.choose(label, value)

    def submit(self, view: View | None = None) -> Submission:
        """Submit the modal on top, or one remembered from before: a second click, an old window."""
        return self._slack.submissions.submit(user=self.user, view=view or self.modal)

    def close(self, *, all_of_them: bool = False) -> None:
        """Close the modal on top, or with the x the whole stack."""
        self._slack.submissions.close(user=self.user, view=self.modal, cleared=all_of_them)

    # How things are found and used.

    def _place(self, message: Message | None, channel: str, *, home: bool) -> View | InMessage:
        if message is not None:
            return InMessage(channel=self.channel(channel), message=message)
        if not home:
            return self.modal
        if self.home is None:
            raise NotThere("nothing is published on the App Home")
        return self.home

    def _find(self, where: View | InMessage, label: str, *, buttons: bool = False) -> tuple[Json, Json]:
        blocks = where.blocks if isinstance(where, View) else where.message.blocks
        shown = [(block, element) for block in blocks for element in elements_of(block)]
        if buttons:
            shown = [pair for pair in shown if pair[1]["type"] in {"button", "workflow_button"}]
        for fits in (_named, _labelled, _partly_labelled):
            for block, element in shown:
                if fits(block, element, label):
                    return block, element
        raise NotThere(f"no {label!r} among {[label_of(*pair) for pair in shown]}; on screen: {text_in(blocks)[:500]}")

    def _option(self, where: View | InMessage, block: Json, element: Json, words: str) -> Json:
        options = self._suggested(where, block, element, words) if element["type"] in _EXTERNAL else options_of(element)
        for option in options:
            if words in {option["text"]["text"], option.get("value")}:
                return option
        for option in options:
            if words.casefold() in option["text"]["text"].casefold():
                return option
        raise NotThere(f"no option {words!r} among {[option['text']['text'] for option in options]}")

    def _suggested(self, where: View | InMessage, block: Json, element: Json, text: str) -> list[Json]:
        outcome = self._slack.interactions.suggestions(
            user=self.user, where=where, block_id=block["block_id"], action_id=element["action_id"], value=text
        )
        if outcome.error:
            raise NotThere(f"no suggestions: {outcome.error}")
        return options_of(outcome.body)

    def _set(self, where: View | InMessage, block: Json, element: Json, value: object) -> Outcome:
        key = value_key(element["type"])
        if element["type"] in _MANY:
            value = [*self._chosen(where, block, element), value]
        if not _dispatches(block, element):
            self._keep(where, block, {"type": element["type"], key: value}, element)
            return Outcome()
        return self._act(where, block, element, {key: value})

    def _chosen(self, where: View | InMessage, block: Json, element: Json) -> list[Json]:
        values = where.values if isinstance(where, View) else initial_values([block])
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        return list(state.get(value_key(element["type"])) or [])

    def _keep(self, where: View | InMessage, block: Json, value: Json, element: Json) -> None:
        if isinstance(where, View):
            with self._slack.world.changing():
                where.values.setdefault(block["block_id"], {})[element["action_id"]] = value

    def _act(self, where: View | InMessage, block: Json, element: Json, value: Json) -> Outcome:
        action = {"block_id": block["block_id"], "action_id": element["action_id"], **value}
        values = None
        if isinstance(where, InMessage):
            values = initial_values(where.message.blocks)
            if is_stateful(element):
                values[block["block_id"]][element["action_id"]] = {"type": element["type"], **value}
        return self._slack.interactions.act(user=self.user, where=where, action=action, values=values)


def _dispatches(block: Json, element: Json) -> bool:
    """Tell whether using this element sends `block_actions`: inputs do so only when they ask for it."""
    del element
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def _named(block: Json, element: Json, label: str) -> bool:
    return label in {element.get("action_id"), block.get("block_id")}


def _labelled(block: Json, element: Json, label: str) -> bool:
    return label_of(block, element).casefold() == label.casefold()


def _partly_labelled(block: Json, element: Json, label: str) -> bool:
    return label.casefold() in label_of(block, element).casefold()
