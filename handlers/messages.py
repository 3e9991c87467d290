"""What a message is, whoever sends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: blocks for the eye, `text` for screen readers and previews (so: without customer data)."""

    text: str
    blocks: Sequence[Block]
