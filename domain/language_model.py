"""A language model as we know it: asked for one answer to one text, and never trusted."""

from typing import Protocol


class NoAnswer(Exception):
    """The model did not answer, or not in a way that can be read. `reason` is a word of ours for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LanguageModel(Protocol):
    """For jobs only: it waits for somebody else's computer."""

    def answer(self, *, instruction: str, text: str) -> str:
        """The model's words about a text, which is data to it; raise `NoAnswer`."""
        ...
