"""Events of the app's own tabs and conversations, changes of people, and the catch-alls."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import Ack, App

from domain.errors import NotFound
from usecases.converse import Heard
from usecases.greet import Greet
from usecases.job_kinds import MessageReceived

log = structlog.get_logger(__name__)

ANYTHING = re.compile(r".*", re.DOTALL)
_ABOUT_THE_LIST = re.compile(r"\b(top|gaps|ranking|ranked|list)\b", re.IGNORECASE)
# What the manifest subscribes to; a test compares.
EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.im",
    "reaction_added",
    "team_join",
    "user_change",
    "subteam_members_changed",
)


@dataclass(frozen=True, slots=True)
class WelcomeListeners:
    """Turn events into promises. Register these last: Bolt takes the first listener that fits."""

    greet: Greet
    hear: Callable[[Heard, str], bool] | None = None
    """Takes what is said to us, by event key; what it does not take is greeted."""

    def register(self, app: App) -> None:
        app.event("app_home_opened")(self.home_opened)
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.written_to)
        for name in ("team_join", "user_change"):
            app.event(name)(self.person_changed)
        app.event("subteam_members_changed")(self.group_changed)
        app.event(ANYTHING)(self.ignore_event)
        app.action(ANYTHING)(self.ignore)
        app.view(ANYTHING)(self.refuse_form)
        app.view_closed(ANYTHING)(self.ignore)
        app.shortcut(ANYTHING)(self.ignore)
        app.command(ANYTHING)(self.unknown_command)
        app.options(ANYTHING)(self.no_options)

    def home_opened(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "messages":
            self.greet.messages_opened(event["user"], event["channel"], key=_key(body))
        else:
            self.greet.home_opened(event["user"], key=_key(body))

    def mentioned(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        self._answer(body, event)

    def written_to(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        # Any other subtype is an edit, a join, a bot's message …: nobody wrote to us.
        is_said = event.get("subtype") in {None, "", "file_share"}
        if event.get("channel_type") == "im" and is_said and not event.get("bot_id"):
            self._answer(body, event)

    def person_changed(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        user = event.get("user")
        user_id = user.get("id") if isinstance(user, dict) else user
        if isinstance(user_id, str):
            self.greet.people_changed(user_id, key=_key(body))

    def group_changed(self, body: dict[str, Any]) -> None:
        self.greet.group_changed(key=_key(body))

    def ignore_event(self, event: dict[str, Any]) -> None:
        log.info("event.ignored", type=str(event.get("type"))[:60])

    def ignore(self, ack: Ack, body: dict[str, Any]) -> None:
        log.info("interaction.ignored", type=str(body.get("type"))[:60])
        ack()

    def refuse_form(self) -> None:
        """Acknowledging a form that nobody reads would tell its author that it was kept."""
        raise NotFound("This form is too old for me, and nothing was stored. Please start again.")

    def unknown_command(self, ack: Ack) -> None:
        ack("I do not know this command. Try `/feature-request` or `/top-gaps`.")

    def no_options(self, ack: Ack) -> None:
        ack(options=[])

    def _answer(self, body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        if not isinstance(event.get("user"), str):
            return
        heard = Heard(
            user_id=event["user"],
            channel_id=event["channel"],
            ts=str(event["ts"]),
            thread_ts=event.get("thread_ts"),
            text=str(event.get("text") or ""),
        )
        if self.hear is not None and self.hear(heard, _key(body)):
            return
        wants = "list" if _ABOUT_THE_LIST.search(str(event.get("text") or "")[:1000]) else "help"
        message = MessageReceived(
            user_id=event["user"],
            channel_id=event["channel"],
            ts=str(event.get("thread_ts") or event["ts"]),
            wants=wants,
        )
        self.greet.message_received(message, key=_key(body))


def _key(body: Mapping[str, Any]) -> str:
    return f"event:{body.get('team_id')}:{body['event_id']}"[:200]
