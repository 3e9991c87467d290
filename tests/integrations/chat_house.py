"""A chat endpoint on loopback that answers as it is told, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = bytes | Iterator[bytes]


def said(content: object) -> bytes:
    """The model's words as the endpoint wraps them."""
    text = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}).encode()


@dataclass
class ChatHouse:
    """Set `answer` to what comes next: a status and a body, which may come in pieces."""

    url: str
    answer: Callable[[], tuple[int, Body]] = lambda: (200, said({}))
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def says(self, content: object, *, status: int = 200) -> None:
        self.answer = lambda: (status, said(content))

    @property
    def texts(self) -> list[str]:
        """What it was to read, question by question."""
        return [json.loads(one["messages"][1]["content"])["text"] for one in self.asked]


@contextmanager
def chat_house() -> Iterator[ChatHouse]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            house.keys.append(self.headers["Authorization"])
            house.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = house.answer() if self.path == "/v1/chat/completions" else (404, b"")
            self.send_response(status)
            if status == 307:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            try:
                for piece in (body,) if isinstance(body, bytes) else body:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    house = ChatHouse(url=f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield house
    finally:
        house.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
