"""The answers that GitLab, or something in front of it, gives on a bad day."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.gitlab.faults import Fault
from sandbox.slack.dropping import Dropped

SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in · GitLab</title></head><body>Sign in</body></html>"
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"
_DATE_AHEAD = timedelta(seconds=90)
_HUGE = "99999999999999999999"


class Hanging(Response):
    """The answer that never comes: it waits until the caller has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        while (await receive())["type"] != "http.disconnect":
            pass


def failure(fault: Fault, *, now: datetime, base_url: str) -> Response | None:
    """Return what the caller hears instead of the answer; None when it is only late."""
    if fault.kind == "429":
        return PlainTextResponse("Retry later\n", status_code=429, headers=_retry_after(fault, now))
    if fault.kind == "301":
        return Response(status_code=301, headers={"Location": f"{base_url}/users/sign_in"})
    make = _MADE.get(fault.kind)
    return make() if make else None


def _retry_after(fault: Fault, now: datetime) -> Mapping[str, str]:
    match fault.detail:
        case "absent":
            return {}
        case "date":
            return {"Retry-After": format_datetime(now + _DATE_AHEAD, usegmt=True)}
        case "huge":
            return {"Retry-After": _HUGE}
        case seconds:
            return {"Retry-After": seconds or "1"}


_MADE: dict[str, Callable[[], Response]] = {
    "401": lambda: JSONResponse({"message": "401 Unauthorized"}, status_code=401),
    "403": lambda: JSONResponse({"message": "403 Forbidden"}, status_code=403),
    "404": lambda: JSONResponse({"message": "404 Not found"}, status_code=404),
    "502": lambda: HTMLResponse(_BAD_GATEWAY, status_code=502),
    "html": lambda: HTMLResponse(SIGN_IN),
    "malformed": lambda: PlainTextResponse('[{"id": ', media_type="application/json"),
    "drop": Dropped,
    "hang": Hanging,
}
