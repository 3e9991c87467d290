"""Everything the bot said to Slack, in one list that a contract checker can read."""

import json
import threading
from pathlib import Path

from sandbox.slack.json_types import Json


class Records:
    """Calls of the Web API, uses of response_url and the bodies of acks, in order of arrival.

    `problems` holds what Slack would have refused or not understood; a test suite should end with none that it
    did not provoke.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls: list[Json] = []
        self.problems: list[str] = []

    def call(self, *, method: str, path: str, body: Json, status: int, answer: Json | None) -> None:
        """Keep one call. `answer` is None when the connection was cut before there was one."""
        record = {"service": "slack", "method": method, "path": path, "body": body, "status": status, "answer": answer}
        with self._lock:
            self.calls.append(record)
            self.problems += _refusals(method, answer)

    def ack(self, kind: str, body: object, *, problems: list[str]) -> None:
        """Keep an ack's body; `kind` is `view_submission`, `options`, `command`, `block_actions` or `event`."""
        method = f"ack.{kind}" if body else "ack.empty"
        record = {"service": "slack", "method": method, "path": kind, "body": body, "answer": {"ok": not problems}}
        with self._lock:
            self.calls.append(record)
            self.problems += [f"{method}: {problem}" for problem in problems]

    def of(self, *methods: str) -> list[Json]:
        """Return the recorded calls of these methods."""
        with self._lock:
            return [call for call in self.calls if call["method"] in methods]

    def clear(self) -> None:
        with self._lock:
            self.calls.clear()
            self.problems.clear()

    def write_jsonl(self, path: Path) -> None:
        """Append the accepted payloads, one JSON object a line. Refused ones are in `problems`."""
        with self._lock:
            accepted = [call for call in self.calls if (call.get("answer") or {}).get("ok", True)]
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(call) + "\n" for call in accepted)


def _refusals(method: str, answer: Json | None) -> list[str]:
    messages = ((answer or {}).get("response_metadata") or {}).get("messages") or []
    return [f"{method}: {answer['error']}: {message}" for message in messages if answer and not answer.get("ok")]
