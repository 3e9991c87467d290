"""What happens when somebody splits a gap."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput, NotFound
from domain.keys import gap_key
from handlers import errors
from handlers.buttons import Button
from handlers.feature_request.payloads import view_key
from handlers.split import views
from handlers.split.ids import Action, Field, View
from handlers.split.payloads import chosen_requests, typed_title
from usecases.split_gap import SplitGap

GapWord = Callable[[Ack, dict[str, Any], WebClient, int, str], None]
_BLOCKS = {"title": Field.TITLE, "requests": Field.REQUESTS}


@dataclass(frozen=True, slots=True)
class SplitListeners:
    """Translate, call one use case, answer."""

    split_gap: SplitGap

    def register(self, app: App) -> None:
        app.action(Button.SPLIT_GAP)(self.open)
        app.options(Field.REQUESTS)(self.suggest)
        app.view(View.FORM)(self.receive)
        app.action(Action.UNDO)(self.undo)

    @property
    def words(self) -> Mapping[str, GapWord]:
        """What is answered of `/gap GAP-42 WORD`."""
        return {"split": self.open_by_command, "unsplit": self.undo_by_command}

    def open(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        form = views.form(self.split_gap.open(errors.id_in(body), by=body["user"]["id"]))
        in_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        show(trigger_id=body["trigger_id"], view=form)
        ack()

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        form = views.form(self.split_gap.open(gap_id, by=body["user_id"]))
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    def suggest(self, ack: Ack, body: dict[str, Any]) -> None:
        found = self.split_gap.open(_gap_of(body), by=body["user"]["id"], words=str(body.get("value") or ""))
        ack(options=[one.to_dict() for one in views.options(found)])

    def receive(self, ack: Ack, body: dict[str, Any]) -> None:
        view = body["view"]
        try:
            result = self.split_gap(
                _gap_of(body),
                request_ids=chosen_requests(view),
                title=typed_title(view),
                by=body["user"]["id"],
                key=view_key(body),
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors={_BLOCKS[name]: said for name, said in invalid.fields.items()})
            return
        ack(response_action="update", view=views.done(result))

    def undo(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        gap_id = errors.id_in(body)
        into = self.split_gap.undo(gap_id, by=body["user"]["id"])
        client.views_update(view_id=body["view"]["id"], view=views.undone(gap_id, into=into))
        ack()

    def undo_by_command(self, ack: Ack, body: dict[str, Any], _client: WebClient, gap_id: int, _rest: str) -> None:
        into = self.split_gap.undo(gap_id, by=body["user_id"])
        ack(f"{gap_key(gap_id)} is part of {gap_key(into)} again, with everything that it had.")


def _gap_of(body: Mapping[str, Any]) -> int:
    text = str(body["view"].get("private_metadata") or "")
    if text.isascii() and text.isdigit() and len(text) <= 18:  # noqa: PLR2004  64 bits
        return int(text)
    raise NotFound("This form is too old for me, and nothing was stored. Please start again.")
