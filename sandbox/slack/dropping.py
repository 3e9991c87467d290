"""Cut a connection without an answer, as a network does."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Dropped(Exception):
    """Raised by an endpoint whose caller must not hear back."""


class Dropping:
    """The outermost layer: it closes the socket where an endpoint raised `Dropped`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Dropped:
            # uvicorn offers no way to hang up; its `send` is a method of the object that holds the transport.
            send.__self__.transport.abort()  # type: ignore[attr-defined]
            while (await receive())["type"] != "http.disconnect":
                pass
