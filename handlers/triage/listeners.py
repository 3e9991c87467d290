"""What happens when somebody decides about a gap: one use case a button, and the card is redrawn by a job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput, NotFound
from domain.keys import gap_key, parse_gap_key
from domain.organisation import Organisation
from domain.words import GapState
from handlers import blocks, errors
from handlers.buttons import Button
from handlers.triage import views
from handlers.triage.ids import Action, Field, View
from usecases.merge_gaps import MergeGaps
from usecases.move_gap import MoveGap
from usecases.show_triage import ShowTriage
from usecases.triage import Triage

GapWord = Callable[[Ack, dict[str, Any], WebClient, int, str], None]


@dataclass(frozen=True, slots=True)
class TriageListeners:
    """Translate, call one use case, answer."""

    organisation: Organisation
    triage: Triage
    move_gap: MoveGap
    merge_gaps: MergeGaps
    show: ShowTriage

    def register(self, app: App) -> None:
        app.action(Action.OPEN)(self.open)
        app.action(Action.TAKE)(self.take)
        app.action(Action.BACKLOG)(self.backlog)
        app.action(Action.WAIT)(self.wait)
        app.action(Action.PLAN)(self.open_plan)
        app.action(Action.ASK)(self.open_ask)
        app.action(Action.DUPLICATE)(self.open_duplicate)
        app.action(Action.TRANSFER)(self.open_transfer)
        app.action(Action.DECLINE)(self.open_decline)
        app.action(Button.UNMERGE)(self.unmerge_by_button)
        app.action(Action.ANSWER)(self.open_answer)
        app.view(View.ANSWER)(self.receive_answer)
        app.view(View.PLAN)(self.receive_plan)
        app.view(View.ASK)(self.receive_question)
        app.view(View.DUPLICATE)(self.receive_duplicate)
        app.view(View.TRANSFER)(self.receive_transfer)
        app.view(View.DECLINE)(self.receive_decline)

    @property
    def words(self) -> Mapping[str, GapWord]:
        """What is answered of `/gap GAP-42 WORD`."""
        return {"triage": self.open_by_command, "unmerge": self.unmerge, "swap": self.swap}

    def unmerge(self, ack: Ack, body: dict[str, Any], _client: WebClient, gap_id: int, _rest: str) -> None:
        """Make a merged gap stand for itself again."""
        by = body["user_id"]
        fate = self.merge_gaps.undo(self.merge_gaps.merge_of(gap_id, by=by), by=by)
        ack(views.taken_out(gap_id, fate))

    def unmerge_by_button(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        gap_id, by = errors.id_in(body), body["user"]["id"]
        fate = self.merge_gaps.undo(self.merge_gaps.merge_of(gap_id, by=by), by=by)
        note = blocks.modal("Taken out", [blocks.section(views.taken_out(gap_id, fate))], callback_id="note")
        _show(body, client, note)
        ack()

    def swap(self, ack: Ack, body: dict[str, Any], _client: WebClient, gap_id: int, _rest: str) -> None:
        """Let a merged gap be the one that survives."""
        by = body["user_id"]
        self.merge_gaps.swap(self.merge_gaps.merge_of(gap_id, by=by), by=by)
        ack(f"{gap_key(gap_id)} is the one that survives now.")

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        shown = self.triage.card(gap_id, by=body["user_id"])
        view = views.card_modal(shown, organisation=self.organisation)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def open(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        shown = self.triage.card(errors.id_in(body), by=body["user"]["id"])
        _show(body, client, views.card_modal(shown, organisation=self.organisation))
        ack()

    def take(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self.triage.take(errors.id_in(body), by=body["user"]["id"])
        self._redraw(body, client)
        ack()

    def backlog(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self._move(errors.id_in(body), GapState.BACKLOG, body)
        self._redraw(body, client)
        ack()

    def wait(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self.triage.wait_for_demand(errors.id_in(body), by=body["user"]["id"])
        self._redraw(body, client)
        ack()

    def open_plan(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        shown = self.triage.card(errors.id_in(body), by=body["user"]["id"])
        _show(body, client, views.plan_form(shown))
        ack()

    def open_ask(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        _show(body, client, views.ask_form(self._allowed(body)))
        ack()

    def open_duplicate(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        shown = self.triage.card(errors.id_in(body), by=body["user"]["id"])
        _show(body, client, views.duplicate_form(shown))
        ack()

    def open_transfer(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        _show(body, client, views.transfer_form(self._allowed(body), self.organisation.areas))
        ack()

    def open_decline(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        _show(body, client, views.decline_form(self._allowed(body)))
        ack()

    def open_answer(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        found, title = self.triage.asked(errors.id_in(body), by=body["user"]["id"])
        form = views.answer_form(found.id, key=gap_key(found.gap_id), title=title, text=found.text)
        _show(body, client, form)
        ack()

    def receive_answer(self, ack: Ack, body: dict[str, Any]) -> None:
        by, text = body["user"]["id"], _value(body, Field.ANSWER)
        try:
            gap_id = self.triage.answer_question(_gap_of(body), text=text, by=by)
        except InvalidInput as invalid:
            ack(response_action="errors", errors={Field.ANSWER: invalid.sentence})
            return
        self.show.redraw(gap_id, by=by)
        ack(response_action="clear")

    def receive_plan(self, ack: Ack, body: dict[str, Any]) -> None:
        self._move(_gap_of(body), GapState.PLANNED, body)
        self._done(ack, body)

    def receive_question(self, ack: Ack, body: dict[str, Any]) -> None:
        text = _value(body, Field.QUESTION)
        self._kept(ack, body, Field.QUESTION, lambda gap, by: self.triage.ask(gap, text=text, by=by))

    def receive_duplicate(self, ack: Ack, body: dict[str, Any]) -> None:
        def merge(gap_id: int, by: str) -> None:
            self.triage.card(gap_id, by=by)
            said = _chosen(body, Field.INTO) or _value(body, Field.KEY)
            try:
                into = parse_gap_key(said)
            except NotFound as unreadable:
                raise InvalidInput({"into": unreadable.sentence}) from unreadable
            self.merge_gaps.merge(gap_id, into=into, by=by)

        self._kept(ack, body, Field.KEY, merge)

    def receive_transfer(self, ack: Ack, body: dict[str, Any]) -> None:
        area = _chosen(body, Field.AREA)
        self._kept(ack, body, Field.AREA, lambda gap, by: self.triage.transfer(gap, area_key=area, by=by))

    def receive_decline(self, ack: Ack, body: dict[str, Any]) -> None:
        reason = _value(body, Field.REASON)
        self._kept(ack, body, Field.REASON, lambda gap, by: self._decline(gap, by, reason))

    def _allowed(self, body: Mapping[str, Any]) -> int:
        """The gap of the button, for somebody who may decide about it."""
        return self.triage.card(errors.id_in(body), by=body["user"]["id"]).gap.gap_id

    def _decline(self, gap_id: int, by: str, reason: str) -> None:
        self.move_gap(gap_id, wanted=GapState.DECLINED, by=by, reason=reason, wording="", merged_into=None)

    def _move(self, gap_id: int, wanted: GapState, body: Mapping[str, Any]) -> None:
        self.move_gap(gap_id, wanted=wanted, by=body["user"]["id"], reason="", wording="", merged_into=None)

    def _kept(self, ack: Ack, body: dict[str, Any], block: Field, act: Callable[[int, str], None]) -> None:
        """Act on a form; what is wrong is said beside its input."""
        try:
            act(_gap_of(body), body["user"]["id"])
        except InvalidInput as invalid:
            ack(response_action="errors", errors={block: invalid.sentence})
            return
        self._done(ack, body)

    def _done(self, ack: Ack, body: dict[str, Any]) -> None:
        self.show.redraw(_gap_of(body), by=body["user"]["id"])
        ack(response_action="clear")

    def _redraw(self, body: dict[str, Any], client: WebClient) -> None:
        """Show what became of it: in the modal at once, in messages and on the Home tab by jobs."""
        gap_id = errors.id_in(body)
        self.show.redraw(gap_id, by=body["user"]["id"])
        view = body.get("view") or {}
        if view.get("callback_id") == "triage.card":
            shown = views.card_modal(self.triage.card(gap_id), organisation=self.organisation)
            client.views_update(view_id=view["id"], view=shown)


def _show(body: Mapping[str, Any], client: WebClient, view: dict[str, Any]) -> None:
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if in_modal else client.views_open
    show(trigger_id=body["trigger_id"], view=view)


def _gap_of(body: Mapping[str, Any]) -> int:
    text = str(body["view"].get("private_metadata") or "")
    if text.isascii() and text.isdigit() and len(text) <= 18:  # noqa: PLR2004  64 bits
        return int(text)
    raise NotFound("This form is too old for me, and nothing was stored. Please start again.")


def _input(body: Mapping[str, Any], field: Field) -> Mapping[str, Any]:
    values = body["view"].get("state", {}).get("values", {})
    found = values.get(field, {}).get(field, {})
    return found if isinstance(found, dict) else {}


def _value(body: Mapping[str, Any], field: Field) -> str:
    return str(_input(body, field).get("value") or "")


def _chosen(body: Mapping[str, Any], field: Field) -> str:
    return str((_input(body, field).get("selected_option") or {}).get("value") or "")
