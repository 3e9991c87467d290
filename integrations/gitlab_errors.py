"""What went wrong at GitLab, in the words of the port.

Exceptions of python-gitlab and requests carry addresses and whole bodies. Ours carry neither, and are raised after the
`except` block so that the originals do not travel along as their context.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import requests
from gitlab.exceptions import GitlabError, GitlabParsingError

from domain.issue_tracker_errors import (
    Forbidden,
    Misunderstood,
    NotVisible,
    SignInRefused,
    TrackerError,
    Unreachable,
)

_Answer = TypeVar("_Answer")

USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
_SERVER_TROUBLE = 500
_NOT_ITS_API = "GitLab answered with something that is not its API. Is GITLAB_URL right, and is there a login page?"
_GONE_OR_HIDDEN = "GitLab shows me no such thing: it is gone, or I have no access to it."
_SCOPE = "insufficient_scope"
_HIDDEN = "does not exist or you don't have permission"

_KNOWN: dict[int, Callable[[], TrackerError]] = {
    HTTPStatus.UNAUTHORIZED: lambda: SignInRefused(
        "GitLab does not accept the token: it is wrong, expired or revoked. Renew GITLAB_TOKEN."
    ),
    HTTPStatus.FORBIDDEN: lambda: Forbidden(
        "GitLab does not let me do that. Give the bot's user the role Planner (or Reporter) there."
    ),
    HTTPStatus.NOT_FOUND: lambda: NotVisible(_GONE_OR_HIDDEN),
    HTTPStatus.CONFLICT: lambda: Unreachable("GitLab is busy with the same thing.", perhaps_done=False),
}


def translated(call: Callable[[], _Answer], *, is_write: bool) -> _Answer:
    """Return what `call` returns; raise a `TrackerError` for every way in which it fails."""
    trouble: TrackerError
    try:
        return call()
    except GitlabParsingError:
        trouble = Misunderstood(_NOT_ITS_API)
    except GitlabError as refused:
        trouble = answer_error(status=refused.response_code or 0, body=refused.response_body or b"", is_write=is_write)
    except requests.RequestException as unreachable:
        trouble = _transport_error(unreachable, is_write=is_write)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        trouble = Misunderstood(_NOT_ITS_API)
    raise trouble


def answer_error(*, status: int, body: bytes, is_write: bool) -> TrackerError:
    """Read the HTTP status; GitLab has no codes in its bodies, except for a missing scope."""
    if status == HTTPStatus.FORBIDDEN and _SCOPE.encode() in body:
        return SignInRefused("GitLab says that the token lacks a scope. It needs `api`.")
    if status in _KNOWN:
        return _KNOWN[status]()
    if status >= _SERVER_TROUBLE or status == HTTPStatus.REQUEST_TIMEOUT:
        return Unreachable(f"GitLab cannot answer now ({status}).", perhaps_done=is_write)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        # Only writes come here; nothing was done. Numeric ids do not move, so it is the address that does.
        return Unreachable("GitLab says that its address has changed. Is GITLAB_URL right?", perhaps_done=False)
    return Misunderstood(f"GitLab did not understand me ({status}).")


def refused_by_graphql(messages: Sequence[str]) -> TrackerError:
    """Read GraphQL's own errors, which come with status 200."""
    if any(_HIDDEN in message for message in messages):
        return NotVisible(_GONE_OR_HIDDEN)
    return Misunderstood("GitLab did not understand my question (GraphQL). Is this version of GitLab too old?")


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """How long to wait: Retry-After in seconds or as a date, else RateLimit-Reset (Unix time), else a minute."""
    wait = _seconds(headers.get("Retry-After", "")) or _until_date(headers.get("Retry-After", ""), now=now)
    wait = wait or _until_epoch(headers.get("RateLimit-Reset", ""), now=now) or USUAL_WAIT
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def _seconds(text: str) -> timedelta | None:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return timedelta(seconds=min(int(digits[:12]), int(LONGEST_WAIT.total_seconds())))


def _until_date(text: str, *, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta(seconds=1))


def _until_epoch(text: str, *, now: datetime) -> timedelta | None:
    if not (text.isascii() and text.isdigit()):
        return None
    return timedelta(seconds=min(int(text[:12]) - int(now.timestamp()), int(LONGEST_WAIT.total_seconds())))


def _transport_error(unreachable: requests.RequestException, *, is_write: bool) -> TrackerError:
    if isinstance(unreachable, requests.exceptions.SSLError):
        return Misunderstood("GitLab's certificate is not trusted. Is there a proxy that reads along?")
    if isinstance(unreachable, requests.exceptions.JSONDecodeError | requests.TooManyRedirects):
        return Misunderstood(_NOT_ITS_API)
    never_sent = isinstance(unreachable, requests.ConnectTimeout) or _never_connected(unreachable)
    kind = type(unreachable).__name__
    return Unreachable(f"GitLab cannot be reached ({kind}).", perhaps_done=is_write and not never_sent)


def _never_connected(unreachable: requests.RequestException) -> bool:
    # By name: the classes are urllib3's, which requests hides.
    reason = getattr(unreachable.args[0], "reason", None) if unreachable.args else None
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}
