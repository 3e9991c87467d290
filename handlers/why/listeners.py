"""What happens on *Why*."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers import errors
from handlers.buttons import Button
from handlers.drawing import one_moment
from handlers.why import views
from usecases.explain_place import ExplainPlace
from usecases.promise_view import PromiseView
from usecases.saved_views import SavedViews


@dataclass(frozen=True, slots=True)
class WhyListeners:
    """Open the explanation on top of whatever is open."""

    explain: ExplainPlace
    saved_views: SavedViews
    promise: PromiseView

    def register(self, app: App) -> None:
        app.action(Button.WHY)(self.open_by_button)

    def open_by_button(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self.open(body, client, errors.id_in(body), "")
        ack()

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        """Answer `/gap GAP-42 why`."""
        self.open(body, client, gap_id, "")
        ack()

    def open(self, body: dict[str, Any], client: WebClient, gap_id: int, query: str) -> None:
        """Explain the gap's place in the list of a query; without one, its place among all."""
        by = str(body.get("user_id") or body["user"]["id"])
        in_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        asked = self.saved_views.query(query, by=by)
        if self.explain.is_quick(gap_id, asked, by=by):
            show(trigger_id=body["trigger_id"], view=views.explained(self.explain(gap_id, asked, by=by)))
            return
        opened = show(trigger_id=body["trigger_id"], view=one_moment("Why"))
        self.promise("why", {"gap": str(gap_id), "query": query}, view_id=opened["view"]["id"], by=by)

    def paint(self, values: Mapping[str, str], by: str) -> dict[str, Any]:
        """The promised explanation."""
        asked = self.saved_views.query(values["query"], by=by)
        return views.explained(self.explain(int(values["gap"]), asked, by=by))
