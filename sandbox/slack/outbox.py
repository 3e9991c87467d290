"""Events on their way to the bot: subscribed ones only, in the background, again when they fail."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sandbox.slack.channels import Channel
from sandbox.slack.errors import BotTrouble
from sandbox.slack.json_types import Json
from sandbox.slack.link import Answer, BotLink, Parcel
from sandbox.slack.manifest import App
from sandbox.slack.records import Records
from sandbox.slack.world import World

RETRY_DELAYS = (0.0, 60.0, 300.0)
_RETRY_REASONS = {"operation_timeout": "http_timeout", "connection_failed": "connection_failed"}
_OK = range(200, 300)
_PARALLEL = 8


class Outbox:
    """Wrap events in envelopes and deliver them. Slack promises no order, at least once; neither does this."""

    def __init__(
        self,
        *,
        world: World,
        app: App,
        link: Callable[[], BotLink],
        records: Records,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self._world = world
        self._app = app
        self._link = link
        self._records = records
        self._retry_delays = retry_delays
        self._pool = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="slack-events")
        self._stopping = threading.Event()
        self._pending = 0
        self._held: list[Json] | None = None
        self._copies = 1
        self.sent: list[Json] = []
        self.given_up: list[Json] = []

    def emit(self, event: Json, *, channel: Channel | None = None) -> None:
        """Deliver an event if the app subscribed to it and (for channels) its bot is a member there."""
        name = _subscription(event, channel)
        if name not in self._app.manifest.bot_events:
            return
        if channel is not None and self._app.bot_user_id not in channel.members:
            return
        self.deliver(self._envelope(event, channel))

    def deliver(self, envelope: Json) -> None:
        """Send an envelope (again): what a duplicate delivery is."""
        with self._world.changing():
            if self._held is not None:
                self._held.append(envelope)
                return
            for _ in range(self._copies):
                self._pending += 1
                self.sent.append(envelope)
                self._pool.submit(self._try, envelope)

    def duplicate(self, copies: int = 2) -> None:
        """From now on deliver every event so many times, at the same moment."""
        self._copies = copies

    def hold(self) -> None:
        """Keep events back until `release`."""
        self._held = []

    def release(self, *, reverse: bool = False) -> None:
        """Deliver what was held, in the other order if wanted."""
        held, self._held = self._held or [], None
        for envelope in reversed(held) if reverse else held:
            self.deliver(envelope)

    def wait_until_quiet(self, *, timeout: float = 10.0) -> None:
        """Wait until every event was delivered or given up."""
        self._world.wait_for(lambda: self._pending == 0, timeout=timeout)

    def close(self) -> None:
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _try(self, envelope: Json) -> None:
        delivered = False
        try:
            delivered = self._delivered(envelope)
        finally:
            with self._world.changing():
                self._pending -= 1
                if not delivered:
                    self.given_up.append(envelope)

    def _delivered(self, envelope: Json) -> bool:
        reason: str | None = None
        for number, delay in enumerate((0.0, *self._retry_delays)):
            if self._stopping.wait(delay) if delay else self._stopping.is_set():
                return False
            parcel = Parcel(kind="event", payload=envelope, retry_number=number, retry_reason=reason)
            try:
                answer = self._link().send(parcel)
            except BotTrouble as trouble:
                reason = _RETRY_REASONS.get(trouble.code, "unknown_error")
                continue
            self._records.ack("event", answer.body, problems=[])
            if answer.status in _OK:
                return True
            if answer.no_retry:
                return False
            reason = "http_error"
        return False

    def verify_url(self) -> bool:
        """Do the `url_verification` handshake of the app's settings page; tell whether the bot passed it."""
        challenge = self._world.ids.secret("challenge")
        payload = {"type": "url_verification", "token": self._app.verification_token, "challenge": challenge}
        answer: Answer = self._link().send(Parcel(kind="event", payload=payload))
        said = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return answer.status in _OK and said == challenge

    def _envelope(self, event: Json, channel: Channel | None) -> Json:
        team = self._world.team_id
        authorization = {
            "enterprise_id": None,
            "team_id": team,
            "user_id": self._app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": self._app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": self._app.id,
            "event": {**event, "event_ts": event.get("event_ts") or self._world.timestamps.new()},
            "type": "event_callback",
            "event_id": self._world.ids.new("Ev"),
            "event_time": int(self._world.clock()),
            "authorizations": [authorization],
            "is_ext_shared_channel": bool(channel and channel.ext_shared),
            "event_context": f"4-{self._world.ids.secret('context')}",
        }


def _subscription(event: Json, channel: Channel | None) -> str:
    if event["type"] != "message" or channel is None:
        return str(event["type"])
    return {"public": "message.channels", "private": "message.groups", "im": "message.im"}[channel.kind]
