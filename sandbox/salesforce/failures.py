"""The answers of calls that were not carried out."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.salesforce.faults import Fault
from sandbox.slack.dropping import Dropped

_MAINTENANCE = "<html><title>Down for Maintenance</title></html>"
_UNAVAILABLE = "503"


class Hanging(Dropped):
    """The answer that never comes: it waits until the caller has gone, or is cut off when the fault is over."""

    def __init__(self, *, over: "Future[None]") -> None:
        super().__init__()
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_left(receive))
        await asyncio.wait({gone, asyncio.wrap_future(self._over)}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        await super().__call__(scope, receive, send)


async def endure(seconds: float, *, over: "Future[None]") -> None:
    """Wait for so long, but no longer than the fault lasts."""
    await asyncio.wait({asyncio.wrap_future(over)}, timeout=seconds)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def failure(fault: Fault | None, *, over: "Future[None]") -> Response | None:
    """Return what the caller hears instead of an answer; None when the call is to be carried out."""
    if fault is None:
        return None
    if fault.mode == "hang":
        return Hanging(over=over)
    if (error := fault.error()) is not None:
        return JSONResponse(error.as_answer(), status_code=error.status)
    if fault.is_oauth:
        return JSONResponse({"error": fault.mode, "error_description": "scripted"}, status_code=400)
    make = _MADE.get(fault.mode)
    return make(fault) if make else None


_MADE: dict[str, Callable[[Fault], Response]] = {
    "drop": lambda _: Dropped(),
    "html": lambda fault: HTMLResponse(_MAINTENANCE, status_code=int(fault.detail or _UNAVAILABLE)),
    "malformed": lambda _: PlainTextResponse('{"records": [', media_type="application/json"),
}
