"""What stands beside the local Slack in the demo: a service of another house, with a view of it on the same page."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from starlette.routing import BaseRoute


class Neighbour(Protocol):
    """One service. `name` is what the page knows its view by, and what its calls start with: `/client/<name>/…`.

    `hint` says in a sentence what to try there.
    """

    @property
    def name(self) -> str: ...

    @property
    def hint(self) -> str: ...

    def policy(self) -> str:
        """Its part of the bot's file of policy, whole TOML tables."""

    def routes(self) -> Sequence[BaseRoute]:
        """What its view on the page calls."""

    def start(self, *, bot_url: str) -> Mapping[str, str]:
        """Listen; return what the bot's environment needs to know of it. The bot is not there yet."""

    def stop(self) -> None:
        """Keep what is to be kept, and listen no more."""
