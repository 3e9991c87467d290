"""Slack's limits: so many calls of a method per minute, about one message a second per channel."""

import math
from collections import defaultdict, deque

from sandbox.slack.ids import Clock

_MINUTE = 60.0
# One a second in the long run, with short bursts (docs.slack.dev/apis/web-api/rate-limits).
_CHANNEL_MESSAGES, _CHANNEL_SECONDS = 5, 5.0


class RateLimits:
    """Count calls. Off unless a test or the demo turns them on."""

    def __init__(self, *, clock: Clock, on: bool) -> None:
        self._clock = clock
        self.on = on
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def retry_after(self, method: str, *, per_minute: int, channel: object) -> int | None:
        """Count a call; return the seconds to wait when it is one too many."""
        if not self.on:
            return None
        wait = self._wait(method, limit=per_minute, window=_MINUTE)
        if wait is None and method == "chat.postMessage":
            wait = self._wait(f"{method} {channel}", limit=_CHANNEL_MESSAGES, window=_CHANNEL_SECONDS)
        return wait

    def _wait(self, key: str, *, limit: int, window: float) -> int | None:
        now, calls = self._clock(), self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= limit:
            return max(1, math.ceil(calls[0] + window - now))
        calls.append(now)
        return None
