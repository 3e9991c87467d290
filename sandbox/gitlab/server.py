"""A GitLab on loopback: REST, GraphQL, webhooks and limits on one port."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.gitlab.calls import Answer, Call, Refused
from sandbox.gitlab.failures import SIGN_IN, Hanging, failure
from sandbox.gitlab.faults import Faults
from sandbox.gitlab.graphql_api import GraphqlApi, is_mutation
from sandbox.gitlab.hooks import Hooks
from sandbox.gitlab.limits import Limits
from sandbox.gitlab.records import Exchange, Records
from sandbox.gitlab.rest import Endpoint, Rest
from sandbox.gitlab.shapes import Shapes
from sandbox.gitlab.work import Work
from sandbox.gitlab.world import Token, World
from sandbox.slack.background import BackgroundServer
from sandbox.slack.dropping import Dropped, Dropping

_NO_CONTENT = 204
_TOO_MANY = 429


class GitLabServer:
    """A world that listens. See `sandbox.gitlab` for how to use it."""

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        page: str = "",
        limits: Mapping[str, int] | None = None,
        auto_disable_hooks: bool = True,
    ) -> None:
        self.world = world
        self.faults = Faults()
        self.records = Records()
        self.shapes = Shapes(world)
        self.hooks = Hooks(world, instance=lambda: self.base_url, auto_disable=auto_disable_hooks)
        self.work = Work(world, hooks=self.hooks, shapes=self.shapes)
        self._page = page
        self._limits = Limits(limits or {}, clock=world.clock)
        self._graphql = GraphqlApi(world, work=self.work, shapes=self.shapes)
        app = Dropping(_StillEncoded(Starlette(routes=self._routes())))
        self._server = BackgroundServer(app, host=host, port=port)

    @property
    def base_url(self) -> str:
        """The client's GITLAB_URL, once it listens."""
        return self.shapes.base_url

    def start(self) -> str:
        self.shapes.base_url = self._server.start()
        self.hooks.start()
        return self.base_url

    def stop(self) -> None:
        self.hooks.stop()
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _routes(self) -> list[Route]:
        rest = Rest(work=self.work, hooks=self.hooks, shapes=self.shapes)
        return [
            *(Route(one.path, self._endpoint(one.name, one.run), methods=[one.method]) for one in rest.operations()),
            Route("/api/graphql", self._ask_graphql, methods=["POST"]),
            Route("/users/sign_in", _sign_in, methods=["GET", "POST"]),
            Route("/{path:path}/-/{kind}/{iid:int}", self._show),
        ]

    def _endpoint(self, operation: str, run: Endpoint) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            body = _decoded(await request.body())

            def work() -> Answer:
                token = self._signed_in(request)
                self._require_scope(token, request.method)
                self._limits.count(operation, token.user.id)
                return run(
                    Call(
                        world=self.world,
                        token=token,
                        method=request.method,
                        url=str(request.url),
                        parameters=request.path_params,
                        query=parse_qs(request.url.query),
                        body=body if isinstance(body, dict) else {},
                    )
                )

            return await self._served(request, operation, body=body, work=work)

        return endpoint

    async def _ask_graphql(self, request: Request) -> Response:
        body = _decoded(await request.body()) or {}
        query = str(body.get("query", ""))
        operation = "graphql.mutation" if is_mutation(query) else "graphql.query"

        def work() -> Answer:
            token = self._signed_in(request)
            self._limits.count(operation, token.user.id)
            answer = self._graphql.answer(
                user=token.user,
                query=query,
                variables=body.get("variables") or {},
                may_write="api" in token.scopes,
            )
            return Answer(body=answer)

        return await self._served(request, operation, body=body, work=work)

    async def _show(self, request: Request) -> Response:
        """An issue's address in a browser leads to the sandbox's page; without one there is nothing to look at."""
        path = request.path_params["path"].removeprefix("groups/")
        home = self.world.group(path) or self.world.project(path) or self.world.renamed_project(path)
        item = None if home is None else self.world.item(home, request.path_params["iid"])
        if item is None or not self._page:
            return HTMLResponse(SIGN_IN, status_code=404)
        return RedirectResponse(f"{self._page}?{urlencode({'beside': 'gitlab', 'issue': item.id})}")

    async def _served(self, request: Request, operation: str, *, body: Any, work: Callable[[], Answer]) -> Response:
        """Let the call suffer what is scripted for it, before or after the deed, and keep a record."""
        fault = self.faults.take(operation)
        if fault is not None and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        said = None if fault is None else failure(fault, now=self.world.clock(), base_url=self.base_url)
        is_done = said is None or (fault is not None and fault.comes_after)
        answer = self._checked(work) if is_done else Answer(body=None)
        response = _response(answer) if said is None else said
        self.records.add(
            Exchange(
                operation=operation,
                method=request.method,
                path=request.scope["path"] + (f"?{request.url.query}" if request.url.query else ""),
                body=body,
                status=None if isinstance(response, Dropped | Hanging) else response.status_code,
                answer=answer.body,
                is_genuine=said is None,
                at=self.world.clock(),
            )
        )
        return response

    def _checked(self, work: Callable[[], Answer]) -> Answer:
        try:
            with self.world.lock:
                return work()
        except Refused as refused:
            headers = {"Location": refused.location} if refused.location else {}
            headers |= {"Retry-After": str(self._limits.reset_in())} if refused.status == _TOO_MANY else {}
            return Answer(body=refused.body, status=refused.status, headers=headers)

    def _signed_in(self, request: Request) -> Token:
        given = request.headers.get("private-token") or request.headers.get("authorization", "").removeprefix("Bearer ")
        token = next((one for one in self.world.tokens if one.value == given), None)
        today = self.world.clock().date()
        if token is None or token.is_revoked or (token.expires_on is not None and token.expires_on <= today):
            raise Refused(401, "401 Unauthorized")
        return token

    def _require_scope(self, token: Token, method: str) -> None:
        if "api" in token.scopes or (method == "GET" and "read_api" in token.scopes):
            return
        refused = Refused(403, "insufficient_scope")
        refused.body = {
            "error": "insufficient_scope",
            "error_description": "The request requires higher privileges than provided by the access token.",
            "scope": "api",
        }
        raise refused


class _StillEncoded:
    """Route by the path as it was sent: a project's path in an address has its slashes encoded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["path"] = scope["raw_path"].partition(b"?")[0].decode("ascii")
        await self._app(scope, receive, send)


async def _sign_in(_: Request) -> Response:
    return HTMLResponse(SIGN_IN)


def _response(answer: Answer) -> Response:
    if answer.status == _NO_CONTENT:
        return Response(status_code=answer.status)
    if answer.status == _TOO_MANY:
        return PlainTextResponse("Retry later\n", status_code=answer.status, headers=answer.headers)
    return JSONResponse(answer.body, status_code=answer.status, headers=answer.headers)


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
