"""What happens when somebody opens, fills and submits the form, or presses a button under a filed request."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.errors import InvalidInput
from domain.organisation import Organisation
from domain.text import clean_line
from handlers import errors
from handlers.blocks import as_json
from handlers.buttons import Button
from handlers.feature_request import ids, views
from handlers.feature_request.account_facts import BLOCK_ID, SEARCHING
from handlers.feature_request.account_input import account_options
from handlers.feature_request.ids import Field
from handlers.feature_request.payloads import FormMemory, FormMetadata, FormState, prefilled, submission, view_key
from usecases.account_searches import AccountSearches, Question
from usecases.change_request import ChangeRequest
from usecases.file_request import FileRequest
from usecases.find_accounts import AccountCard, FindAccounts
from usecases.suggest_gaps import SuggestGaps

# Codes of views.update that mean: the person is ahead of us, or gone. Nothing is lost by not redrawing.
_OVERTAKEN = {"hash_conflict", "not_found", "view_not_found"}


@dataclass(frozen=True, slots=True)
class FeatureRequestListeners:
    """Translate, call one use case, answer."""

    organisation: Organisation
    file_request: FileRequest
    change_request: ChangeRequest
    find_accounts: FindAccounts
    suggest_gaps: SuggestGaps
    account_searches: AccountSearches | None = None

    def register(self, app: App) -> None:
        # The hot one first: Bolt asks the listeners one after the other.
        app.view(ids.View.FORM)(self.receive_form)
        app.options(Field.ACCOUNT)(self.suggest_accounts)
        app.command(ids.COMMAND)(self.open_by_command)
        app.shortcut(ids.SHORTCUT)(self.open_by_shortcut)
        app.action(Button.OPEN_FORM)(self.open_by_button)
        app.action({"action_id": Field.ACCOUNT})(self.redraw)
        app.action({"action_id": Field.TITLE})(self.redraw)
        app.action(Button.EDIT_REQUEST)(self.open_correction)
        app.view(ids.View.CORRECTION)(self.receive_correction)
        app.action(ids.Action.WITHDRAW)(self.withdraw)

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        metadata = FormMetadata(channel_id=body["channel_id"], source="command")
        title = body.get("text") or ""
        try:
            self._open(body, client, metadata, title=title)
        except (SlackApiError, OSError) as refused:
            if not errors.slack_was_too_slow(refused):
                raise
            message = views.try_again(clean_line(title))
            ack(text=message.text, blocks=as_json(message.blocks))
        else:
            ack()

    def open_by_shortcut(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self._open(body, client, FormMetadata(source="shortcut"), title="")
        ack()

    def open_by_button(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        channel = (body.get("channel") or {}).get("id")
        value = body["actions"][0].get("value") or ""
        self._open(body, client, FormMetadata(channel_id=channel, source="button"), title=value)
        ack()

    def suggest_accounts(self, ack: Ack, body: dict[str, Any]) -> None:
        typed = clean_line(str(body.get("value") or ""))[:100]
        matches = self.find_accounts.matching(typed, by=body["user"]["id"])
        ack(options=account_options(matches, typed, asks_crm=self.account_searches is not None))

    def redraw(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """The account was chosen or the title changed: show what follows from it, if anything does."""
        ack()
        view = body.get("view")
        if not view or view.get("callback_id") != ids.View.FORM:
            return
        shown = self._form(view, by=body["user"]["id"])
        self._search(view, shown, by=body["user"]["id"])
        drawn = views.form(shown)
        if not _differs(drawn, view):
            return
        try:
            client.views_update(view_id=view["id"], hash=view["hash"], view=drawn)
        except SlackApiError as refused:
            if refused.response.get("error") not in _OVERTAKEN:
                raise

    def receive_form(self, ack: Ack, body: dict[str, Any]) -> None:
        try:
            self.file_request(submission(body))
        except InvalidInput as invalid:
            ack(response_action="errors", errors=FormState.read(body["view"]).by_block(invalid.fields))
            return
        ack()

    def open_correction(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        request = self.change_request.open(errors.id_in(body), by=body["user"]["id"])
        metadata = FormMetadata(request_id=request.request_id, version=request.version, source="edit")
        client.views_open(trigger_id=body["trigger_id"], view=views.correction(request, metadata))
        ack()

    def receive_correction(self, ack: Ack, body: dict[str, Any]) -> None:
        view = body["view"]
        state, metadata = FormState.read(view), FormMetadata.read(view.get("private_metadata"))
        try:
            self.change_request.correct(
                metadata.request_id or 0,
                expected_version=metadata.version or 0,
                fields=state.fields(),
                key=view_key(body),
                by=body["user"]["id"],
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors=state.by_block(invalid.fields))
            return
        ack()

    def withdraw(self, ack: Ack, body: dict[str, Any]) -> None:
        request_id = errors.id_in(body)
        self.change_request.withdraw(request_id, by=body["user"]["id"], response_url=body.get("response_url"))
        ack()

    def _open(self, body: dict[str, Any], client: WebClient, metadata: FormMetadata, *, title: str) -> None:
        user_id = body.get("user_id") or body["user"]["id"]
        line = clean_line(title)
        suggestions = self.suggest_gaps.like(line, by=user_id)
        shown = views.Form(metadata=metadata, areas=self.organisation.areas, title=line, suggestions=suggestions)
        client.views_open(trigger_id=body["trigger_id"], view=views.form(shown))

    def _form(self, view: dict[str, Any], *, by: str) -> views.Form:
        state, metadata = FormState.read(view), FormMetadata.read(view.get("private_metadata"))
        card = self._card(state, by=by)
        typed = state.text(Field.ARR)
        is_typed = bool(typed) and typed != metadata.prefilled_arr
        has_choice = state.chosen(Field.ACCOUNT) is not None
        return views.Form(
            metadata=prefilled(metadata.model_copy(update={"notice": None}) if has_choice else metadata, card),
            areas=self.organisation.areas,
            title=state.text(Field.TITLE),
            account=card,
            new_account=state.new_account,
            typed_arr=typed if is_typed else "",
            suggestions=self.suggest_gaps.like(state.text(Field.TITLE), by=by, keep=state.join_gap_id),
            joins=state.join_gap_id,
            searched=state.searched,
            account_block=state.blocks.get(Field.ACCOUNT, Field.ACCOUNT),
        )

    def _card(self, state: FormState, *, by: str) -> AccountCard | None:
        if state.account_id is None:
            return None
        return self.find_accounts.card(state.account_id, by=by, joins=state.join_gap_id)

    def _search(self, view: dict[str, Any], shown: views.Form, *, by: str) -> None:
        """Promise the search that was chosen, or forget the one that is not wanted any more."""
        if self.account_searches is None:
            return
        if shown.searched is not None:
            memory = FormMemory(
                metadata=shown.metadata, title=shown.title, typed_arr=shown.typed_arr, joins=shown.joins
            )
            question = Question(view_id=view["id"], user_id=by, typed=shown.searched, form=memory.dump())
            self.account_searches.ask(question)
        elif _was_searching(view):
            self.account_searches.forget(view["id"])


def _was_searching(view: dict[str, Any]) -> bool:
    """Tell whether the form, as it is on the screen, says that it waits."""
    return any(block.get("block_id") == SEARCHING for block in view.get("blocks") or [])


def _differs(drawn: dict[str, Any], view: dict[str, Any]) -> bool:
    """Tell whether what depends on the inputs would look different: updating for every keystroke would flicker."""
    return _dependent(drawn["blocks"]) != _dependent(view.get("blocks") or [])


def _dependent(found: list[dict[str, Any]]) -> list[Any]:
    shown: list[Any] = []
    for block in found:
        name = str(block.get("block_id", ""))
        if name in {BLOCK_ID, SEARCHING}:
            shown.append([element.get("text") for element in block.get("elements", [])])
        elif name == Field.SIMILAR:
            shown.append([(one["value"], one["text"]["text"]) for one in block["element"]["options"]])
        elif name.startswith((Field.ACCOUNT, Field.ARR, Field.OPPORTUNITY)):
            shown.append(name)
    return shown
