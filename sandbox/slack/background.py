"""Run an ASGI application in a thread, ready when `start` returns and gone when `stop` does."""

import asyncio
import socket
import threading
from typing import Any

import uvicorn

_START_LIMIT_SECONDS = 10.0
_STOP_LIMIT_SECONDS = 1.0


class BackgroundServer:
    """A uvicorn on loopback. Port 0 takes a free port, so that many can run beside each other."""

    def __init__(self, app: Any, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._server = _PromptServer(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="warning",
                access_log=False,
                lifespan="off",
                ws="websockets-sansio",
                server_header=False,
            )
        )
        self._host = host
        self._port = port
        self._thread: threading.Thread | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._server.loop

    def start(self) -> str:
        """Serve; return the base address. Raises `OSError` when the port is taken."""
        listener = socket.create_server((self._host, self._port))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True, name="sandbox-slack")
        self._thread.start()
        if not self._server.ready.wait(_START_LIMIT_SECONDS):
            raise RuntimeError("the server did not start")
        return f"http://{self._host}:{listener.getsockname()[1]}"

    def stop(self) -> None:
        if self._thread is not None:
            self._server.loop.call_soon_threadsafe(self._server.stopping.set)
            self._thread.join()
            self._thread = None


class _PromptServer(uvicorn.Server):
    """uvicorn looks every 100 ms whether to stop and waits for idle connections; this one stops at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.stopping: asyncio.Event
        self.loop: asyncio.AbstractEventLoop

    async def main_loop(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.stopping = asyncio.Event()
        await self.on_tick(0)
        self.ready.set()
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            _, stuck = await asyncio.wait(self.server_state.tasks, timeout=_STOP_LIMIT_SECONDS)
            for task in stuck:
                task.cancel()
        await asyncio.sleep(0)
