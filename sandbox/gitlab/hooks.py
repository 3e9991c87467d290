"""Webhooks of the local GitLab: signed in both ways, logged, not repeated, and stopped when they fail too often."""

import base64
import queue
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from standardwebhooks import Webhook

from sandbox.gitlab.payloads import encoded
from sandbox.gitlab.world import Project, World

# GitLab: four failures in a row rest the hook for a minute, then two, four …; forty stop it for good.
_FAILURES_TO_REST, _FAILURES_TO_STOP = 4, 40
_FIRST_REST, _LONGEST_REST = timedelta(minutes=1), timedelta(days=1)
_TIMEOUT_SECONDS = 10
_REDIRECT, _REFUSAL = 300, 400


def new_signing_token(seed: bytes | None = None) -> str:
    """A token as GitLab makes it; with 32 bytes of one's own, always the same."""
    return f"whsec_{base64.b64encode(seed or secrets.token_bytes(32)).decode()}"


@dataclass(slots=True, kw_only=True, eq=False)
class Hook:
    id: int
    project: Project
    url: str
    token: str = ""
    signing_token: str = ""
    confidential: bool = True
    failures: int = 0
    rests: int = 0
    disabled_until: datetime | None = None
    is_stopped: bool = False
    log: list["Delivery"] = field(default_factory=list)

    def status(self, now: datetime) -> str:
        if self.is_stopped:
            return "disabled"
        is_resting = self.disabled_until is not None and self.disabled_until > now
        return "temporarily_disabled" if is_resting else "executable"


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """One event for one hook. `response` is the last status, or the error in words, or empty before it was sent."""

    id: int
    hook: Hook
    event: str
    key: str
    body: bytes
    response: str = ""


class Hooks:
    """Sends events in the background, in order. `hold` keeps them for a test, which sends them as it likes."""

    def __init__(self, world: World, *, instance: Callable[[], str], auto_disable: bool = True) -> None:
        self._world = world
        self._instance = instance
        self._auto_disable = auto_disable
        self._queue: queue.Queue[Delivery | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self.hooks: list[Hook] = []
        self.held: list[Delivery] = []
        self.is_holding = False

    def add(self, project: Project, url: str, *, token: str = "", signing_token: str = "") -> Hook:
        hook = Hook(id=self._world.new_id(), project=project, url=url, token=token, signing_token=signing_token)
        self.hooks.append(hook)
        return hook

    def announce(self, project: Project, *, event: str, payload: Mapping[str, Any]) -> None:
        """Make a delivery for each hook of the project; a resting or stopped hook misses it, unlogged."""
        for hook in self.hooks:
            if hook.project is not project or ("Confidential" in event and not hook.confidential):
                continue
            if hook.status(self._world.clock()) != "executable":
                continue
            body = encoded(payload)
            delivery = Delivery(id=self._world.new_id(), hook=hook, event=event, key=str(uuid.uuid4()), body=body)
            if self.is_holding:
                self.held.append(delivery)
            else:
                self._queue.put(delivery)

    def send_soon(self, delivery: Delivery) -> None:
        """Send in the background, in turn."""
        self._queue.put(delivery)

    def send(self, delivery: Delivery) -> str:
        """Send now; return the status or the error. A delivery that is sent again keeps its key."""
        hook = delivery.hook
        try:
            answer = self._session.post(
                hook.url,
                data=delivery.body,
                headers=self.headers(delivery),
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            delivery.response = str(answer.status_code)
            is_taken = answer.status_code < _REFUSAL
        except requests.RequestException as failed:
            delivery.response = f"internal error ({type(failed).__name__})"
            is_taken = False
        with self._world.lock:
            if delivery not in hook.log:
                hook.log.insert(0, delivery)
            self._count(hook, is_taken=is_taken)
        return delivery.response

    def headers(self, delivery: Delivery) -> dict[str, str]:
        hook = delivery.hook
        found = {
            "Content-Type": "application/json",
            "User-Agent": f"GitLab/{self._world.version}",
            "X-Gitlab-Event": delivery.event,
            "X-Gitlab-Instance": self._instance(),
            "X-Gitlab-Webhook-UUID": str(uuid.uuid4()),
            "X-Gitlab-Event-UUID": str(uuid.uuid4()),
            "Idempotency-Key": delivery.key,
        }
        if hook.token:
            found["X-Gitlab-Token"] = hook.token
        if hook.signing_token:
            found |= self._signature(hook, delivery)
        return found

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, daemon=True, name="sandbox-gitlab-hooks")
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._session.close()

    def wait_until_sent(self) -> None:
        """Return when all that was announced so far has been sent."""
        self._queue.join()

    def _signature(self, hook: Hook, delivery: Delivery) -> dict[str, str]:
        now = self._world.clock()
        signature = Webhook(hook.signing_token).sign(msg_id=delivery.key, timestamp=now, data=delivery.body.decode())
        return {
            "webhook-id": delivery.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }

    def _count(self, hook: Hook, *, is_taken: bool) -> None:
        if is_taken:
            hook.failures, hook.rests, hook.disabled_until = 0, 0, None
            return
        hook.failures += 1
        if not self._auto_disable:
            return
        hook.is_stopped = hook.failures >= _FAILURES_TO_STOP
        if hook.failures >= _FAILURES_TO_REST:
            hook.disabled_until = self._world.clock() + min(_FIRST_REST * 2**hook.rests, _LONGEST_REST)
            hook.rests += 1

    def _work(self) -> None:
        while (delivery := self._queue.get()) is not None:
            self.send(delivery)
            self._queue.task_done()
        self._queue.task_done()
