"""A Slack on loopback: the Web API, response addresses and the page's API on one port."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from sandbox.slack.background import BackgroundServer
from sandbox.slack.client_api import ClientApi
from sandbox.slack.dropping import Dropping
from sandbox.slack.errors import SlackError
from sandbox.slack.http_link import HttpLink
from sandbox.slack.json_types import Json
from sandbox.slack.link import BotLink, Nowhere
from sandbox.slack.manifest import Credentials
from sandbox.slack.outbox import RETRY_DELAYS
from sandbox.slack.page import page_routes
from sandbox.slack.person import Person
from sandbox.slack.socket_link import SocketLink
from sandbox.slack.web_api.router import WebApi
from sandbox.slack.workspace import Temper, Workspace
from sandbox.slack.world import World

_GONE = 404
_REFUSED = 400


class SlackServer(Workspace):
    """A workspace that listens. See `sandbox.slack` for how to use it."""

    def __init__(
        self,
        world: World,
        *,
        manifest: Json,
        signing_secret: str = "sandbox-signing-secret",  # noqa: S107  made up, for loopback only
        bot_token: str = "xoxb-sandbox",  # noqa: S107
        app_token: str = "xapp-sandbox",  # noqa: S107
        deliver_to: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        rate_limits: bool = False,
        neighbours: Mapping[str, Sequence[BaseRoute]] = MappingProxyType({}),
    ) -> None:
        credentials = Credentials(signing_secret=signing_secret, bot_token=bot_token, app_token=app_token)
        super().__init__(
            world=world,
            manifest=manifest,
            credentials=credentials,
            link=lambda: self.link,
            temper=Temper(retry_delays=retry_delays, rate_limits=rate_limits),
        )
        self.neighbours[:] = neighbours
        self._beside = neighbours
        self.socket = SocketLink(ids=world.ids, app_id=self.app.id)
        self.link: BotLink = self.socket if self.app.manifest.socket_mode else Nowhere()
        if deliver_to is not None:
            self.deliver_to(deliver_to)
        self._server = BackgroundServer(Dropping(self._routes()), host=host, port=port)

    @property
    def api_url(self) -> str:
        """The bot's `SLACK_API_URL`."""
        return f"{self.base_url}/api/"

    def deliver_to(self, address: str) -> None:
        """Send what happens to this address, signed."""
        self.link = HttpLink(address, signing_secret=self.app.credentials.signing_secret, clock=self.world.clock)

    def new_socket_url(self) -> str:
        address = self.base_url.replace("http://", "ws://")
        return f"{address}/link/?ticket={self.socket.ticket()}&app_id={self.app.id}"

    @property
    def http(self) -> HttpLink:
        """The signed delivery: what was sent, to send it again or to forge. Raises `TypeError` in Socket Mode."""
        if not isinstance(self.link, HttpLink):
            raise TypeError("this bot is reached by Socket Mode")
        return self.link

    def wait_for(self, condition: Callable[[], object], *, timeout: float = 5.0) -> None:
        """Wait until `condition()` is true; raise `TimeoutError` if it never is."""
        self.world.wait_for(condition, timeout=timeout)

    def as_user(self, id_or_name: str) -> Person:
        """Act as this person."""
        return Person(self, self.world.user(id_or_name))

    def start(self) -> str:
        """Listen; return the base address."""
        self.base_url = self._server.start()
        self.response_urls.base_url = self.base_url
        return self.base_url

    def stop(self) -> None:
        self.feed.close()
        self.link.close()
        self.events.close()
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _routes(self) -> Starlette:
        routes: list[BaseRoute] = [
            Route("/api/{method}", WebApi(self).endpoint, methods=["GET", "POST"]),
            Route("/response/{team}/{token}", self._response_url, methods=["POST"]),
            Route("/upload/{file_id}", self._upload, methods=["POST"]),
            Route("/files/{file_id}/{name}", self._download),
            WebSocketRoute("/link/", self.socket.endpoint),
            *ClientApi(self).routes(),
            *(Mount(f"/client/{name}", routes=list(theirs)) for name, theirs in self._beside.items()),
            *page_routes(),
        ]
        return Starlette(routes=routes)

    async def _response_url(self, request: Request) -> Response:
        try:
            body = await request.json()
        except ValueError:
            return PlainTextResponse("invalid_payload", status_code=500)
        try:
            answer, status = self.response_urls.use(request.path_params["token"], body), 200
        except SlackError as refusal:
            answer, status = refusal.as_answer(), _REFUSED if refusal.messages else _GONE
        self.records.call(method="response_url", path=request.url.path, body=body, status=status, answer=answer)
        return JSONResponse(answer, status_code=status)

    async def _upload(self, request: Request) -> Response:
        content = await request.body()
        try:
            self.files.receive(request.path_params["file_id"], content)
        except SlackError as refusal:
            return PlainTextResponse(refusal.code, status_code=400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def _download(self, request: Request) -> Response:
        try:
            file = self.files.get(request.path_params["file_id"])
        except SlackError:
            return PlainTextResponse("file_not_found", status_code=_GONE)
        headers = {"Content-Disposition": f'attachment; filename="{file.id}"'}
        return Response(file.content or b"", media_type="application/octet-stream", headers=headers)
