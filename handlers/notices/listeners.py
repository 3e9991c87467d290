"""Moving gaps, noting promises, following, and how somebody wants to hear of it all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput
from domain.keys import gap_key
from domain.transitions import TransitionRefused
from domain.words import GapState
from handlers import errors
from handlers.buttons import Button
from handlers.notices import forms, ids
from handlers.notices.ids import Field
from usecases.keep_promises import KeepPromises
from usecases.move_gap import MoveGap
from usecases.tell_of_changes import TellOfChanges

GapWord = Callable[[Ack, dict[str, Any], WebClient, int, str], None]
"""Answers `/gap GAP-42 WORD rest`."""


@dataclass(frozen=True, slots=True)
class NoticeListeners:
    """Translate, call one use case, answer. Messages follow as jobs."""

    move_gap: MoveGap
    promises: KeepPromises
    tell: TellOfChanges

    def register(self, app: App) -> None:
        app.action(Button.MOVE_GAP)(self.open_move)
        app.view(ids.View.MOVE)(self.receive_move)
        app.view(ids.View.PROMISE)(self.receive_promise)
        app.action(ids.Action.PREFER)(self.prefer)

    @property
    def words(self) -> Mapping[str, GapWord]:
        """What is answered of `/gap GAP-42 WORD`."""
        return {
            "move": self.move_by_command,
            "ship": self.ship_by_command,
            "follow": self.follow_by_command,
            "promise": self.promise_by_command,
        }

    def open_move(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        form = forms.move_form(self.move_gap.open(errors.id_in(body), by=body["user"]["id"]))
        in_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        show(trigger_id=body["trigger_id"], view=form)
        ack()

    def move_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        self._open_move(ack, body, client, gap_id, None)

    def ship_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        self._open_move(ack, body, client, gap_id, GapState.SHIPPED)

    def receive_move(self, ack: Ack, body: dict[str, Any]) -> None:
        view, by = body["view"], body["user"]["id"]
        gap_id = forms.moved_gap(view)
        self.move_gap.open(gap_id, by=by)  # the door comes before what was filled in
        try:
            self.move_gap(
                gap_id,
                wanted=forms.wanted_state(view),
                by=by,
                reason=forms.text(view, Field.REASON),
                wording=forms.text(view, Field.WORDING),
                merged_into=forms.merged_into(view),
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors=invalid.fields)
            return
        except TransitionRefused as refused:
            ack(response_action="errors", errors={Field.STATE.value: refused.sentence})
            return
        ack()

    def follow_by_command(
        self,
        ack: Ack,
        body: dict[str, Any],
        client: WebClient,  # noqa: ARG002  the shape of a word
        gap_id: int,
        _rest: str,
    ) -> None:
        follows = self.tell.follow(gap_id, by=body["user_id"])
        key = gap_key(gap_id)
        ack(f"You hear what becomes of {key} from now on." if follows else f"You no longer follow {key}.")

    def promise_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        by = body["user_id"]
        form = forms.promise_form(gap_id, self.promises.choices(gap_id, by=by), by=by)
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    def receive_promise(self, ack: Ack, body: dict[str, Any]) -> None:
        view = body["view"]
        try:
            self.promises.note(
                forms.chosen_request(view),
                promised_on=forms.picked(view, Field.PROMISED_ON),
                promised_by=forms.picked(view, Field.PROMISED_BY),
                by=body["user"]["id"],
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors=invalid.fields)
            return
        ack()

    def prefer(self, ack: Ack, body: dict[str, Any]) -> None:
        option = body["actions"][0].get("selected_option") or {}
        self.tell.prefer(str(option.get("value") or ""), by=body["user"]["id"])
        ack()

    def _open_move(
        self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, wanted: GapState | None
    ) -> None:
        gap = self.move_gap.open(gap_id, by=body["user_id"])
        client.views_open(trigger_id=body["trigger_id"], view=forms.move_form(gap, wanted=wanted))
        ack()
