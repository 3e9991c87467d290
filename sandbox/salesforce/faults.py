"""Bad days of Salesforce, written down in advance: what the next calls will suffer."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from sandbox.salesforce.errors import SalesforceError

_STATUS = {
    "INVALID_SESSION_ID": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "API_DISABLED_FOR_ORG": 403,
    "INSUFFICIENT_ACCESS": 403,
    "NOT_FOUND": 404,
    "GONE": 410,
    "SERVER_UNAVAILABLE": 503,
    "QUERY_TIMEOUT": 400,
    "INVALID_FIELD": 400,
    "INVALID_TYPE": 400,
    "INVALID_QUERY_LOCATOR": 400,
    "MALFORMED_QUERY": 400,
    "UNABLE_TO_LOCK_ROW": 400,
}
_OAUTH = frozenset({"invalid_grant", "invalid_client", "invalid_client_id", "unsupported_grant_type", "server_error"})
_MODES = frozenset({"ok", "html", "slow", "hang", "drop", "malformed", "expired", "next"})
OPERATIONS = frozenset({"token", "describe", "query", "query_more", "batch", "*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One bad moment. `detail` is the HTTP status of `html`, the seconds of `slow`, the address of `next`."""

    mode: str
    detail: str = ""

    @property
    def seconds(self) -> float:
        return float(self.detail or 1)

    def error(self) -> SalesforceError | None:
        """Return what Salesforce refuses with, when the fault is one of its codes."""
        status = _STATUS.get(self.mode)
        if status is None:
            return None
        return SalesforceError(self.mode, self.detail or f"{self.mode} (scripted)", status=status)

    @property
    def is_oauth(self) -> bool:
        return self.mode in _OAUTH


class Faults:
    """A script per operation: `token`, `describe`, `query`, `query_more`, `batch`, or `*` for any call."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._scripts: dict[str, list[Fault]] = {}
        self._lasting: dict[str, Fault] = {}
        self._over: Future[None] = Future()
        self.taken = 0
        """How many calls have suffered so far."""

    def script(self, operation: str, *faults: str, times: int = 1) -> None:
        """Let the next calls suffer, one fault each, in this order, the whole list `times` over.

        A code of Salesforce (`QUERY_TIMEOUT`, `REQUEST_LIMIT_EXCEEDED:text` …) refuses with it and its HTTP status; a
        code of OAuth (`invalid_grant` …) refuses a login; `expired` forgets the session first; `html:503` is a page of
        maintenance; `malformed` is no JSON; `slow:2` answers after two seconds; `hang` never; `drop` cuts the
        connection; `next:https://…` sends the caller there for the rest of its rows. `ok` leaves one call alone.
        Raises `ValueError` for an unknown operation or fault.
        """
        parsed = [_parsed(operation, fault) for fault in faults] * times
        with self._lock:
            self._scripts.setdefault(operation, []).extend(parsed)

    def stay(self, operation: str, fault: str) -> None:
        """Let every call suffer until `clear`."""
        parsed = _parsed(operation, fault)
        with self._lock:
            self._lasting[operation] = parsed

    def take(self, operation: str) -> Fault | None:
        """Return what this call must suffer."""
        with self._lock:
            script = self._scripts.get(operation) or self._scripts.get("*")
            fault = script.pop(0) if script else self._lasting.get(operation) or self._lasting.get("*")
            if fault is None or fault.mode == "ok":
                return None
            self.taken += 1
            self._lock.notify_all()
            return fault

    def wait_until_taken(self, *, timeout: float = 10.0) -> None:
        """Wait until a call has begun to suffer; raise `TimeoutError`."""
        with self._lock:
            if not self._lock.wait_for(lambda: self.taken > 0, timeout=timeout):
                raise TimeoutError("nobody has called")

    def clear(self) -> None:
        """Let all be well again: what is slow answers at once, what hangs is cut off."""
        with self._lock:
            self._scripts.clear()
            self._lasting.clear()
            over, self._over = self._over, Future()
        over.set_result(None)

    @property
    def over(self) -> "Future[None]":
        """Done when `clear` is called the next time."""
        with self._lock:
            return self._over


def _parsed(operation: str, text: str) -> Fault:
    mode, _, detail = text.partition(":")
    if operation not in OPERATIONS:
        raise ValueError(f"no such operation: {operation}")
    if mode not in _MODES | _OAUTH | _STATUS.keys():
        raise ValueError(f"no such fault: {text}")
    return Fault(mode=mode, detail=detail)
