"""Socket Mode: Slack's payloads over a connection that we open, so no public address is needed.

The websocket_client adapter: Slack's built-in client is deaf for three seconds at each of the hourly refreshes.
"""

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler


class SocketMode:
    """The connection. It reconnects by itself."""

    def __init__(self, *, app: App, app_token: str, threads: int) -> None:
        self._handler = SocketModeHandler(app=app, app_token=app_token, concurrency=threads)

    @property
    def is_connected(self) -> bool:
        return bool(self._handler.client.is_connected())

    def connect(self) -> None:
        self._handler.connect()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        self._handler.close()  # type: ignore[no-untyped-call]
