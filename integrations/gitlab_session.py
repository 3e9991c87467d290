"""How we talk to one GitLab: one address, own timeouts, no redirects of writes, and no sleeping on a 429."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from gitlab import Gitlab

from domain.errors import Refusal
from domain.issue_tracker_errors import Busy, Misunderstood
from integrations.gitlab_errors import refused_by_graphql, retry_after, translated

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TOO_MANY = 429
_READS = frozenset({"GET", "HEAD"})


class UnusableAddress(Refusal):
    """GITLAB_URL cannot be the address of a GitLab."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, and between two pieces of an answer."""

    connect: float = 5.0
    read: float = 30.0


def instance_at(url: str) -> str:
    """Return the instance's address without a slash at its end; raise `UnusableAddress` with a sentence.

    A path is allowed: GitLab can live below one (a *relative URL*).
    """
    parts = urlsplit(url.strip())
    is_local = parts.hostname in _LOOPBACK
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UnusableAddress("GITLAB_URL must be an address like https://gitlab.example.com.")
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise UnusableAddress("GITLAB_URL must start with https://.")
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path.rstrip("/")).geturl()


class Connection:
    """Asks GitLab's API, from any thread. Every failure is a `TrackerError`.

    python-gitlab signs in, builds requests and types its errors. Its own repetition stays off: it repeats a POST after
    a 502, sleeps through a 429 in the calling thread, and fails on a Retry-After that is a date.
    """

    def __init__(
        self, *, url: str, token: str, timeouts: Timeouts, user_agent: str, now: Callable[[], datetime]
    ) -> None:
        self.url = instance_at(url)
        self._token = token
        self._timeouts = timeouts
        self._user_agent = user_agent
        self._now = now
        # requests does not promise that a session may be shared by threads.
        self._thread = threading.local()

    def get(self, path: str, **query: Any) -> Any:
        return self._ask("get", path, query=query)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._ask("post", path, body=body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._ask("put", path, body=body)

    def delete(self, path: str) -> None:
        translated(lambda: self._send("delete", path), is_write=True)

    def graphql(self, query: str, *, is_write: bool = False, **variables: Any) -> Any:
        """Return `data`. Raises `NotVisible` or `Misunderstood` for GraphQL's own errors.

        It goes through the same session as REST, not through the library's second client, which would bring another
        HTTP library with other errors and its own repetition.
        """
        body = {"query": query, "variables": variables}
        answer = self._ask("post", f"{self.url}/api/graphql", body=body, is_write=is_write)
        return translated(lambda: _data(answer), is_write=is_write)

    def _ask(
        self,
        verb: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        is_write: bool | None = None,
    ) -> Any:
        writes = verb != "get" if is_write is None else is_write
        return translated(lambda: self._send(verb, path, query=query, body=body).json(), is_write=writes)

    def _send(
        self, verb: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> requests.Response:
        return self._client().http_request(
            verb,
            path,
            query_data=dict(query or {}),
            post_data=None if body is None else dict(body),
            obey_rate_limit=False,
            retry_transient_errors=False,
            max_retries=0,
        )

    def _client(self) -> Gitlab:
        if not hasattr(self._thread, "client"):
            session = InstanceSession(self.url, timeouts=self._timeouts, now=self._now)
            self._thread.client = Gitlab(
                self.url,
                private_token=self._token,
                user_agent=self._user_agent,
                keep_base_url=True,
                session=session,
            )
        client: Gitlab = self._thread.client
        return client


class InstanceSession(requests.Session):
    """A session that only knows the way to one GitLab.

    requests takes `Authorization` off when a redirect leads to another host, but not GitLab's `PRIVATE-TOKEN`. And it
    turns a redirected POST into a GET, whose answer looks like success.
    """

    def __init__(self, url: str, *, timeouts: Timeouts, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._host = urlsplit(url).netloc
        self._scheme = urlsplit(url).scheme
        self._timeout = (timeouts.connect, timeouts.read)
        self.trust_env = urlsplit(url).hostname not in _LOOPBACK
        self.hooks["response"].append(lambda response, *_, **__: _refuse_when_busy(response, now()))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send; raise `Misunderstood` when the address is not GitLab's."""
        parts = urlsplit(str(request.url))
        if (parts.scheme, parts.netloc.lower()) != (self._scheme, self._host):
            raise Misunderstood("GitLab sent us to another host; I do not go there. Is GITLAB_URL right?")
        if request.method not in _READS:
            options["allow_redirects"] = False
        return super().send(request, **options | {"timeout": self._timeout})


def _refuse_when_busy(response: requests.Response, now: datetime) -> None:
    if response.status_code == _TOO_MANY:
        response.close()
        raise Busy("GitLab asks me to slow down.", retry_after=retry_after(response.headers, now=now))


def _data(answer: Any) -> Any:
    if answer.get("errors"):
        raise refused_by_graphql([str(error.get("message", "")) for error in answer["errors"]])
    return answer["data"]
