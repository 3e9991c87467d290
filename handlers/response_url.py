"""Replace a message through the address that Slack gave with the click: it works in any channel, for half an hour."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from slack_sdk.webhook import WebhookClient

from handlers.blocks import as_json
from handlers.messages import Message
from storage.jobs import PermanentFailure

TIMEOUT_SECONDS = 5
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """Answers only to Slack's own hosts: an address that came with a payload is not followed blindly."""

    hosts: frozenset[str]

    def replace(self, address: str, message: Message) -> None:
        """Put the message in the place of the one that was clicked. When the half hour is over, nothing happens."""
        if not self._is_slacks(address):
            raise PermanentFailure("the response_url is not Slack's")
        answer = WebhookClient(address, timeout=TIMEOUT_SECONDS).send(
            text=message.text, blocks=as_json(message.blocks), replace_original=True
        )
        if answer.status_code >= SERVER_ERROR:
            raise ConnectionError(f"response_url answered {answer.status_code}")

    def _is_slacks(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return parts.scheme in {"https", "http"} and parts.netloc in self.hosts
