"""Ids and timestamps that are the same in every run with the same seed and clock."""

import base64
import hashlib
import itertools
import threading
from collections.abc import Callable

Clock = Callable[[], float]
"""Unix seconds. Injected everywhere, so that a test can let a trigger expire without waiting for it."""

_ID_CHARACTERS = 10


class Ids:
    """Make ids that look like Slack's (`U…`, `C…`, `V…`) out of a seed and a counter."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._counter = itertools.count()

    def new(self, prefix: str) -> str:
        return prefix + self._text(prefix)[:_ID_CHARACTERS]

    def secret(self, purpose: str) -> str:
        """Return 24 lower-case characters for the parts of addresses and hashes that nobody should guess."""
        return self._text(purpose)[:24].lower()

    def number(self, purpose: str) -> int:
        return int(hashlib.sha256(self._seeded(purpose)).hexdigest()[:10], 16)

    def _text(self, purpose: str) -> str:
        return base64.b32encode(hashlib.sha256(self._seeded(purpose)).digest()).decode()

    def _seeded(self, purpose: str) -> bytes:
        return f"{self._seed}:{purpose}:{next(self._counter)}".encode()


class Timestamps:
    """Slack timestamps: seconds with six decimals, unique and increasing."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        with self._lock:
            self._last = max(int(self._clock() * 1_000_000), self._last + 1)
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
