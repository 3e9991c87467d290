"""The HTTP side: Slack's requests in, health and metrics out."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.gitlab_hook import PATH, GitLabHook
from bot.guard import LARGEST_BODY, Guard, Refused, kind_of

log = structlog.get_logger(__name__)

MOST_IN_FLIGHT_PER_THREAD = 16
SLOWEST_UPLOAD_SECONDS = 5.0
_NOT_FOUND, _SERVER_ERROR = 404, 500
_ACK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


@dataclass(frozen=True, slots=True)
class Health:
    """What `/readyz` says. A check returns None when all is well, else what is wrong."""

    checks: dict[str, Callable[[], str | None]]

    def faults(self) -> dict[str, str]:
        found = {name: check() for name, check in self.checks.items()}
        return {name: fault for name, fault in found.items() if fault}


class SlackEndpoint:
    """`POST /slack/events`: guard, then Bolt in a thread of ours, never more at once than can be answered in time."""

    def __init__(self, *, app: App, guard: Guard, threads: int, registry: CollectorRegistry) -> None:
        self._app = app
        self._guard = guard
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="slack")
        self._places = threads * MOST_IN_FLIGHT_PER_THREAD
        self._refused = Counter(
            "gapbot_slack_refused", "Requests that the guard refused.", ["status"], registry=registry
        )
        self._seconds = Histogram(
            "gapbot_ack_seconds", "Time to the answer, by kind.", ["kind"], registry=registry, buckets=_ACK_BUCKETS
        )

    async def __call__(self, request: Request) -> Response:
        try:
            body = await limited_body(request)
            payload = self._guard.admit(body, request.headers)
        except Refused as refused:
            self._refused.labels(status=refused.status).inc()
            log.warning("slack.refused", status=refused.status, reason=refused.reason)
            return PlainTextResponse("refused", status_code=refused.status)
        if payload.get("ssl_check"):
            return PlainTextResponse("")
        if payload.get("type") == "url_verification":
            return PlainTextResponse(payload["challenge"].encode(errors="replace"))
        return await self._dispatched(payload, request)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    async def _dispatched(self, payload: dict[str, Any], request: Request) -> Response:
        if self._places == 0:
            log.warning("slack.overloaded")
            return PlainTextResponse("busy", status_code=503)
        self._places -= 1
        try:
            retry: dict[str, str | Sequence[str]] = {
                name: value for name, value in request.headers.items() if name.startswith("x-slack-retry")
            }
            with self._seconds.labels(kind=_metric_kind(payload)).time():
                answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, payload, retry)
        finally:
            self._places += 1
        return Response(answer.body, status_code=answer.status, headers=answer.first_headers_without_set_cookie())

    def _answer(self, payload: dict[str, Any], headers: dict[str, str | Sequence[str]]) -> BoltResponse:
        # Bolt calls an already parsed body "socket mode"; over HTTP it would parse the text a second time.
        try:
            answer = self._app.dispatch(BoltRequest(body=payload, headers=headers, mode="socket_mode"))
        except Exception:  # the last resort: Bolt reads payloads before our boundary is there
            log.exception("slack.failed", kind=_metric_kind(payload))
            answer = BoltResponse(status=_SERVER_ERROR)
        return settled(answer, payload)


def settled(answer: BoltResponse, payload: dict[str, Any]) -> BoltResponse:
    """What Slack is told when Bolt found nobody to answer, or failed before anybody could. Repeating would not help.

    A form is the exception: an empty 200 would close it as if it had been kept.
    """
    if answer.status not in (_NOT_FOUND, _SERVER_ERROR):
        return answer
    log.error("slack.unanswered", kind=kind_of(payload)[:40], status=answer.status)
    return BoltResponse(status=400 if payload.get("type") == "view_submission" else 200, body="")


def build_web(
    *, slack: SlackEndpoint | None, health: Health, registry: CollectorRegistry, gitlab: GitLabHook | None = None
) -> Starlette:
    """The routes. Without a Slack endpoint (Socket Mode) nothing of Slack's is taken over HTTP.

    Without a secret that proves who sends them, GitLab's webhooks are not taken either.
    """

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        faults = await asyncio.get_running_loop().run_in_executor(None, health.faults)
        return JSONResponse({"ready": not faults, "faults": faults}, status_code=503 if faults else 200)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
    if slack is not None:
        routes.insert(0, Route("/slack/events", slack.__call__, methods=["POST"]))
    if gitlab is not None:
        routes.append(Route(PATH, gitlab.__call__, methods=["POST"]))
    return Starlette(routes=routes)


_METRIC_KINDS = frozenset(
    {"command", "view_submission", "block_actions", "block_suggestion", "event_callback", "shortcut", "message_action"}
)


def _metric_kind(payload: dict[str, Any]) -> str:
    kind = kind_of(payload)
    return kind if kind in _METRIC_KINDS else "other"


async def limited_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Read the body, never more than the limit and not from somebody who dawdles."""
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or int(declared[:12]) > largest:
        raise Refused(413, "declared size")
    try:
        async with asyncio.timeout(SLOWEST_UPLOAD_SECONDS):
            chunks, size = [], 0
            async for chunk in request.stream():
                size += len(chunk)
                if size > largest:
                    raise Refused(413, "too large")
                chunks.append(chunk)
    except TimeoutError as slow:
        raise Refused(408, "too slow") from slow
    except ClientDisconnect as gone:
        raise Refused(400, "gone") from gone
    return b"".join(chunks)
