"""What went wrong at Salesforce, in the words of the port: by the code in the answer's body, not by the HTTP status.

simple-salesforce and requests put the address (with the query in it) and the whole body into their exceptions. Ours
carry neither, and are raised after the `except` block so that the originals do not travel along as their context.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import requests
from jwt.exceptions import PyJWTError
from simple_salesforce.exceptions import SalesforceError

from domain.directory import BudgetSpent, CursorLost, DirectoryError, DirectoryRefused, DirectoryUnavailable

_Answer = TypeVar("_Answer")

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,59}")
_SERVER_TROUBLE = 500
_UNAUTHORIZED, _GONE, _TOO_MANY = 401, 410, (420, 429)
_BUSY = timedelta(minutes=1)
_BUSY_CODES = frozenset({"QUERY_TIMEOUT", "SERVER_UNAVAILABLE", "UNABLE_TO_LOCK_ROW", "UNKNOWN_EXCEPTION"})
_LOGIN_ADVICE = {
    "invalid_client_id": "Check SALESFORCE_CONSUMER_KEY.",
    "invalid_client": "Check SALESFORCE_CONSUMER_KEY and SALESFORCE_CONSUMER_SECRET.",
    "invalid_grant": "Check that the app's flow is on, that its user may use it, and that the user is not locked.",
    "unsupported_grant_type": "Turn the flow on in the app's settings.",
}
# What Salesforce says beside `invalid_grant`, as far as its wording is known.
_GRANT_ADVICE = {
    "hasn't approved this consumer": (
        "Let an admin approve it: in the app's policies, permit the profile or permission set of its user."
    ),
    "audience": "Check SALESFORCE_URL: it must be the org's own address, a sandbox's with .sandbox. in it.",
    "assertion": "Check that the app has the certificate that belongs to SALESFORCE_JWT_KEY_FILE.",
    "expired": "Check this machine's clock: the login was too old when it arrived.",
    "no client credentials user": "Choose the user that the app runs as: in its policies, under client credentials.",
    "request not supported on this domain": "Check SALESFORCE_URL: it must be the org's own address.",
    "inactive user": "The integration user is deactivated. Activate it, or let the app run as another one.",
    "locked": "The integration user is locked. Unlock it under Setup, Users.",
    "ip restricted": "Permit this machine's address in the profile of the integration user, or relax it in the app.",
}


class SessionExpired(DirectoryError):
    """The token is not valid any more; a new login may help, once."""


class FieldUnknown(DirectoryRefused):
    """The query named a field or an object that is not there for us: rights or the schema have changed."""


class RecordUnknown(FieldUnknown):
    """This org has no such kind of record, or hides it from us."""


_KNOWN: dict[str, tuple[type[DirectoryError], str]] = {
    "INVALID_SESSION_ID": (SessionExpired, "The session at Salesforce has expired."),
    "INVALID_AUTH_HEADER": (SessionExpired, "Salesforce does not accept the session."),
    "INVALID_FIELD": (FieldUnknown, "Salesforce does not show us a field any more that it did show before."),
    "INVALID_TYPE": (RecordUnknown, "Salesforce does not show us this kind of record."),
    "INVALID_QUERY_LOCATOR": (
        CursorLost,
        "Salesforce forgot where a long read was. It can go on from the last page that was kept.",
    ),
}


def translated(call: Callable[[], _Answer]) -> _Answer:
    """Return what `call` returns; raise a `DirectoryError` for every way in which it fails."""
    trouble: DirectoryError
    try:
        return call()
    except SalesforceError as refused:
        trouble = answer_error(status=refused.status, body=refused.content)
    except requests.Timeout:
        trouble = DirectoryUnavailable("Salesforce did not answer in time.")
    except requests.RequestException as unreachable:
        trouble = _transport_error(unreachable)
    except PyJWTError:
        trouble = DirectoryRefused("The private key for Salesforce cannot be used. It must be an RSA key in PEM form.")
    except (ValueError, TypeError, KeyError, AttributeError):
        trouble = DirectoryUnavailable("Salesforce answered with something that is not its API.")
    raise trouble


def answer_error(*, status: int, body: object) -> DirectoryError:
    """Read Salesforce's list of errors, whatever the HTTP status pretends."""
    code, message = _first_error(body)
    if code == "REQUEST_LIMIT_EXCEEDED":
        return _limit_error(message)
    if code in _KNOWN:
        kind, sentence = _KNOWN[code]
        return kind(sentence)
    if code in _BUSY_CODES or status >= _SERVER_TROUBLE or status in _TOO_MANY:
        return DirectoryUnavailable(f"Salesforce cannot answer now ({code or status}).")
    return _refusal(status=status, code=code)


def login_error(*, status: int, body: object) -> DirectoryError:
    """Read the answer of the token endpoint: OAuth's `error`, RFC 6749 §5.2."""
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    code = code if _CODE.fullmatch(code) else ""
    if status >= _SERVER_TROUBLE or status in _TOO_MANY or not code:
        return DirectoryUnavailable(f"Salesforce's login cannot answer now ({code or status}).")
    if code in {"temporarily_unavailable", "server_error", "unavailable"}:
        return DirectoryUnavailable(f"Salesforce's login cannot answer now ({code}).")
    advice = _LOGIN_ADVICE.get(code, "")
    if code == "invalid_grant":
        said = str(body.get("error_description", "")).lower() if isinstance(body, dict) else ""
        advice = next((known for part, known in _GRANT_ADVICE.items() if part in said), advice)
    return DirectoryRefused(f"Salesforce refused the login ({code}). {advice}".rstrip())


def _limit_error(message: str) -> DirectoryError:
    """One code for two limits: calls per day, and long calls at the same time. Only the text tells them apart."""
    if "concurrent" in message.lower():
        return DirectoryUnavailable("Salesforce has too many long calls at once.", retry_after=_BUSY)
    return BudgetSpent("The organisation's daily limit of Salesforce calls is reached.")


def _refusal(*, status: int, code: str) -> DirectoryError:
    if status == _GONE:
        return DirectoryRefused("Salesforce has retired the version of its API that gapbot uses. Update gapbot.")
    if status == _UNAUTHORIZED:
        return SessionExpired("Salesforce does not accept the session.")
    if code in _NO_API:
        return DirectoryRefused(f"Salesforce refused ({code}). {_NO_API[code]}")
    return DirectoryRefused(f"Salesforce refused ({code or status}). Check the rights of the integration user.")


_NO_API = {
    "API_DISABLED_FOR_ORG": "This edition has no API: let Salesforce turn it on.",
    "API_CURRENTLY_DISABLED": "Give the integration user the permission “API Enabled”.",
}


def _first_error(body: object) -> tuple[str, str]:
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", ""
    code = str(first.get("errorCode", ""))
    return (code if _CODE.fullmatch(code) else ""), str(first.get("message", ""))


def _transport_error(unreachable: requests.RequestException) -> DirectoryError:
    if isinstance(unreachable, requests.exceptions.SSLError):
        return DirectoryRefused("Salesforce's certificate is not trusted. Is there a proxy that reads along?")
    if isinstance(unreachable, requests.exceptions.JSONDecodeError):
        return DirectoryUnavailable("Salesforce answered with something that is not its API.")
    return DirectoryUnavailable(f"Salesforce cannot be reached ({type(unreachable).__name__}).")
