"""The Web API: who may call what, how often, and on what kind of day."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack.dropping import Dropped
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import Fault
from sandbox.slack.json_types import Json
from sandbox.slack.web_api import chat, conversations, files, platform, users, views
from sandbox.slack.web_api.arguments import Arguments, parse_arguments
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

METHODS = {
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **platform.METHODS,
    **users.METHODS,
    **views.METHODS,
}
_INTERNAL_ERROR = 500
_TOO_MANY = 429
_OK = 200


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer on its way: `answer` None stands for something that is no JSON."""

    status: int
    answer: Json | None
    retry_after: int | None = None

    def as_response(self) -> Response:
        if self.answer is None:
            return Response("<html><body>Bad Gateway</body></html>", status_code=self.status, media_type="text/html")
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(self.answer, status_code=self.status, headers=headers)


class WebApi:
    """Serve `/api/{method}`."""

    def __init__(self, slack: "Workspace") -> None:
        self._slack = slack

    async def endpoint(self, request: Request) -> Response:
        """Answer one call, after whatever the fault script says about it."""
        name = request.path_params["method"]
        arguments = await _arguments(request)
        token = _token(request, arguments)
        fault = self._slack.faults.take(name)
        if fault is not None and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        reply = self._before(fault) or self._after(fault, self.call(name, token=token, arguments=arguments))
        dropped = fault is not None and fault.mode.startswith("drop")
        self._slack.records.call(
            method=name,
            path=request.url.path,
            body=arguments if isinstance(arguments, dict) else {},
            status=reply.status,
            answer=None if dropped else reply.answer,
        )
        if dropped:
            return Dropped()
        response = reply.as_response()
        response.headers["x-oauth-scopes"] = ",".join(sorted(self._slack.app.manifest.bot_scopes))
        return response

    def call(self, name: str, *, token: str | None, arguments: Json | SlackError) -> Reply:
        """Run a method as Slack does: token, limit, scope, then the method itself."""
        try:
            return self._run(name, token, arguments)
        except SlackError as refusal:
            return Reply(status=_OK, answer=refusal.as_answer())

    def _run(self, name: str, token: str | None, arguments: Json | SlackError) -> Reply:
        if isinstance(arguments, SlackError):
            raise arguments
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, token)
        wait = self._slack.rate_limits.retry_after(name, per_minute=method.per_minute, channel=arguments.get("channel"))
        if wait is not None:
            return _too_many(wait)
        if method.scope:
            self._slack.need_scope(method.scope)
        with self._slack.world.changing():
            return Reply(status=_OK, answer={"ok": True, **method.run(self._slack, Arguments(arguments))})

    def _check_token(self, method: Method, token: str | None) -> None:
        credentials = self._slack.app.credentials
        if method.caller == "anybody":
            return
        if not token:
            raise SlackError("not_authed")
        if token not in {credentials.bot_token, credentials.app_token}:
            raise SlackError("invalid_auth")
        if (token == credentials.app_token) != (method.caller == "app"):
            raise SlackError("not_allowed_token_type")

    def _before(self, fault: Fault | None) -> Reply | None:
        """Return the answer of a call that never has its effect."""
        if fault is None:
            return None
        if fault.mode == "429":
            return _too_many(int(fault.seconds))
        if fault.mode == "error":
            return Reply(status=_OK, answer={"ok": False, "error": fault.code})
        if fault.mode in {"error_before_effect", "drop_before_effect"}:
            return Reply(status=_INTERNAL_ERROR, answer={"ok": False, "error": fault.code})
        return None

    def _after(self, fault: Fault | None, reply: Reply) -> Reply:
        """Return what the caller hears of a call that had its effect."""
        if fault is None or fault.mode not in {"error_after_effect", "malformed"}:
            return reply
        if fault.mode == "malformed":
            return Reply(status=_OK, answer=None)
        return Reply(status=_INTERNAL_ERROR, answer={"ok": False, "error": fault.code})


def _too_many(seconds: int) -> Reply:
    return Reply(status=_TOO_MANY, answer={"ok": False, "error": "ratelimited"}, retry_after=seconds)


async def _arguments(request: Request) -> Json | SlackError:
    try:
        return parse_arguments(
            content_type=request.headers.get("content-type", ""),
            body=await request.body(),
            query=request.url.query.encode(),
        )
    except SlackError as refusal:
        return refusal


def _token(request: Request, arguments: Json | SlackError) -> str | None:
    """Return the token of the header or, as an argument, of the body; it does not stay among the arguments."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = arguments.pop("token", None) if isinstance(arguments, dict) else None
    return token if scheme.lower() == "bearer" else given
