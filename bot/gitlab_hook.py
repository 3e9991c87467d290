"""GitLab's webhooks: each is a hint that an issue should be read again. Nothing else in one is believed or kept.

A delivery is authentic by its signature (Standard Webhooks) or by the token in clear; one that carries a signature must
pass it. Bodies may hold confidential text: nothing of them is logged.
"""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.guard import Refused
from domain.errors import Refusal
from domain.issues import ItemKind
from domain.ports import Clock
from storage import inbox
from storage.database import Database, DatabaseBusy
from storage.jobs import enqueue
from usecases.issue_jobs import READ_ISSUE, IssueWanted

log = structlog.get_logger(__name__)

PATH = "/webhooks/gitlab"
LARGEST_DELIVERY = 5_000_000
"""Bytes. An issue's description alone may have a million characters."""
_KEY = re.compile(r"[!-~]{1,128}")
_SIGNED = ("webhook-signature", "webhook-id", "webhook-timestamp")
_LARGEST_ID = 2**53
_ABOUT_ISSUES = ("issue", "work_item")


class GitLabHook:
    """`POST /webhooks/gitlab`. `read_body` reads at most that many bytes, or raises `Refused`."""

    def __init__(
        self,
        *,
        database: Database,
        token: str | None,
        signing_token: str | None,
        registry: CollectorRegistry,
        read_body: Callable[[Request, int], Awaitable[bytes]],
        now: Clock,
    ) -> None:
        self._database = database
        self._token = token
        self._signature = _signature(signing_token) if signing_token else None
        self._read_body = read_body
        self._now = now
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="gitlab-hook")
        self._deliveries = Counter(
            "gapbot_gitlab_deliveries", "Webhooks of GitLab, by what became of them.", ["outcome"], registry=registry
        )

    async def __call__(self, request: Request) -> Response:
        try:
            body = await self._read_body(request, LARGEST_DELIVERY)
            replay_key = self._check(body, request.headers)
            wanted = wanted_issue(_parsed(body), at=self._now())
            key = _delivery_key(request.headers)
            outcome = "ignored"
            if wanted is not None:
                loop = asyncio.get_running_loop()
                outcome = await loop.run_in_executor(self._pool, self._keep, wanted, key, replay_key)
        except Refused as refused:
            self._deliveries.labels(outcome="refused").inc()
            log.warning("gitlab.delivery_refused", status=refused.status, reason=refused.reason)
            return PlainTextResponse("refused", status_code=refused.status)
        except DatabaseBusy:
            return PlainTextResponse("busy", status_code=503)
        self._deliveries.labels(outcome=outcome).inc()
        return PlainTextResponse("ok")

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _check(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Raise `Refused` for a delivery that is not GitLab's; return what a signed one is known again by."""
        if any(name in headers for name in _SIGNED):
            self._check_signature(body, headers)
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            return f"gitlab:signed:{hashlib.sha256(signed).hexdigest()}"
        given = headers.get("x-gitlab-token", "")
        if self._token is None or not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Refused(401, "token")
        return None

    def _check_signature(self, body: bytes, headers: Mapping[str, str]) -> None:
        if self._signature is None:
            raise Refused(401, "signed, and no signing token is configured")
        try:
            self._signature.verify(body, {name: headers.get(name, "") for name in _SIGNED})
        except (WebhookVerificationError, ValueError):
            raise Refused(401, "signature") from None

    def _keep(self, wanted: IssueWanted, key: str | None, replay_key: str | None) -> str:
        """One insert. The same signed bytes twice are a replay: GitLab signs a repetition anew."""
        with self._database.write() as session:
            if replay_key is not None and not inbox.first_time(session.connection(), key=replay_key, at=self._now()):
                raise Refused(400, "replayed")
            added = enqueue(session, READ_ISSUE, wanted, key=key)
        return "repeated" if added is None else "taken"


def _signature(signing_token: str) -> Webhook:
    try:
        return Webhook(signing_token)
    except (ValueError, RuntimeError) as unreadable:
        raise Refusal("GITLAB_WEBHOOK_SIGNING_TOKEN is not a signing token: it begins with whsec_.") from unreadable


def wanted_issue(payload: Mapping[str, Any], *, at: datetime) -> IssueWanted | None:
    """The issue that a delivery is about; None for what does not concern us. Raise `Refused` for a broken one."""
    kind = payload.get("object_kind")
    if kind == "note":
        about = payload.get("issue")
        if about is None:
            return None  # a note on a merge request, a commit or a snippet
    elif kind in _ABOUT_ISSUES:
        about = payload.get("object_attributes")
    else:
        return None
    if not isinstance(about, dict):
        raise Refused(400, "shape")
    project_id, group_id = _place(payload, "project"), _place(payload, "group")
    namespace_id = project_id if project_id is not None else group_id
    if namespace_id is None:
        raise Refused(400, "shape")
    item_kind = ItemKind.ISSUE if project_id is not None else ItemKind.EPIC
    return IssueWanted(kind=item_kind, namespace_id=namespace_id, iid=_number(about.get("iid")), wanted_at=at)


def _place(payload: Mapping[str, Any], name: str) -> int | None:
    place = payload.get(name)
    if place is None:
        return None
    if not isinstance(place, dict):
        raise Refused(400, "shape")
    return _number(place.get("id", place.get(f"{name}_id")))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _LARGEST_ID:
        raise Refused(400, "shape")
    return value


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "not JSON") from None
    if not isinstance(payload, dict):
        raise Refused(400, "shape")
    return payload


def _delivery_key(headers: Mapping[str, str]) -> str | None:
    """What GitLab calls this delivery, whichever try it is; None from releases that do not say."""
    key = headers.get("idempotency-key", headers.get("webhook-id"))
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(400, "idempotency key")
    return f"gitlab:{key}"
