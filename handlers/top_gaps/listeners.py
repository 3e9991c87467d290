"""What happens on `/top-gaps`, on the buttons under the list, and on its forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import NotFound
from domain.gap_query import GapQuery
from domain.organisation import Organisation
from handlers.messages import Message
from handlers.top_gaps import filter_form, ids, view_answers, views
from handlers.top_gaps.commands import Command, Verb, read_command
from handlers.top_gaps.payloads import FormOrigin, PageLink, chosen_row, typed_query
from usecases.list_gaps import ListGaps
from usecases.read_gap_query import NotUnderstood
from usecases.saved_views import SavedViews
from usecases.turn_page import TurnPage

OpenRow = Callable[[dict[str, Any], WebClient, int, str], None]
"""Opens something of a gap on a click: the click's body, the client, the gap, and the query of the list."""
Spoken = Callable[[Ack, dict[str, Any], WebClient], None]
"""Answers `/top-gaps WORD …` for a conversation of its own."""


@dataclass(frozen=True, slots=True)
class TopGapsListeners:
    """Answer with a page of the ranking, to the person who asked alone.

    `rows` is what a line's menu opens, `verbs` what other conversations answer for a first word.
    """

    organisation: Organisation
    list_gaps: ListGaps
    saved_views: SavedViews
    turn_page: TurnPage
    rows: Mapping[ids.Row, OpenRow]
    verbs: Mapping[str, Spoken] = field(default_factory=dict)

    def register(self, app: App) -> None:
        app.command(ids.COMMAND)(self.command)
        for name in (ids.Action.NEXT, ids.Action.PREVIOUS, ids.Action.SHOW_TABLE, ids.Action.SHOW_LIST):
            app.action(name)(self.turn)
        app.action(ids.Action.ROW)(self.open_row)
        app.action(ids.Action.FILTER)(self.open_filters)
        app.view(ids.View.FILTERS)(self.receive_filters)
        app.action(ids.Action.SAVE)(self.open_save)
        app.view(ids.View.SAVE)(self.receive_save)
        app.action(ids.Action.CSV)(self.send_csv)

    def command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        text, by = body.get("text") or "", body["user_id"]
        spoken = self.verbs.get(text.strip().partition(" ")[0].lower())
        if spoken is not None:
            spoken(ack, body, client)
            return
        message = self._answer(read_command(text), by=by, response_url=body.get("response_url") or "")
        ack(**views.as_answer(message, replace=False))

    def _answer(self, command: Command, *, by: str, response_url: str) -> Message:
        match command.verb:
            case Verb.SAVE | Verb.SHARE:
                is_shared = command.verb is Verb.SHARE
                query = self.saved_views.save(command.name, command.rest, by=by, is_shared=is_shared)
                return view_answers.saved(command.name, query, is_shared=is_shared)
            case Verb.FORGET:
                return view_answers.forgotten(self.saved_views.forget(command.name, by=by))
            case Verb.VIEWS:
                return view_answers.listed(self.saved_views.list(by=by))
            case Verb.HELP:
                self.saved_views.list(by=by)  # the door
                return view_answers.explained()
            case Verb.CSV:
                self.turn_page.send_csv(self.saved_views.query(command.rest, by=by), by=by, key=None)
                return view_answers.file_follows()
            case Verb.SHOW | Verb.TABLE:
                return self._list(command, by=by, response_url=response_url)

    def _list(self, command: Command, *, by: str, response_url: str) -> Message:
        """The first page; where ranking takes longer than Slack waits, a promise of it."""
        query, is_table = self.saved_views.query(command.rest, by=by), command.verb is Verb.TABLE
        if response_url and not self.list_gaps.is_quick(query, by=by):
            self.turn_page(query, page=0, is_table=is_table, by=by, response_url=response_url)
            return view_answers.list_follows()
        shown = self.list_gaps.page(query, by=by, page=0)
        return views.ranked_list(shown, organisation=self.organisation, is_table=is_table)

    def turn(self, ack: Ack, body: dict[str, Any]) -> None:
        link, by = PageLink.read(body["actions"][0].get("value")), body["user"]["id"]
        query = self.saved_views.query(link.text, by=by)
        address = body.get("response_url") or ""
        self.turn_page(query, page=link.page, is_table=link.is_table, by=by, response_url=address)
        ack()

    def open_row(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        row, gap_id, query = chosen_row(body["actions"][0])
        self.rows[row](body, client, gap_id, query)
        ack()

    def open_filters(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        link, query = self._link(body)
        origin = FormOrigin(response_url=body.get("response_url") or "", is_table=link.is_table)
        form = filter_form.filter_form(query, origin, organisation=self.organisation)
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    def receive_filters(self, ack: Ack, body: dict[str, Any]) -> None:
        view, by = body["view"], body["user"]["id"]
        origin = FormOrigin.read(view.get("private_metadata"))
        try:
            query = self.saved_views.query(typed_query(view.get("state") or {}), by=by)
        except NotUnderstood as refused:
            ack(response_action="errors", errors={_field_of(refused): refused.sentence})
            return
        if not origin.response_url:
            raise NotFound("I lost the list that this form is over. Type `/top-gaps` again.")
        self.turn_page(query, page=0, is_table=origin.is_table, by=by, response_url=origin.response_url)
        ack()

    def open_save(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        _, query = self._link(body)
        may_share = self.saved_views.may_share(by=body["user"]["id"])
        form = view_answers.save_form(FormOrigin(query=str(query)), may_share=may_share)
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    def receive_save(self, ack: Ack, body: dict[str, Any]) -> None:
        view = body["view"]
        origin = FormOrigin.read(view.get("private_metadata"))
        values = (view.get("state") or {}).get("values", {})
        name = str(values.get(ids.Field.NAME, {}).get(ids.Field.NAME, {}).get("value") or "")
        chosen = values.get(ids.Field.SHARED, {}).get(ids.Field.SHARED, {}).get("selected_options")
        try:
            self.saved_views.save(name, origin.query, by=body["user"]["id"], is_shared=bool(chosen))
        except NotUnderstood as refused:
            ack(response_action="errors", errors={ids.Field.NAME.value: refused.sentence})
            return
        ack()

    def send_csv(self, ack: Ack, body: dict[str, Any]) -> None:
        _, query = self._link(body)
        click = f"{body['user']['id']}:{body['actions'][0].get('action_ts') or body.get('trigger_id')}"
        self.turn_page.send_csv(query, by=body["user"]["id"], key=f"csv:{click}"[:200])
        ack()

    def _link(self, body: dict[str, Any]) -> tuple[PageLink, GapQuery]:
        link = PageLink.read(body["actions"][0].get("value"))
        return link, self.saved_views.query(link.text, by=body["user"]["id"])


def _field_of(refused: NotUnderstood) -> str:
    """The input that a sentence about `since:` belongs to."""
    named = next((one for one in ids.Field if f"`{one.removeprefix('filter_')}:" in refused.sentence), None)
    if named is None and "a page" in refused.sentence:
        named = ids.Field.SIZE
    return (named or ids.Field.WORDS).value
