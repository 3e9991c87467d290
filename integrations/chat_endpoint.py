"""A language model behind an OpenAI-compatible endpoint: `POST …/chat/completions`, one question, one answer."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from domain.errors import Refusal
from domain.language_model import NoAnswer

LARGEST_ANSWER = 16_384
"""Bytes. What we ask for is a quarter of that, everything around it included."""
LONGEST_ANSWER_TOKENS = 500
MOST_AT_ONCE = 2
"""Questions at the same time: a slow endpoint must not keep the threads that answer people."""
_CONNECT_SECONDS = 3.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OK = 200


class UnusableAddress(Refusal):
    """LANGUAGE_MODEL_URL cannot be the address of an endpoint."""


def endpoint_at(url: str) -> str:
    """Return the address that questions are posted to; raise `UnusableAddress` with a sentence."""
    parts = urlsplit(url.strip())
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UnusableAddress("LANGUAGE_MODEL_URL must be an address like https://api.example.com/v1.")
    if parts.scheme != "https" and not (parts.hostname in _LOOPBACK and parts.scheme == "http"):
        raise UnusableAddress("LANGUAGE_MODEL_URL must start with https://.")
    return parts._replace(path=f"{parts.path.rstrip('/')}/chat/completions").geturl()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatEndpoint:
    """Implements `LanguageModel`. It follows no redirect, repeats nothing, and gives up after `seconds` in all."""

    url: str
    key: str | None = field(repr=False)
    model: str
    seconds: float
    _places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_AT_ONCE), repr=False)

    def answer(self, *, instruction: str, text: str) -> str:
        """Ask; raise `NoAnswer`. The text is one JSON string of the user's part, and nothing of it is instruction."""
        asked = {
            "model": self.model,
            "temperature": 0,
            "max_tokens": LONGEST_ANSWER_TOKENS,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": instruction},
                {"role": "user", "content": json.dumps({"text": text}, ensure_ascii=False)},
            ],
        }
        with self._place():
            return _content(self._post(asked))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise NoAnswer("busy")
        try:
            yield
        finally:
            self._places.release()

    def _post(self, asked: dict[str, Any]) -> bytes:
        until = time.monotonic() + self.seconds
        try:
            with requests.post(
                self.url,
                json=asked,
                auth=self._signed,
                timeout=(min(_CONNECT_SECONDS, self.seconds), self.seconds),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != _OK:
                    raise NoAnswer(f"status {answer.status_code}")
                return _limited(answer, until)
        except (requests.RequestException, OSError) as away:
            # The class only: texts of connection errors carry addresses.
            raise NoAnswer(type(away).__name__) from None

    def _signed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """With our key; without this, requests would send what ~/.netrc says for the host."""
        if self.key is not None:
            request.headers["Authorization"] = f"Bearer {self.key}"
        return request


def _limited(answer: requests.Response, until: float) -> bytes:
    """The body, unless it is too long or comes too slowly."""
    body = bytearray()
    # Byte by byte: a larger piece is waited for until it is whole, however slowly its bytes come.
    for piece in answer.iter_content(1):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise NoAnswer("too long")
        if time.monotonic() > until:
            raise NoAnswer("too slow")
    return bytes(body)


def _content(body: bytes) -> str:
    """What the model said, out of what the endpoint wrapped around it."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NoAnswer("malformed") from None
    if not isinstance(content, str):
        raise NoAnswer("malformed")
    return content
