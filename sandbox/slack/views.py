"""Modals in stacks of up to three, App Homes, and the triggers that open them."""

import json
from dataclasses import dataclass, field

from sandbox.slack.elements import Values, carried_values, initial_values, with_ids
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.world import World

STACK_LIMIT = 3
TRIGGER_SECONDS = 3.0
VIEW_BYTES = 250_000


@dataclass(kw_only=True)
class View:
    """A modal or home that somebody has open, with what was typed into it."""

    id: str
    user_id: str
    team_id: str
    app_id: str
    bot_id: str
    content: Json
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    values: Values = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return list(self.content["blocks"])

    @property
    def is_home(self) -> bool:
        return bool(self.content["type"] == "home")

    def as_client(self) -> Json:
        """Return the view as the sandbox's page shows it: the same object, with what was typed."""
        return self.as_slack()

    def as_slack(self) -> Json:
        """Return the view object of answers and payloads."""
        modal = {
            "title": self.content.get("title"),
            "close": self.content.get("close"),
            "submit": self.content.get("submit"),
            "clear_on_close": bool(self.content.get("clear_on_close")),
            "notify_on_close": bool(self.content.get("notify_on_close")),
        }
        return {
            "id": self.id,
            "team_id": self.team_id,
            "type": self.content["type"],
            "blocks": self.blocks,
            "private_metadata": self.content.get("private_metadata", ""),
            "callback_id": self.content.get("callback_id", ""),
            "external_id": self.content.get("external_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": self.app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
            **modal,
        }


class Triggers:
    """Permissions to open one modal within three seconds of what a person did."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._issued: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def issue(self, user_id: str) -> str:
        ids = self._world.ids
        trigger = f"{ids.number('trigger')}.{ids.number('trigger')}.{ids.secret('trigger')}"
        self._issued[trigger] = (user_id, self._world.clock())
        return trigger

    def check(self, trigger: object) -> str:
        """Return whose trigger this is; raise the error Slack gives for a strange, used or late one."""
        if not isinstance(trigger, str) or trigger not in self._issued:
            raise SlackError("invalid_trigger_id")
        if trigger in self._used:
            raise SlackError("exchanged_trigger_id")
        user_id, at = self._issued[trigger]
        if self._world.clock() - at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        return user_id

    def use(self, trigger: str) -> None:
        self._used.add(trigger)


class Views:
    """Every person's stack of modals and every person's App Home. Callers hold the world still."""

    def __init__(self, world: World, *, app_id: str, bot_id: str) -> None:
        self._world = world
        self._app_id = app_id
        self._bot_id = bot_id
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user_id: str) -> list[View]:
        """Return the open modals of this person, the visible one last."""
        return list(self._stacks.get(user_id, ()))

    def home(self, user_id: str) -> View | None:
        return self._homes.get(user_id)

    def open(self, user_id: str, content: Json) -> View:
        """Open a modal as a stack of its own; what was open before is gone."""
        self._check_external_id(content, besides=None)
        view = self._new(user_id, content)
        self._stacks[user_id] = [view]
        return view

    def push(self, user_id: str, content: Json) -> View:
        """Put a modal on top of the open ones; raise `push_limit_reached` for a fourth."""
        stack = self._stacks.get(user_id) or []
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        self._check_external_id(content, besides=None)
        view = self._new(user_id, content)
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, content: Json, *, expected_hash: str | None = None) -> View:
        """Replace what a view shows; raise `hash_conflict` when it changed since `expected_hash`."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        self._check_external_id(content, besides=view)
        self._fill(view, content)
        return view

    def publish(self, user_id: str, content: Json, *, expected_hash: str | None = None) -> View:
        home = self._homes.get(user_id)
        if home is None:
            home = self._homes[user_id] = self._new(user_id, content)
            return home
        return self.update(home, content, expected_hash=expected_hash)

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View:
        """Return an open view; raise `not_found` when it was closed or never was."""
        for view in self._open():
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def close(self, view: View) -> list[View]:
        """Take a modal (and whatever lies on it) off the stack; return what went."""
        stack = self._stacks.get(view.user_id, [])
        if view not in stack:
            return []
        kept = stack.index(view)
        gone, self._stacks[view.user_id] = stack[kept:], stack[:kept]
        return gone

    def clear(self, user_id: str) -> list[View]:
        return self._stacks.pop(user_id, [])

    def _open(self) -> list[View]:
        return [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())

    def _new(self, user_id: str, content: Json) -> View:
        view_id = self._world.ids.new("V")
        view = View(
            id=view_id,
            user_id=user_id,
            team_id=self._world.team_id,
            app_id=self._app_id,
            bot_id=self._bot_id,
            content={"type": content["type"], "blocks": []},
            root_id=view_id,
        )
        self._fill(view, content)
        return view

    def _fill(self, view: View, content: Json) -> None:
        if len(json.dumps(content)) > VIEW_BYTES:
            raise SlackError("view_too_large")
        blocks = with_ids(content["blocks"], self._world.ids)
        view.values = carried_values(view.values, blocks) if view.values else initial_values(blocks)
        view.content = {**content, "blocks": blocks}
        view.hash = f"{int(self._world.clock())}.{self._world.ids.secret('hash')[:8]}"

    def _check_external_id(self, content: Json, *, besides: View | None) -> None:
        external_id = content.get("external_id")
        taken = (view for view in self._open() if view is not besides)
        if external_id and any(view.content.get("external_id") == external_id for view in taken):
            raise SlackError("duplicate_external_id")
