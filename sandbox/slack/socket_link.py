"""Socket Mode: envelopes to any one of the bot's WebSocket connections, and their acks."""

import asyncio
import itertools
import json
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.slack.errors import BotTrouble
from sandbox.slack.ids import Ids
from sandbox.slack.json_types import Json
from sandbox.slack.link import ANSWER_SECONDS, Answer, Parcel

MOST_CONNECTIONS = 10
_TYPES = {"command": "slash_commands", "interaction": "interactive", "options": "interactive", "event": "events_api"}
_POLICY_VIOLATION = 1008


@dataclass(eq=False, kw_only=True)
class _Connection:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop
    pending: dict[str, "Future[Json]"] = field(default_factory=dict)

    def send(self, message: Json) -> None:
        """Send from any thread. A connection that is just closing swallows it, as a network does."""
        asyncio.run_coroutine_threadsafe(self._send(message), self.loop)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop)

    async def _send(self, message: Json) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.send_text(json.dumps(message))

    async def _close(self) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.close()


class SocketLink:
    """The way to a bot that dialled in. Several connections share the traffic in turn."""

    def __init__(self, *, ids: Ids, app_id: str) -> None:
        self._ids = ids
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._changed = threading.Condition()
        self._connections: list[_Connection] = []
        self._turns = itertools.count()
        self._closed = False
        self.opened = 0

    @property
    def connected(self) -> int:
        """How many connections take deliveries."""
        return len(self._connections)

    def ticket(self) -> str:
        """Return the secret part of a WebSocket address that can be used once."""
        ticket = self._ids.secret("ticket")
        self._tickets.add(ticket)
        return ticket

    def send(self, parcel: Parcel) -> Answer:
        """Deliver and wait for the ack; raise `BotTrouble` without a connection or an ack in time."""
        envelope = self._envelope(parcel)
        acked: Future[Json] = Future()
        with self._changed:
            self._changed.wait_for(lambda: self._connections or self._closed, timeout=ANSWER_SECONDS)
            if not self._connections:
                raise BotTrouble("dispatch_failed", "no connection")
            connection = self._connections[next(self._turns) % len(self._connections)]
            connection.pending[envelope["envelope_id"]] = acked
        connection.send(envelope)
        try:
            ack = acked.result(timeout=ANSWER_SECONDS)
        except FutureTimeout:
            raise BotTrouble("operation_timeout") from None
        finally:
            connection.pending.pop(envelope["envelope_id"], None)
        return Answer(status=200, body=ack.get("payload"))

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be replaced (`warning` only announces it); acks still on their way are taken."""
        with self._changed:
            connections = list(self._connections)
            if reason != "warning":
                self._connections.clear()
        for connection in connections:
            connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})

    def drop(self) -> None:
        """Close every connection without a word."""
        with self._changed:
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()

    def wait_for_connections(self, count: int = 1, *, timeout: float = 10.0) -> None:
        """Wait until so many connections take deliveries; raise `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._connections) >= count, timeout=timeout):
                raise TimeoutError(f"{len(self._connections)} of {count} connections after {timeout} s")

    def close(self) -> None:
        """Hang up for good; who waits for a connection or an ack learns it at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.drop()

    async def endpoint(self, socket: WebSocket) -> None:
        """Serve one connection."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=_POLICY_VIOLATION)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = _Connection(socket=socket, loop=asyncio.get_running_loop())
        if not await self._welcomed(connection):
            return
        try:
            while True:
                self._take(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            self._lost(connection)

    async def _welcomed(self, connection: _Connection) -> bool:
        if self.connected >= MOST_CONNECTIONS:
            too_many = {"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}}
            await connection.socket.send_text(json.dumps(too_many))
            await connection.socket.close()
            return False
        hello = {
            "type": "hello",
            "num_connections": self.connected + 1,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._app_id},
        }
        await connection.socket.send_text(json.dumps(hello))
        with self._changed:
            self._connections.append(connection)
            self.opened += 1
            self._changed.notify_all()
        return True

    def _take(self, connection: _Connection, text: str) -> None:
        """Hand an ack to whoever waits for it; nobody may wait any more."""
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = connection.pending.get(ack.get("envelope_id", "")) if isinstance(ack, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)

    def _lost(self, connection: _Connection) -> None:
        with self._changed:
            if connection in self._connections:
                self._connections.remove(connection)
            waiting = list(connection.pending.values())
        for acked in waiting:
            if not acked.done():
                acked.set_exception(BotTrouble("connection_failed", "the connection was lost"))

    def _envelope(self, parcel: Parcel) -> Json:
        answerable = parcel.kind in {"command", "options"} or parcel.payload.get("type") == "view_submission"
        envelope: Json = {
            "envelope_id": self._ids.secret("envelope"),
            "type": _TYPES[parcel.kind],
            "payload": parcel.payload,
            "accepts_response_payload": answerable,
        }
        if parcel.kind == "event":
            envelope |= {"retry_attempt": parcel.retry_number, "retry_reason": parcel.retry_reason or ""}
        return envelope
