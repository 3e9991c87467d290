"""What happens on *What if* and on its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput
from domain.gap_query import MODELS, GapQuery
from handlers.buttons import Button
from handlers.drawing import one_moment
from handlers.top_gaps.payloads import PageLink
from handlers.what_if import ids, views
from handlers.what_if.ids import Field
from usecases.promise_view import PromiseView
from usecases.read_gap_query import NotUnderstood
from usecases.saved_views import SavedViews
from usecases.try_settings import Settings, TrySettings

_FIELDS = {
    "weights": Field.IMPACTED_ARR,
    "balance": Field.BALANCE,
    "family_cap": Field.FAMILY_CAP,
}
_SLACK_DRAWS = 2.0
"""Seconds until Slack has surely drawn what a submitted form was answered with."""


@dataclass(frozen=True, slots=True)
class WhatIfListeners:
    """Open the form, answer it with a second modal over it."""

    try_settings: TrySettings
    saved_views: SavedViews
    promise: PromiseView

    def register(self, app: App) -> None:
        app.action(Button.WHAT_IF)(self.open_by_button)
        app.view(ids.View.FORM)(self.compare)

    @property
    def verbs(self) -> Mapping[str, Callable[[Ack, dict[str, Any], WebClient], None]]:
        """What is answered of `/top-gaps WORD`."""
        return dict.fromkeys(ids.WORDS, self.open_by_command)

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        query = (body.get("text") or "").strip().partition(" ")[2]
        self._open(body, client, by=body["user_id"], query=query)
        ack()

    def open_by_button(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        link = PageLink.read(body["actions"][0].get("value"))
        self._open(body, client, by=body["user"]["id"], query=link.text)
        ack()

    def _open(self, body: dict[str, Any], client: WebClient, *, by: str, query: str) -> None:
        usual = self.try_settings.usual(by=by)
        asked = self.saved_views.query(query, by=by)
        narrowed = str(replace(asked, size=10, model=None)) if asked.filters else ""
        client.views_open(trigger_id=body["trigger_id"], view=views.form(usual, query=narrowed))

    def compare(self, ack: Ack, body: dict[str, Any]) -> None:
        filled, by = views.filled(body["view"]), body["user"]["id"]
        self.try_settings.usual(by=by)  # the door, before anything of the form is judged
        try:
            query = self.saved_views.query(filled.get(Field.QUERY, ""), by=by)
            if not self.try_settings.is_quick(_settings(filled, query), by=by):
                self.promise("what_if", filled, view_id=body["view"]["id"], by=by, after=_SLACK_DRAWS)
                ack(response_action="update", view=one_moment("What if: the Top 10"))
                return
            found = self.try_settings(_settings(filled, query), by=by)
        except NotUnderstood as refused:
            ack(response_action="errors", errors={Field.QUERY.value: refused.sentence})
        except InvalidInput as invalid:
            ack(response_action="errors", errors={_FIELDS[name].value: one for name, one in invalid.fields.items()})
        else:
            ack(response_action="push", view=views.result(found))

    def paint(self, values: Mapping[str, str], by: str) -> dict[str, Any]:
        """The promised comparison."""
        query = self.saved_views.query(values.get(Field.QUERY, ""), by=by)
        return views.result(self.try_settings(_settings(values, query), by=by))


def _settings(filled: Mapping[str, str], query: GapQuery) -> Settings:
    one, two, three, four = (filled.get(field, "") for field in ids.WEIGHTS)
    model = filled.get(Field.MODEL, "")
    return Settings(
        weights=(one, two, three, four),
        balance=filled.get(Field.BALANCE) or "0",
        family_cap=filled.get(Field.FAMILY_CAP, ""),
        owner_cap=filled.get(Field.OWNER_CAP) != "off",
        query=replace(query, model=model if model in MODELS else query.model),
    )
