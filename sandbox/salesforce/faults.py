"""Bad days of Salesforce, written down in advance: what the next calls will suffer."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from sandbox.fault_script import FaultScript
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


class Faults(FaultScript[Fault]):
    """A script per operation: `token`, `describe`, `query`, `query_more`, `batch`, or `*` for any call.

    A code of Salesforce (`QUERY_TIMEOUT`, `REQUEST_LIMIT_EXCEEDED:text` …) refuses with it and its HTTP status; a
    code of OAuth (`invalid_grant` …) refuses a login; `expired` forgets the session first; `html:503` is a page of
    maintenance; `malformed` is no JSON; `slow:2` answers after two seconds; `hang` never; `drop` cuts the
    connection; `next:https://…` sends the caller there for the rest of its rows. `ok` leaves one call alone.
    Raises `ValueError` for an unknown operation or fault.
    """

    def __init__(self) -> None:
        super().__init__(_read)
        self._suffered = threading.Condition()
        self._over: Future[None] = Future()
        self.taken = 0
        """How many calls have suffered so far."""

    def take(self, operation: str) -> Fault | None:
        """Return what this call must suffer."""
        fault = super().take(operation)
        if fault is not None:
            with self._suffered:
                self.taken += 1
                self._suffered.notify_all()
        return fault

    def wait_until_taken(self, *, timeout: float = 10.0) -> None:
        """Wait until a call has begun to suffer; raise `TimeoutError`."""
        with self._suffered:
            if not self._suffered.wait_for(lambda: self.taken > 0, timeout=timeout):
                raise TimeoutError("nobody has called")

    def clear(self) -> None:
        """Let all be well again: what is slow answers at once, what hangs is cut off."""
        super().clear()
        with self._suffered:
            over, self._over = self._over, Future()
        over.set_result(None)

    @property
    def over(self) -> "Future[None]":
        """Done when `clear` is called the next time."""
        with self._suffered:
            return self._over


def _read(operation: str, text: str) -> Fault | None:
    mode, _, detail = text.partition(":")
    if operation not in OPERATIONS:
        raise ValueError(f"no such operation: {operation}")
    if mode not in _MODES | _OAUTH | _STATUS.keys():
        raise ValueError(f"no such fault: {text}")
    return None if mode == "ok" else Fault(mode=mode, detail=detail)
