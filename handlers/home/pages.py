"""Publish the Home tab."""

import hashlib
import json
from dataclasses import dataclass

from slack_sdk import WebClient

from handlers.home import views
from storage.jobs import Attempt
from usecases.job_kinds import PersonGreeted
from usecases.show_home import ShowHome
from usecases.tend_homes import TendHomes


@dataclass(frozen=True, slots=True)
class HomePages:
    """Handlers of the jobs that opening the tab promises, and that what happens meanwhile does."""

    client: WebClient
    show_home: ShowHome
    homes: TendHomes

    def show(self, attempt: Attempt[PersonGreeted]) -> None:
        """Somebody opened the tab: it begins at its first pages."""
        self.homes.opened(attempt.payload.user_id)
        self._publish(attempt.payload.user_id, only_if_new=False)

    def refresh(self, attempt: Attempt[PersonGreeted]) -> None:
        self._publish(attempt.payload.user_id, only_if_new=True)

    def _publish(self, user_id: str, *, only_if_new: bool) -> None:
        shown = self.show_home(user_id)
        view = views.home(shown)
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        if only_if_new and not self.homes.looks_new(user_id, digest):
            return
        self.client.views_publish(user_id=user_id, view=view)
        self.homes.drawn(user_id, gap_ids=shown.gap_ids, digest=digest)
