"""OAuth of the org: who may log in how, and which sessions are alive."""

import base64
import binascii
import threading
from collections.abc import Mapping
from random import Random
from typing import Any

import jwt

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = ["https://login.salesforce.com", "https://test.salesforce.com"]


class LoginError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code)
        self.code = code
        self.description = description

    def as_answer(self) -> dict[str, Any]:
        return {"error": self.code, "error_description": self.description}


class Apps:
    """One app with both flows on. Every login gives a new session."""

    def __init__(self, *, consumer_key: str, consumer_secret: str, seed: int) -> None:
        self._key = consumer_key
        self._secret = consumer_secret
        self._random = Random(seed)  # noqa: S311  tokens of an invented org
        self._lock = threading.Lock()
        self._sessions: set[str] = set()
        self._trusted: dict[str, str] = {}

    def trust(self, username: str, public_key: str) -> None:
        """Let the holder of the private key log in as this user."""
        self._trusted[username] = public_key

    def log_in(self, form: Mapping[str, str], *, authorization: str) -> str:
        """Return a new session; raise `LoginError`."""
        match form.get("grant_type"):
            case "client_credentials":
                self._check_secret(form, authorization)
            case grant if grant == JWT_BEARER:
                self._check_assertion(form.get("assertion", ""))
            case _:
                raise LoginError("unsupported_grant_type", "grant type not supported")
        token = f"00DSANDBOX00001!{self._random.getrandbits(192):048x}"
        with self._lock:
            self._sessions.add(token)
        return token

    def is_session(self, token: str) -> bool:
        with self._lock:
            return token in self._sessions

    def expire(self) -> None:
        """Forget all sessions."""
        with self._lock:
            self._sessions.clear()

    def _check_secret(self, form: Mapping[str, str], authorization: str) -> None:
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        if authorization.startswith("Basic "):
            given = _basic(authorization.removeprefix("Basic "))
        if given[0] != self._key:
            raise LoginError("invalid_client_id", "client identifier invalid")
        if given[1] != self._secret:
            raise LoginError("invalid_client", "invalid client credentials")

    def _check_assertion(self, assertion: str) -> None:
        try:
            username = jwt.decode(assertion, options={"verify_signature": False}).get("sub", "")
            key = self._trusted.get(username)
            if key is None:
                raise LoginError("invalid_grant", "user hasn't approved this consumer")
            jwt.decode(assertion, key, algorithms=["RS256"], audience=_AUDIENCES, issuer=self._key)
        except jwt.InvalidAudienceError:
            raise LoginError("invalid_grant", "audience is invalid") from None
        except jwt.ExpiredSignatureError:
            raise LoginError("invalid_grant", "expired authorization code") from None
        except jwt.InvalidTokenError:
            raise LoginError("invalid_grant", "invalid assertion") from None


def _basic(encoded: str) -> tuple[str, str]:
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise LoginError("invalid_client", "invalid client credentials") from None
    return key, secret
