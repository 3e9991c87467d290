"""What happens when somebody writes to us, answers by a button, or points at a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput, NotFound
from domain.organisation import Organisation
from domain.text import clean_line
from handlers.conversation import ids
from handlers.conversation.form import changes, form
from handlers.conversation.ids import Action
from handlers.conversation.payloads import DraftMetadata, TurnButton, message_ts
from handlers.conversation.views import NEW_GAP
from handlers.feature_request.account_input import account_options
from handlers.feature_request.ids import KNOWN_ACCOUNT, NEW_ACCOUNT
from handlers.feature_request.payloads import FormState
from storage.conversations import Origin
from usecases.converse import Converse
from usecases.find_accounts import FindAccounts
from usecases.point_at_message import PointAtMessage


@dataclass(frozen=True, slots=True)
class ConversationListeners:
    """Translate, call one use case, answer."""

    organisation: Organisation
    converse: Converse
    find_accounts: FindAccounts
    point: PointAtMessage

    def register(self, app: App) -> None:
        for one in ids.ROWS:
            app.action(one)(self.choose)
        app.action(Action.JOIN)(self.choose)
        app.action(Action.NEW_ACCOUNT)(self.add_account)
        app.action(Action.FIND_ACCOUNT)(self.pick_account)
        app.options(Action.FIND_ACCOUNT)(self.suggest_accounts)
        app.action(Action.FILE)(self.file)
        app.action(Action.CANCEL)(self.cancel)
        app.action(Action.EDIT)(self.edit)
        app.view(ids.View.EDIT)(self.receive_edit)
        app.view(ids.View.FORM)(self.receive_form)
        app.shortcut(ids.MESSAGE_SHORTCUT)(self.open_for_message)
        app.event("reaction_added")(self.reacted)

    def choose(self, ack: Ack, body: dict[str, Any]) -> None:
        pressed, by, ts = TurnButton.read(body), body["user"]["id"], message_ts(body)
        row = str(body["actions"][0]["action_id"]).partition(":")[0]
        if row == ids.ACCOUNT:
            self.converse.name_account(pressed.conversation, _number(pressed.choice), by=by, ts=ts)
        else:
            self.converse.choose(pressed.conversation, _chosen(row, pressed.choice), by=by, ts=ts)
        ack()

    def add_account(self, ack: Ack, body: dict[str, Any]) -> None:
        pressed, by = TurnButton.read(body), body["user"]["id"]
        _, draft = self.converse.open(pressed.conversation, by=by)
        self._name_new(pressed.conversation, draft.unknown_account or "", by=by, ts=message_ts(body))
        ack()

    def suggest_accounts(self, ack: Ack, body: dict[str, Any]) -> None:
        typed = clean_line(str(body.get("value") or ""))[:100]
        matches = self.find_accounts.matching(typed, by=body["user"]["id"])
        ack(options=account_options(matches, typed))

    def pick_account(self, ack: Ack, body: dict[str, Any]) -> None:
        action, by, ts = body["actions"][0], body["user"]["id"], message_ts(body)
        conversation = _number(str(action.get("block_id") or "").split(".")[1:2])
        value = str((action.get("selected_option") or {}).get("value") or "")
        if value.startswith(KNOWN_ACCOUNT):
            account = _number(value.removeprefix(KNOWN_ACCOUNT))
            self.converse.name_account(conversation, account, by=by, ts=ts)
        elif value.startswith(NEW_ACCOUNT):
            self._name_new(conversation, value.removeprefix(NEW_ACCOUNT), by=by, ts=ts)
        ack()

    def file(self, ack: Ack, body: dict[str, Any]) -> None:
        self.converse.file(TurnButton.read(body).conversation, by=body["user"]["id"], ts=message_ts(body))
        ack()

    def cancel(self, ack: Ack, body: dict[str, Any]) -> None:
        self.converse.cancel(TurnButton.read(body).conversation, by=body["user"]["id"], ts=message_ts(body))
        ack()

    def edit(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        pressed = TurnButton.read(body)
        _, draft = self.converse.open(pressed.conversation, by=body["user"]["id"])
        metadata = DraftMetadata(conversation=pressed.conversation, ts=message_ts(body))
        view = form(draft, metadata, areas=self.organisation.areas, files=False)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def receive_edit(self, ack: Ack, body: dict[str, Any]) -> None:
        self._keep(body)
        ack()

    def receive_form(self, ack: Ack, body: dict[str, Any]) -> None:
        metadata = self._keep(body)
        try:
            self.converse.file(metadata.conversation, by=body["user"]["id"], ts=None)
        except InvalidInput as invalid:
            ack(response_action="errors", errors=FormState.read(body["view"]).by_block(invalid.fields))
            return
        ack()

    def open_for_message(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        conversation = self.point.by_shortcut(
            text=_text(body["message"]), origin=_origin(body), by=body["user"]["id"], key=_shortcut_key(body)
        )
        _, draft = self.converse.open(conversation, by=body["user"]["id"])
        metadata = DraftMetadata(conversation=conversation)
        view = form(draft, metadata, areas=self.organisation.areas, files=True)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def reacted(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        item = event.get("item") or {}
        if item.get("type") == "message":
            self.point.by_reaction(
                str(event.get("reaction")),
                by=str(event.get("user")),
                channel_id=str(item.get("channel")),
                ts=str(item.get("ts")),
                key=f"event:{body.get('team_id')}:{body['event_id']}"[:200],
            )

    def _name_new(self, conversation: int, name: str, *, by: str, ts: str | None) -> None:
        values = {"account": None, "choices": (), "new_account": name[:255] or None, "unknown_account": None}
        self.converse.choose(conversation, values, by=by, ts=ts)

    def _keep(self, body: dict[str, Any]) -> DraftMetadata:
        """Keep what the form says; what is wrong with it is found when it is filed."""
        view, by = body["view"], body["user"]["id"]
        metadata, state = DraftMetadata.read(view.get("private_metadata")), FormState.read(view)
        _, draft = self.converse.open(metadata.conversation, by=by)
        found = changes(state, draft)
        account = found.pop("account", None) if found.get("account") else None
        if account is not None:
            self.converse.name_account(metadata.conversation, account.account_id, by=by, ts=None)
            found = {name: value for name, value in found.items() if name not in _OF_ACCOUNT}
        self.converse.choose(metadata.conversation, found, by=by, ts=metadata.ts)
        return metadata


_OF_ACCOUNT = frozenset({"account", "choices", "new_account", "unknown_account", "opportunity_id"})


def _chosen(row: str, choice: str) -> dict[str, Any]:
    match row:
        case ids.PRIORITY:
            return {"priority": choice}
        case ids.IMPACT:
            return {"impact": choice}
        case _:
            return {"joins": None if choice == NEW_GAP else _number(choice)}


def _number(said: object) -> int:
    """A number of ours; raise `NotFound` for anything else."""
    text = str(said[0]) if isinstance(said, list) and said else str(said)
    if text.isascii() and text.isdigit() and len(text) <= 18:  # noqa: PLR2004  64 bits
        return int(text)
    raise NotFound("This button is too old for me. Please start again.")


def _origin(body: Mapping[str, Any]) -> Origin:
    message = body["message"]
    ts = str(message["ts"])
    author = message.get("user")
    return Origin(
        channel_id=str(body["channel"]["id"]),
        ts=ts,
        thread_ts=str(message.get("thread_ts") or ts),
        author_id=author if isinstance(author, str) else None,
    )


def _text(message: Mapping[str, Any]) -> str:
    text = message.get("text")
    return text if isinstance(text, str) else ""


def _shortcut_key(body: Mapping[str, Any]) -> str:
    team = (body.get("team") or {}).get("id")
    return f"shortcut:{team}:{body.get('action_ts') or body.get('trigger_id')}"[:200]
