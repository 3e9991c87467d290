"""What happens on `/gap GAP-42` and on *Open*."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import NotFound
from domain.keys import parse_gap_key
from domain.organisation import Organisation
from handlers import errors
from handlers.buttons import Button
from handlers.gap_card import ids, views
from usecases.show_gap import ShowGap


@dataclass(frozen=True, slots=True)
class GapCardListeners:
    """Open the card of a gap on top of whatever is open."""

    organisation: Organisation
    show_gap: ShowGap

    def register(self, app: App) -> None:
        app.command(ids.COMMAND)(self.open_by_command)
        app.action(Button.OPEN_GAP)(self.open_by_button)

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        text = (body.get("text") or "").strip()
        if not text:
            raise NotFound("Say which gap, like `/gap GAP-42`. `/top-gaps` lists them.")
        client.views_open(trigger_id=body["trigger_id"], view=self._view(parse_gap_key(text), by=body["user_id"]))
        ack()

    def open_by_button(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        view = self._view(errors.id_in(body), by=body["user"]["id"])
        in_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        show(trigger_id=body["trigger_id"], view=view)
        ack()

    def _view(self, gap_id: int, *, by: str) -> dict[str, Any]:
        return views.card(self.show_gap(gap_id, by=by), organisation=self.organisation, reader_id=by)
