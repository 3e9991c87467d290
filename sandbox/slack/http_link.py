"""Signed requests to the bot's address, as Slack sends them when Socket Mode is off."""

import http.client
import json
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.slack.errors import BotTrouble
from sandbox.slack.ids import Clock
from sandbox.slack.link import ANSWER_SECONDS, Answer, Parcel, signature

_REMEMBERED = 1_000


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """Exactly what went over the wire, so that a test can send it again or tamper with it."""

    body: bytes
    headers: dict[str, str]


class HttpLink:
    """Deliver to one address. A new connection each time: a reused one that just died would look like a slow bot."""

    def __init__(self, address: str, *, signing_secret: str, clock: Clock) -> None:
        url = urlsplit(address)
        self._host, self._port, self._path = url.hostname or "127.0.0.1", url.port or 80, url.path or "/"
        self._secret = signing_secret
        self._clock = clock
        self.sent: deque[SignedRequest] = deque(maxlen=_REMEMBERED)

    def send(self, parcel: Parcel) -> Answer:
        return self.send_raw(self.signed(parcel))

    def signed(self, parcel: Parcel, *, secret: str | None = None, age_seconds: float = 0) -> SignedRequest:
        """Sign a parcel; another secret or an age makes a forgery or a stale request out of it."""
        content_type, body = parcel.as_body()
        timestamp = str(int(self._clock() - age_seconds))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(secret=secret or self._secret, timestamp=timestamp, body=body),
        }
        if parcel.retry_number:
            headers["X-Slack-Retry-Num"] = str(parcel.retry_number)
            headers["X-Slack-Retry-Reason"] = parcel.retry_reason or "unknown_error"
        return SignedRequest(body=body, headers=headers)

    def send_raw(self, request: SignedRequest) -> Answer:
        """Send these bytes; raise `BotTrouble` when no answer comes in time."""
        self.sent.append(request)
        connection = http.client.HTTPConnection(self._host, self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request("POST", self._path, body=request.body, headers=request.headers)
            response = connection.getresponse()
            return _answer(response, response.read())
        except TimeoutError:
            raise BotTrouble("operation_timeout") from None
        except (OSError, http.client.HTTPException) as error:
            raise BotTrouble("connection_failed", str(error)) from error
        finally:
            connection.close()

    def close(self) -> None:
        """Nothing is kept open."""


def _answer(response: http.client.HTTPResponse, content: bytes) -> Answer:
    text = content.decode("utf-8", errors="replace")
    is_json = response.headers.get_content_type() == "application/json"
    try:
        body = json.loads(text) if is_json and text else text or None
    except ValueError as error:
        raise BotTrouble("invalid_json", text[:100]) from error
    return Answer(status=response.status, body=body, no_retry=response.headers.get("X-Slack-No-Retry") == "1")
