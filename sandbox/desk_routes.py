"""How the sandbox's page talks to the desk of a service: questions by GET, deeds by POST, refusals in words."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Run = Callable[[Mapping[str, Any]], object]


class Unusable(Exception):
    """What somebody typed or asked for cannot be done; the text says why."""


def desk_routes(*, gets: Mapping[str, Run], posts: Mapping[str, Run], gone: str) -> list[Route]:
    """Return the routes. A `KeyError` is a 404 that says `gone`; what returns no object is answered `ok`."""
    return [
        *(Route(f"/{name}", _endpoint(run, _asked, gone=gone)) for name, run in gets.items()),
        *(Route(f"/{name}", _endpoint(run, _told, gone=gone), methods=["POST"]) for name, run in posts.items()),
    ]


async def _asked(request: Request) -> Mapping[str, Any]:
    return dict(request.query_params)


async def _told(request: Request) -> Mapping[str, Any]:
    body: Mapping[str, Any] = await request.json()
    return body


def _endpoint(
    run: Run, given: Callable[[Request], Awaitable[Mapping[str, Any]]], *, gone: str
) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        said = await given(request)
        try:
            answer = await run_in_threadpool(run, said)
        except Unusable as refusal:
            return JSONResponse({"ok": False, "error": str(refusal)})
        except KeyError:
            return JSONResponse({"ok": False, "error": gone}, status_code=404)
        return JSONResponse(answer if isinstance(answer, dict) else {"ok": True})

    return endpoint
