"""How we talk to one Salesforce org: one address, own timeouts, and one login at a time for all threads."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import requests
from simple_salesforce.login import SalesforceLogin

from domain.directory import DirectoryRefused
from domain.errors import Refusal
from integrations.salesforce_errors import login_error, translated

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OK = 200
# Salesforce locks users that log in wrongly again and again, and limits logins per user and hour.
_REFUSED_LOGIN_SECONDS = 300.0


class UnusableAddress(Refusal):
    """SALESFORCE_URL cannot be the address of an org."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, and between two pieces of an answer."""

    connect: float = 5.0
    read: float = 30.0


@dataclass(frozen=True, slots=True)
class Org:
    """The address of one org. Its token and our questions go there and nowhere else."""

    scheme: str
    netloc: str

    @property
    def is_loopback(self) -> bool:
        return urlsplit(f"//{self.netloc}").hostname in _LOOPBACK

    @property
    def login_domain(self) -> str:
        """What simple-salesforce puts before `.salesforce.com`; the session sends it to the org whatever it is."""
        return self.netloc.removesuffix(".salesforce.com")


def org_at(url: str) -> Org:
    """Read the org's own address (My Domain); raise `UnusableAddress` with a sentence."""
    parts = urlsplit(url.strip())
    org = Org(scheme=parts.scheme, netloc=parts.netloc.lower())
    if not parts.hostname or parts.username or parts.query or parts.path not in {"", "/"}:
        raise UnusableAddress("SALESFORCE_URL must be an address like https://acme.my.salesforce.com.")
    if org.is_loopback and parts.scheme in {"http", "https"}:
        return org
    if parts.scheme != "https":
        raise UnusableAddress("SALESFORCE_URL must start with https://.")
    if parts.hostname.endswith(".lightning.force.com"):
        raise UnusableAddress("SALESFORCE_URL must be the API's address (….my.salesforce.com), not Lightning's.")
    if parts.hostname in {"login.salesforce.com", "test.salesforce.com"}:
        raise UnusableAddress("SALESFORCE_URL must be the org's own address (….my.salesforce.com).")
    return org


class OrgSession(requests.Session):
    """A session that only knows the way to one org, does not follow redirects and gives up in time.

    simple-salesforce builds addresses from strings that Salesforce sends (`instance_url`, `nextRecordsUrl`) and sets no
    timeout anywhere, login included.
    """

    def __init__(self, org: Org, *, timeouts: Timeouts) -> None:
        super().__init__()
        self._org = org
        self._timeout = (timeouts.connect, timeouts.read)
        # Otherwise requests would replace our token by what ~/.netrc says for this host.
        self.auth = _as_it_is
        self.trust_env = not org.is_loopback

    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send; raise `DirectoryRefused` when the address is not the org's."""
        parts = urlsplit(str(url))
        if not self._is_ours(parts):
            raise DirectoryRefused("Salesforce sent us to another host; I do not go there.")
        ours = parts._replace(scheme=self._org.scheme, netloc=self._org.netloc).geturl()
        return super().request(method, ours, **options | {"timeout": self._timeout, "allow_redirects": False})

    def _is_ours(self, parts: SplitResult) -> bool:
        return parts.netloc.lower() in {self._org.netloc, f"{self._org.login_domain}.salesforce.com"}


class Credentials(Protocol):
    """A way to log in without a person: what simple-salesforce's login wants for it."""

    def arguments(self, org: Org) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """OAuth's client credentials: the app runs as the user that the org has set for it."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)

    def arguments(self, org: Org) -> dict[str, Any]:
        return {
            "consumer_key": self.consumer_key,
            "consumer_secret": self.consumer_secret,
            "domain": org.login_domain,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtBearer:
    """OAuth's JWT bearer flow: nothing secret leaves this machine. The key is RSA, in PEM form."""

    consumer_key: str = field(repr=False)
    username: str = field(repr=False)
    private_key: str = field(repr=False)

    def arguments(self, org: Org) -> dict[str, Any]:
        return {
            "consumer_key": self.consumer_key,
            "username": self.username,
            "privatekey": self.private_key,
            # This library's names mislead: `instance_url` is where to ask for the token, `domain` is the audience.
            "instance_url": org.login_domain,
            "domain": "test" if {"sandbox", "scratch"} & set(org.netloc.split(".")) else "login",
        }


class Logins:
    """The token that all threads share. Whoever finds it expired logs in, the others wait for that login."""

    def __init__(
        self, *, org: Org, credentials: Credentials, timeouts: Timeouts, monotonic: Callable[[], float]
    ) -> None:
        self._org = org
        self._credentials = credentials
        self._timeouts = timeouts
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token: str | None = None
        self._flight: Future[str] | None = None
        self._refusal: tuple[float, str] | None = None

    def token(self, *, stale: str | None = None) -> str:
        """Return a token that is not the stale one; raise `DirectoryRefused` or `DirectoryUnavailable`.

        A refused login is not tried again for five minutes.
        """
        with self._lock:
            if self._token is not None and self._token != stale:
                return self._token
            flight, is_mine = self._flight, self._flight is None
            if flight is None:
                self._stay_refused()
                flight = self._flight = Future()
        if is_mine:
            self._fly(flight)
        return flight.result()

    def _stay_refused(self) -> None:
        if self._refusal is not None and self._monotonic() - self._refusal[0] < _REFUSED_LOGIN_SECONDS:
            # A new one each time: an exception that is raised again and again keeps all its tracebacks.
            raise DirectoryRefused(self._refusal[1])

    def _fly(self, flight: "Future[str]") -> None:
        token, trouble = None, None
        try:
            token = translated(self._log_in)
        except BaseException as failed:  # noqa: BLE001  whatever it is, nobody may wait for ever
            trouble = failed
        with self._lock:
            self._flight = None
            self._token = token
            self._refusal = (self._monotonic(), str(trouble)) if isinstance(trouble, DirectoryRefused) else None
        if token is not None:
            flight.set_result(token)
        else:
            flight.set_exception(trouble)

    def _log_in(self) -> str:
        with OrgSession(self._org, timeouts=self._timeouts) as session:
            session.hooks["response"].append(_refuse_failed_login)
            token, host = SalesforceLogin(session=session, **self._credentials.arguments(self._org))
        if host.rstrip("/").lower() != self._org.netloc:
            raise DirectoryRefused("Salesforce says that this org has another address. Put that into SALESFORCE_URL.")
        return str(token)


def _refuse_failed_login(response: requests.Response, *_: Any, **__: Any) -> None:
    """Raise before simple-salesforce does: it warns with the consumer key in the text, and forgets the status."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = None
    has_session = isinstance(body, dict) and {"access_token", "instance_url"} <= body.keys()
    if response.status_code != _OK or not has_session:
        raise login_error(status=response.status_code, body=body)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
