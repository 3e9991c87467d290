"""Judge messages, views and acks by Slack's rules."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing Slack refuses, where, and the error code it gives for it."""

    pointer: str
    text: str
    code: str = "invalid_blocks"

    def __str__(self) -> str:
        return self.within("")

    def within(self, prefix: str) -> str:
        """Return the sentence Slack puts into `response_metadata.messages`, seen from further out."""
        return f"[ERROR] {self.text} [json-pointer:{prefix}{self.pointer}]"


def message_problems(message: Any) -> list[Problem]:
    del message
    return []


def view_problems(view: Any) -> list[Problem]:
    del view
    return []


def options_problems(answer: Any) -> list[Problem]:
    del answer
    return []


def submission_problems(answer: Any) -> list[Problem]:
    del answer
    return []
