"""A tiny real Bolt app, so that the sandbox is judged by Slack's own SDK and not by our idea of it."""

import logging
from typing import Any

from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.slack.background import BackgroundServer

SECRET = "sandbox-signing-secret"

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Tiny", "description": "A counterpart for tests"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Tiny"},
        "slash_commands": [
            {"command": "/feature-request", "description": "File a request", "should_escape": True},
            {"command": "/echo", "description": "Say it again"},
        ],
        "shortcuts": [
            {"name": "File a request", "type": "global", "callback_id": "file_global", "description": "File"},
            {"name": "File from message", "type": "message", "callback_id": "file_message", "description": "File"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "assistant:write",
                "channels:history",
                "channels:join",
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "reactions:read",
                "reactions:write",
                "usergroups:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "member_joined_channel",
                "message.channels",
                "message.im",
                "reaction_added",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": False,
    },
}


def bolt_app(*, api_url: str, signing_secret: str = SECRET) -> App:
    """An app that has no listeners yet."""
    logger = logging.getLogger("tests.bolt")
    client = WebClient(token="xoxb-sandbox", base_url=api_url, logger=logger)
    return App(client=client, signing_secret=signing_secret, process_before_response=True, logger=logger)


def served(app: App) -> BackgroundServer:
    """Serve a Bolt app at /slack/events."""

    async def endpoint(request: Request) -> Response:
        body = (await request.body()).decode()
        headers: dict[str, Any] = dict(request.headers)
        reply = await run_in_threadpool(app.dispatch, BoltRequest(body=body, headers=headers))
        return Response(reply.body, status_code=reply.status, headers=dict(reply.first_headers()))

    return BackgroundServer(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])]))


def opening(app: App, view: dict[str, Any]) -> None:
    """Let `/feature-request` open this view."""

    @app.command("/feature-request")
    def open_view(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()
