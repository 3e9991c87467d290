"""The signed way to the bot, watched: every answer's status is kept."""

import threading

from sandbox.slack.errors import BotTrouble
from sandbox.slack.http_link import HttpLink, SignedRequest
from sandbox.slack.ids import Clock
from sandbox.slack.link import Answer


class WatchedLink(HttpLink):
    """Delivers like Slack and remembers what the bot answered, and how often it did not."""

    def __init__(self, address: str, *, signing_secret: str, clock: Clock) -> None:
        super().__init__(address, signing_secret=signing_secret, clock=clock)
        self._lock = threading.Lock()
        self.statuses: list[int] = []
        self.bodies: list[object] = []
        self.silences: list[str] = []

    def send_raw(self, request: SignedRequest) -> Answer:
        try:
            answer = super().send_raw(request)
        except BotTrouble as trouble:
            with self._lock:
                self.silences.append(trouble.code)
            raise
        with self._lock:
            self.statuses.append(answer.status)
            self.bodies.append(answer.body)
        return answer
