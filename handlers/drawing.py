"""Windows that open at once and are filled by a job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.errors import Refusal
from handlers import blocks
from handlers.messenger import translated
from storage.jobs import Attempt
from usecases.job_kinds import ViewWanted

Painter = Callable[[Mapping[str, str], str], dict[str, Any]]
"""Draws a window of what was asked for, for somebody."""
_CLOSED = {"not_found", "view_not_found", "hash_conflict"}
_CALLBACK = "drawing"


def one_moment(title: str) -> dict[str, Any]:
    """What is shown until the job is done."""
    said = "There are many requests: this takes a few seconds and appears here by itself."
    return blocks.modal(title, [blocks.section(said)], callback_id=_CALLBACK)


@dataclass(frozen=True, slots=True)
class Drawings:
    """Handler of the job; `painters` by what is asked for."""

    client: WebClient
    painters: Mapping[str, Painter]

    def draw(self, attempt: Attempt[ViewWanted]) -> None:
        """Draw the window, unless its person has closed it."""
        wanted = attempt.payload
        try:
            view = self.painters[wanted.what](wanted.values, wanted.user_id)
        except Refusal as refused:
            view = blocks.modal("Not this time", [blocks.section(blocks.escaped(str(refused)))], callback_id=_CALLBACK)
        try:
            self.client.views_update(view_id=wanted.view_id, view=view)
        except SlackApiError as refused:
            if refused.response.get("error") not in _CLOSED:
                raise translated(refused) from refused
