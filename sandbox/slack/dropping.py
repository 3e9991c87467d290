"""Cut a connection without an answer, as a network does."""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_HANG_UP = "sandbox.hang_up"


class Dropped(Response):
    """The answer of an endpoint whose caller must not hear back."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del send
        scope[_HANG_UP]()
        while (await receive())["type"] != "http.disconnect":
            pass


class Dropping:
    """The outermost layer: it lets `Dropped` reach the socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # uvicorn offers no way to hang up; its `send` is a method of the object that holds the transport.
            scope[_HANG_UP] = send.__self__.transport.abort  # type: ignore[attr-defined]
        await self._app(scope, receive, send)
