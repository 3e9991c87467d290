"""One thing that Slack refuses."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong, where, and the error code Slack gives for it."""

    pointer: str
    text: str
    code: str = "invalid_blocks"

    def __str__(self) -> str:
        return self.within("")

    def within(self, prefix: str) -> str:
        """Return the sentence Slack puts into `response_metadata.messages`, seen from further out."""
        return f"[ERROR] {self.text} [json-pointer:{prefix}{self.pointer}]"
