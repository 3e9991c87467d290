"""What an attempt does when the tracker does not answer: it comes back later, and loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from domain.issue_tracker_errors import Busy, SignInRefused, Unreachable
from storage.jobs import RetryLater
from usecases.issue_jobs import GITLAB

log = structlog.get_logger(__name__)

_AWAY_SECONDS = 30.0
_PERHAPS_DONE_SECONDS = 90.0
"""Longer than GitLab works on a request that nobody waits for any more: what it may still do is done by then."""
_SIGN_IN_SECONDS = 600.0
_LONGEST_SECONDS = 86_400.0
_LIMIT_OF_ALL_SECONDS = 300.0
"""A longer wait is a quota of this one kind of call, such as new issues a day: the others go on."""
GIVEN_UP_AFTER = 5
"""Attempts after which a refusal is believed. Proxies refuse by mistake, and rights are put right within minutes."""


@contextmanager
def awaited() -> Iterator[None]:
    """Turn what will pass by itself (or when somebody mends the token) into `RetryLater`; let the rest through."""
    try:
        yield
    except Busy as busy:
        seconds = min(busy.retry_after.total_seconds(), _LONGEST_SECONDS)
        raise _later(busy, seconds, target=GITLAB if seconds <= _LIMIT_OF_ALL_SECONDS else None) from None
    except Unreachable as away:
        raise _later(away, _PERHAPS_DONE_SECONDS if away.perhaps_done else _AWAY_SECONDS) from None
    except SignInRefused as refused:
        raise _later(refused, _SIGN_IN_SECONDS, target=GITLAB) from None


def _later(trouble: Exception, seconds: float, *, target: str | None = None) -> RetryLater:
    log.warning("gitlab.postponed", reason=type(trouble).__name__, seconds=round(seconds))
    return RetryLater(seconds, target=target)
