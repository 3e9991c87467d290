"""Speak ASGI to the web application directly: any bytes in any order, and an exception in it is the test's."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

Headers = Iterable[tuple[bytes | str, bytes | str]]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]


class Wire:
    """One event loop, kept over many requests. A request may stall after its last chunk, or hang up in the middle."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def post(
        self,
        *chunks: bytes,
        headers: Headers = (),
        path: str = "/slack/events",
        stalls: bool = False,
        hangs_up: bool = False,
    ) -> Reply:
        return self.send("POST", path, chunks=chunks, headers=headers, stalls=stalls, hangs_up=hangs_up)

    def get(self, path: str) -> Reply:
        return self.send("GET", path)

    def send(
        self,
        method: str,
        path: str,
        *,
        chunks: Sequence[bytes] = (),
        headers: Headers = (),
        stalls: bool = False,
        hangs_up: bool = False,
    ) -> Reply:
        return self._runner.run(
            self._send(method, path, chunks=chunks, headers=headers, stalls=stalls, hangs_up=hangs_up)
        )

    async def _send(
        self, method: str, path: str, *, chunks: Sequence[bytes], headers: Headers, stalls: bool, hangs_up: bool
    ) -> Reply:
        left = list(chunks) or [b""]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if left:
                body = left.pop(0)
                return {"type": "http.request", "body": body, "more_body": bool(left) or stalls or hangs_up}
            if stalls:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(_bytes(name).lower(), _bytes(value)) for name, value in headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await self._app(scope, receive, send)
        start = sent[0]
        return Reply(
            status=start["status"],
            body=b"".join(message.get("body", b"") for message in sent[1:]),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
