"""Socket Mode: Slack's payloads over a connection that we open, so no public address is needed.

The websocket_client adapter: Slack's built-in client is deaf for three seconds at each of the hourly refreshes.
"""

import json
import socket
import threading
from contextlib import suppress
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler

READER_ENDS_WITHIN_SECONDS = 2.0


class SocketMode:
    """The connection. It reconnects by itself."""

    def __init__(self, *, app: App, app_token: str, threads: int) -> None:
        self._handler = SocketModeHandler(app=app, app_token=app_token, concurrency=threads)
        # The adapter forgets the descriptors of connections that Slack ended: one is left open at each refresh.
        self._descriptors: dict[int, Any] = {}
        self._changed = threading.Condition()
        self._is_closed = False
        client = self._handler.client
        client.on_open_listeners.append(self._opened)
        client.on_message_listeners.append(_leave_when_told)
        client.on_close_listeners.append(self._ended)

    @property
    def is_connected(self) -> bool:
        return bool(self._handler.client.is_connected())

    def connect(self) -> None:
        self._handler.connect()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Hang up for good. The adapter's reader sleeps up to ten seconds on what is closed under it: it ends first."""
        self._handler.client.auto_reconnect_enabled = False
        with self._changed:
            self._is_closed = True
            for descriptor in self._descriptors.values():
                with suppress(OSError):
                    descriptor.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._descriptors, timeout=READER_ENDS_WITHIN_SECONDS)
        self._handler.close()  # type: ignore[no-untyped-call]
        with self._changed:
            for descriptor in self._descriptors.values():
                descriptor.close()

    def _opened(self, session: Any) -> None:
        with self._changed:
            self._descriptors[id(session)] = session.sock.sock
            if self._is_closed:  # a refresh that was under way
                session.sock.sock.close()

    def _ended(self, session: Any) -> None:
        with self._changed:
            descriptor = self._descriptors.pop(id(session), None)
            self._changed.notify_all()
        if descriptor is not None:
            descriptor.close()


def _leave_when_told(session: Any, message: str) -> None:
    """End the old connection's reader when Slack asks for a new connection: they share a thread.

    Left alone, the adapter closes the old one under its sleeping reader, and hears nothing for up to ten seconds.
    """
    if '"disconnect"' not in message:
        return
    said = json.loads(message)
    if said.get("type") == "disconnect" and said.get("reason") != "warning":
        session.keep_running = False
