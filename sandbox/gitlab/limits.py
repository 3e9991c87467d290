"""GitLab.com's limits: so many calls of a user in a minute, and fewer that make issues and notes."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from sandbox.gitlab.calls import Refused

# Of the table in GitLab.com's documentation, by operation; `*` counts all calls.
GITLAB_COM = {"*": 2_000, "issue.create": 200, "note.create": 60}
_MINUTE = 60


class Limits:
    """Counts by whole minutes of the clock. Without limits it counts nothing."""

    def __init__(self, limits: Mapping[str, int], *, clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock
        self._counts: Counter[tuple[int, str, int]] = Counter()

    def count(self, operation: str, user_id: int) -> None:
        """Raise `Refused` (429) when this call is one too many."""
        minute = int(self._clock().timestamp()) // _MINUTE
        for name in {"*", operation} & self._limits.keys():
            self._counts[minute, name, user_id] += 1
            if self._counts[minute, name, user_id] > self._limits[name]:
                raise Refused(429, "Retry later")

    def reset_in(self) -> int:
        """Seconds until the next minute begins."""
        return _MINUTE - int(self._clock().timestamp()) % _MINUTE
