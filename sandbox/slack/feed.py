"""What the pages of the sandbox are told while they are open: one stream of events per person."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable

from sandbox.slack.json_types import Json

_END: Json = {"type": "end"}


class Feed:
    """Hand events to every open page of a person; without a page they go nowhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, list[_Stream]] = {}

    def publish(self, user_ids: Iterable[str], event: Json) -> None:
        """Tell these people, from any thread."""
        with self._lock:
            streams = [stream for user_id in user_ids for stream in self._open.get(user_id, ())]
        for stream in streams:
            stream.put(event)

    async def follow(self, user_id: str) -> AsyncIterator[Json]:
        """Yield this person's events until the sandbox closes or the page goes away."""
        stream = _Stream(asyncio.get_running_loop())
        with self._lock:
            self._open.setdefault(user_id, []).append(stream)
        try:
            yield {"type": "hello"}
            while (event := await stream.queue.get()) is not _END:
                yield event
        finally:
            with self._lock:
                self._open[user_id].remove(stream)

    def close(self) -> None:
        with self._lock:
            streams = [stream for several in self._open.values() for stream in several]
        for stream in streams:
            stream.put(_END)


class _Stream:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.queue: asyncio.Queue[Json] = asyncio.Queue()
        self._loop = loop

    def put(self, event: Json) -> None:
        self._loop.call_soon_threadsafe(self.queue.put_nowait, event)
