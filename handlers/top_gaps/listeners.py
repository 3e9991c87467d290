"""What happens on `/top-gaps` and on its page buttons."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from domain.organisation import Organisation
from handlers.top_gaps import ids, views
from handlers.top_gaps.payloads import PageLink, wanted_size
from usecases.rank_gaps import RankGaps
from usecases.turn_page import TurnPage


@dataclass(frozen=True, slots=True)
class TopGapsListeners:
    """Answer with a page of the ranking, to the person who asked alone."""

    organisation: Organisation
    rank: RankGaps
    turn_page: TurnPage

    def register(self, app: App) -> None:
        app.command(ids.COMMAND)(self.show)
        app.action(ids.Action.NEXT)(self.turn)
        app.action(ids.Action.PREVIOUS)(self.turn)

    def show(self, ack: Ack, body: dict[str, Any]) -> None:
        size = wanted_size(body.get("text") or "")
        page = self.rank.page(by=body["user_id"], page=0, size=size)
        message = views.ranked_list(page, size=size, organisation=self.organisation)
        ack(**views.as_answer(message, replace=False))

    def turn(self, ack: Ack, body: dict[str, Any]) -> None:
        link = PageLink.read(body["actions"][0].get("value"))
        self.turn_page(
            page=link.page, size=link.size, by=body["user"]["id"], response_url=body.get("response_url") or ""
        )
        ack()
