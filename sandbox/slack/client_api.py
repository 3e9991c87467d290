"""What the sandbox's page calls: `sandbox/web/API.md` is the contract."""

import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.slack.channels import Message
from sandbox.slack.errors import SlackError
from sandbox.slack.interactions import InMessage, Outcome
from sandbox.slack.json_types import Json
from sandbox.slack.mentions import escaped, linked
from sandbox.slack.people import User
from sandbox.slack.views import View

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class ClientApi:
    """Serve `/client/*`. Each answer is computed off the event loop: the bot may take its three seconds."""

    def __init__(self, slack: "Workspace") -> None:
        self._slack = slack

    def routes(self) -> list[Route]:
        gets = {"boot": self.boot, "messages": self.messages, "home": self.home}
        posts = {
            "open-messages-tab": self.open_messages_tab,
            "message": self.post,
            "command": self.command,
            "shortcut": self.shortcut,
            "action": self.act,
            "suggestions": self.suggestions,
            "view/submit": self.submit,
            "view/close": self.close,
        }
        return [
            *(Route(f"/client/{name}", _asked(run)) for name, run in gets.items()),
            *(Route(f"/client/{name}", _told(run), methods=["POST"]) for name, run in posts.items()),
            Route("/client/events", self.events),
        ]

    def boot(self, query: Json) -> Json:
        world, manifest = self._slack.world, self._slack.app.manifest
        me = self._user(query) if query.get("user") else world.users[world.personas[0]]
        self._slack.world.direct_message(me.id, self._slack.app.bot_user_id)
        with world.changing():
            channels = [c.as_client(viewer=me.id) for c in world.channels.values() if me.id in c.members]
        app = {
            "user_id": self._slack.app.bot_user_id,
            "name": manifest.name,
            "description": manifest.description,
            "color": manifest.color,
            "icon_letter": manifest.name[:1].upper(),
        }
        return {
            "team": {"id": world.team_id, "name": world.name},
            "me": me.as_client(),
            "personas": [world.users[user_id].as_client() for user_id in world.personas],
            "users": [user.as_client() for user in world.users.values()],
            "channels": channels,
            "commands": [
                {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
                for c in manifest.commands
            ],
            "shortcuts": [vars(shortcut) for shortcut in manifest.shortcuts],
            "app": app,
            "hints": self._slack.hints,
            "neighbours": self._slack.neighbours,
        }

    def messages(self, query: Json) -> Json:
        user = self._user(query)
        with self._slack.world.changing():
            channel = self._slack.world.channel(query["channel"])
            if not channel.may_see(user.id):
                raise SlackError("channel_not_found")
            shown = self._slack.messages.visible_to(channel, user.id)
            if shown:
                channel.read_up_to[user.id] = shown[-1].ts
            return {"messages": [self._slack.messages.for_client(channel, message) for message in shown]}

    def home(self, query: Json) -> Json:
        user = self._user(query)
        self._slack.open_home(user.id)
        self._wait_for_bot()
        view = self._slack.views.home(user.id)
        return {"view": view.as_client() if view else None}

    def open_messages_tab(self, body: Json) -> Json:
        channel = self._slack.open_home(self._user(body).id, tab="messages")
        self._wait_for_bot()
        prompts = self._slack.prompts.get(channel.id, self._slack.app.manifest.suggested_prompts)
        return {"channel": channel.id, "suggested_prompts": prompts}

    def post(self, body: Json) -> Json:
        user, channel = self._user(body), self._slack.world.channel(body["channel"])
        if user.id not in channel.members or channel.archived:
            raise SlackError("is_archived" if channel.archived else "not_in_channel")
        message = Message(
            ts=self._slack.world.timestamps.new(),
            user=user.id,
            team=user.team_id,
            text=linked(escaped(body["text"]), self._slack.world, with_names=False),
            thread_ts=body.get("thread_ts"),
        )
        self._slack.messages.post(channel, message)
        return {"ok": True, "ts": message.ts}

    def command(self, body: Json) -> Json:
        name = body["command"]
        outcome = self._slack.interactions.command(
            user=self._user(body),
            channel=self._slack.world.channel(body["channel"]),
            name=name,
            text=body.get("text", ""),
        )
        return _said(outcome, f'{name} failed with the error "{outcome.error}"')

    def shortcut(self, body: Json) -> Json:
        at = None
        if body.get("message_ts"):
            place = self._slack.interactions.place(channel_id=body["channel"], ts=body["message_ts"])
            at = place if isinstance(place, InMessage) else None
        outcome = self._slack.interactions.shortcut(user=self._user(body), callback_id=body["callback_id"], at=at)
        return _said(outcome, TROUBLE)

    def act(self, body: Json) -> Json:
        outcome = self._slack.interactions.act(
            user=self._user(body),
            where=self._place(body),
            action=body["action"],
            values=(body.get("state") or {}).get("values"),
        )
        return _said(outcome, TROUBLE)

    def suggestions(self, body: Json) -> Json:
        outcome = self._slack.interactions.suggestions(
            user=self._user(body),
            where=self._place(body),
            block_id=body["block_id"],
            action_id=body["action_id"],
            value=body["value"],
        )
        return outcome.body if outcome.ok else {"error": TROUBLE}

    def submit(self, body: Json) -> Json:
        view = self._slack.views.find(view_id=body["view_id"])
        submission = self._slack.submissions.submit(user=self._user(body), view=view, values=body.get("values"))
        if submission.error:
            return {"error": TROUBLE}
        answer: Json = {"response_action": submission.response_action}
        return answer | ({"errors": submission.errors} if submission.errors else {})

    def close(self, body: Json) -> Json:
        view = self._slack.views.find(view_id=body["view_id"])
        self._slack.submissions.close(user=self._user(body), view=view, cleared=bool(body.get("cleared")))
        return {"ok": True}

    async def events(self, request: Request) -> Response:
        """Stream what happens to this person (server-sent events)."""
        user_id = request.query_params.get("user", "")
        return StreamingResponse(
            self._lines(user_id), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _lines(self, user_id: str) -> AsyncIterator[str]:
        async for event in self._slack.feed.follow(user_id):
            yield f"data: {json.dumps(event)}\n\n"

    def _user(self, given: Json) -> User:
        return self._slack.world.user(given.get("user", ""))

    def _place(self, body: Json) -> View | InMessage:
        container = body["container"]
        return self._slack.interactions.place(
            view_id=container.get("view_id"), channel_id=container.get("channel"), ts=container.get("ts")
        )

    def _wait_for_bot(self) -> None:
        try:
            self._slack.events.wait_until_quiet(timeout=3.0)
        except TimeoutError:
            return


def _said(outcome: Outcome, sentence: str) -> Json:
    return {"ok": True} if outcome.ok else {"ok": False, "error": sentence}


def _asked(run: Callable[[Json], Json]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        return await _answered(run, dict(request.query_params))

    return endpoint


def _told(run: Callable[[Json], Json]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        return await _answered(run, await request.json())

    return endpoint


async def _answered(run: Callable[[Json], Json], given: Json) -> Response:
    try:
        return JSONResponse(await run_in_threadpool(run, given))
    except SlackError as refusal:
        return JSONResponse({"ok": False, "error": refusal.code})
    except KeyError as missing:
        return JSONResponse({"ok": False, "error": f"missing: {missing}"}, status_code=400)
