"""What happens on `/gap GAP-42` and on *Open*."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.organisation import Organisation
from handlers import errors
from handlers.buttons import Button
from handlers.gap_card import ids, views
from handlers.gap_card.commands import read_gap_command
from usecases.show_gap import ShowGap

GapWord = Callable[[Ack, dict[str, Any], WebClient, int, str], None]
"""Answers `/gap GAP-42 WORD rest` for a conversation of its own: ack, body, client, the gap, the rest."""


@dataclass(frozen=True, slots=True)
class GapCardListeners:
    """Open the card of a gap on top of whatever is open; `words` are what other conversations answer."""

    organisation: Organisation
    show_gap: ShowGap
    words: Mapping[str, GapWord] = field(default_factory=dict)
    words_alone: Mapping[str, GapWord] = field(default_factory=dict)
    """What is answered without a key, like `/gap account-channel Acme`; they are given 0 for the gap."""

    def register(self, app: App) -> None:
        app.command(ids.COMMAND)(self.open_by_command)
        app.action(Button.OPEN_GAP)(self.open_by_button)

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        word, _, rest = (body.get("text") or "").strip().partition(" ")
        if word.lower() in self.words_alone:
            self.words_alone[word.lower()](ack, body, client, 0, rest)
            return
        command = read_gap_command(body.get("text") or "", words=self.words)
        if command.word:
            self.words[command.word](ack, body, client, command.gap_id, command.rest)
            return
        client.views_open(trigger_id=body["trigger_id"], view=self._view(command.gap_id, by=body["user_id"]))
        ack()

    def open_by_button(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self.open(body, client, errors.id_in(body), "")
        ack()

    def open(self, body: dict[str, Any], client: WebClient, gap_id: int, _query: str) -> None:
        """Open the card on a click, over a modal that is open."""
        view = self._view(gap_id, by=body["user"]["id"])
        in_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        show(trigger_id=body["trigger_id"], view=view)

    def _view(self, gap_id: int, *, by: str) -> dict[str, Any]:
        return views.card(self.show_gap(gap_id, by=by), organisation=self.organisation, reader_id=by)
