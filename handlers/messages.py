"""What a message is, whoever sends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: blocks for the eye, `text` for screen readers and previews (so: without customer data)."""

    text: str
    blocks: Sequence[Block]


Words = Message | Callable[[], Message]
"""A message, or what writes it once its turn has come: what waits for its turn is not written in vain."""


def composed(words: Words) -> Message:
    return words if isinstance(words, Message) else words()
