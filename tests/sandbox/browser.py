"""A page without a screen: the calls it makes and the stream it follows."""

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]


class Page:
    """A browser without a screen."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def get(self, name: str, **query: str) -> Json:
        return self._load(f"{self.base_url}/client/{name}?{urlencode(query)}")

    def post(self, name: str, **body: Any) -> Json:
        request = urllib.request.Request(  # noqa: S310  our own server
            f"{self.base_url}/client/{name}", data=json.dumps(body).encode(), method="POST"
        )
        return self._load(request)

    def _load(self, request: Any) -> Json:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            answer: Json = json.load(response)
        return answer


class Stream:
    """The page's event stream, read in the background."""

    def __init__(self, base_url: str, user: str) -> None:
        self.events: list[Json] = []
        self._changed = threading.Condition()
        self._response = urllib.request.urlopen(f"{base_url}/client/events?user={user}", timeout=10)  # noqa: S310
        self._pool = ThreadPoolExecutor(1)
        self._pool.submit(self._read)
        self.wait_for("hello")

    def wait_for(self, kind: str) -> Json:
        with self._changed:
            found = self._changed.wait_for(lambda: [e for e in self.events if e["type"] == kind], timeout=5)
        assert found, f"no {kind} among {[e['type'] for e in self.events]}"
        event: Json = found[-1]
        return event

    def close(self) -> None:
        self._pool.shutdown()
        self._response.close()

    def _read(self) -> None:
        for line in self._response:
            if line.startswith(b"data: "):
                with self._changed:
                    self.events.append(json.loads(line[6:]))
                    self._changed.notify_all()
