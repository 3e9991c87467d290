"""The webhooks' door alone: the real endpoint in an application without anything else."""

import base64
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry
from standardwebhooks import Webhook

from bot import clock
from bot.gitlab_hook import PATH, GitLabHook
from bot.web import Health, build_web, limited_body
from sandbox.gitlab.hooks import Delivery
from storage.database import Database
from tests.bot.asgi import Reply, Wire

TOKEN = "a-token-of-ours"
SIGNING_TOKEN = f"whsec_{base64.b64encode(b'k' * 32).decode()}"


class HookDoor:
    """Send it deliveries; `knows` says which of the two secrets are configured."""

    def __init__(self, database: Database, *, knows: str = "token+signature", now: Any = clock.now) -> None:
        self.registry = CollectorRegistry()
        self.hook = GitLabHook(
            database=database,
            token=TOKEN if "token" in knows else None,
            signing_token=SIGNING_TOKEN if "signature" in knows else None,
            registry=self.registry,
            read_body=limited_body,
            now=now,
        )
        self._wire = Wire(build_web(slack=None, health=Health({}), registry=self.registry, gitlab=self.hook))

    def send(self, body: bytes, headers: dict[str, str]) -> Reply:
        return self._wire.post(body, path=PATH, headers=list(headers.items()))

    def deliver(self, delivery: Delivery) -> Reply:
        return self.send(delivery.body, {"X-Gitlab-Token": TOKEN, "Idempotency-Key": delivery.key})

    def metrics(self) -> str:
        return self._wire.get("/metrics").body.decode()

    def close(self) -> None:
        self.hook.close()
        self._wire.__exit__()


def with_token(key: str | None = "key-1", *, token: str = TOKEN) -> dict[str, str]:
    return {"X-Gitlab-Token": token} | ({"Idempotency-Key": key} if key else {})


def signed(
    body: bytes, *, key: str = "key-1", at: datetime | None = None, secret: str = SIGNING_TOKEN
) -> dict[str, str]:
    at = at or datetime.now(tz=UTC)  # noqa: TID251  the library reads the clock itself
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=key, timestamp=at, data=body.decode()),
        "Idempotency-Key": key,
    }
