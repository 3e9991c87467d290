"""The answers of calls that were not carried out."""

from collections.abc import Callable

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.salesforce.faults import Fault
from sandbox.slack.dropping import Dropped

_MAINTENANCE = "<html><title>Down for Maintenance</title></html>"
_UNAVAILABLE = "503"


class Hanging(Response):
    """The answer that never comes: it waits until the caller has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        while (await receive())["type"] != "http.disconnect":
            pass


def failure(fault: Fault | None) -> Response | None:
    """Return what the caller hears instead of an answer; None when the call is to be carried out."""
    if fault is None:
        return None
    if (error := fault.error()) is not None:
        return JSONResponse(error.as_answer(), status_code=error.status)
    if fault.is_oauth:
        return JSONResponse({"error": fault.mode, "error_description": "scripted"}, status_code=400)
    make = _MADE.get(fault.mode)
    return make(fault) if make else None


_MADE: dict[str, Callable[[Fault], Response]] = {
    "hang": lambda _: Hanging(),
    "drop": lambda _: Dropped(),
    "html": lambda fault: HTMLResponse(_MAINTENANCE, status_code=int(fault.detail or _UNAVAILABLE)),
    "malformed": lambda _: PlainTextResponse('{"records": [', media_type="application/json"),
}
