"""The Bolt app's registry, as the listeners fill it in: what is listened to, by kind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot import clock
from bot.policy_file import Policy
from bot.wiring import build_use_cases, listeners_of
from bot.wiring_of_issues import Tracking
from integrations.gitlab import GitLabTracker
from storage.database import Database

Key = str | dict[str, Any] | Any


@dataclass
class RecordingApp:
    """Looks like Bolt's `App` to a listener that registers itself."""

    registered: list[tuple[str, Key]] = field(default_factory=list)

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def register(constraint: Key = None) -> Callable[[Any], Any]:
            self.registered.append((kind, constraint))
            return lambda listener: listener

        return register

    def names(self, kind: str) -> set[str]:
        """What is listened to by name; catch-alls are patterns and left out."""
        return set(self.named(kind))

    def named(self, kind: str) -> list[str]:
        found = []
        for registered, key in self.registered:
            name = key.get("action_id") or key.get("callback_id") if isinstance(key, dict) else key
            if registered == kind and isinstance(name, str):
                found.append(str(name))
        return found


@cache
def recorded() -> RecordingApp:
    """Register all listeners of the bot; nothing is called, no database is opened."""
    database = Database("sqlite://")
    gitlab = "https://gitlab.example.com"
    tracker = GitLabTracker(url=gitlab, token="glpat-nobody", now=clock.now)
    use = build_use_cases(
        database=database,
        policy=Policy(),
        gitlab_url=gitlab,
        now=clock.now,
        tracking=Tracking(tracker=tracker, url=gitlab),
    )
    app = RecordingApp()
    for listeners in listeners_of(use, Policy()):
        listeners.register(app)  # type: ignore[arg-type]
    database.dispose()
    return app
