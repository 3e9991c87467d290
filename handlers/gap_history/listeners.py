"""What `/gap GAP-42 history` answers."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers.gap_history import views
from handlers.top_gaps.views import as_answer
from usecases.show_history import ShowHistory


@dataclass(frozen=True, slots=True)
class GapHistory:
    """A word of `/gap`; it has no listeners of its own."""

    show_history: ShowHistory

    def tell(self, ack: Ack, body: dict[str, Any], _client: WebClient, gap_id: int, _rest: str) -> None:
        ack(**as_answer(views.history(self.show_history(gap_id, by=body["user_id"])), replace=False))
