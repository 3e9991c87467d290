"""What a Web API method is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox.slack.json_types import Json
from sandbox.slack.web_api.arguments import Arguments

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

# docs.slack.dev/apis/web-api/rate-limits: calls per minute.
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
SPECIAL = 600

Caller = Literal["bot", "app", "anybody"]
"""Whose token a method wants: the bot's, the app-level one, or none."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """How to run a method, and what it takes to be allowed to."""

    run: "Callable[[Workspace, Arguments], Json]"
    scope: str | None = None
    per_minute: int = TIER_3
    caller: Caller = "bot"
