"""The draft as a form: each part can be put right, with the inputs of the ordinary form."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from domain.organisation import Area
from handlers import blocks
from handlers.conversation.ids import View
from handlers.conversation.payloads import DraftMetadata
from handlers.feature_request import views as inputs
from handlers.feature_request.account_input import account_input
from handlers.feature_request.ids import Field
from handlers.feature_request.payloads import FormState
from usecases.find_accounts import AccountMatch
from usecases.understanding.draft import Draft
from usecases.understanding.turns import chosen_account


def form(draft: Draft, metadata: DraftMetadata, *, areas: Sequence[Area], files: bool) -> dict[str, Any]:
    """The modal; `files` says that submitting files the request, instead of coming back to the card."""
    parts: list[Block] = [
        *_account(draft),
        inputs.title_input(draft.title, watched=False),
        inputs.priority_input(draft.priority),
        inputs.impact_input(draft.impact),
        inputs.arr_text_input(Field.ARR, draft.arr, hint=inputs.ARR_HINT),
        inputs.long_input(Field.USE_CASE, "Use case", "What do they want to achieve?", initial=draft.use_case),
        inputs.long_input(Field.WORKAROUND, "Workaround", "How do they manage today?", initial=draft.workaround),
        inputs.needed_by_input(draft.needed_by.isoformat() if draft.needed_by else None),
        inputs.area_input(areas),
        inputs.gitlab_input(),
    ]
    return blocks.modal(
        "Feature request" if files else "Edit",
        parts,
        callback_id=View.FORM if files else View.EDIT,
        submit="File it" if files else "Done",
        close="Cancel",
        metadata=metadata.model_dump_json(exclude_none=True),
    )


def _account(draft: Draft) -> list[Block]:
    known = draft.account
    chosen = None
    if known:
        chosen = AccountMatch(account_id=known.account_id, name=known.name, hints="", is_exact=True)
    shown = account_input(Field.ACCOUNT, chosen=chosen)
    if chosen is None and (name := draft.new_account or draft.unknown_account):
        return [
            shown,
            blocks.context(f"I do not find “{blocks.escaped(name)}” in the CRM: pick it, or type it to add it."),
        ]
    return [shown]


def changes(state: FormState, draft: Draft) -> dict[str, Any]:
    """What the form makes of the draft. An account that was not touched stays."""
    fields = state.fields()
    found: dict[str, Any] = {
        "title": fields.title,
        "priority": fields.priority,
        "impact": fields.impact,
        "arr": fields.arr,
        "use_case": fields.use_case,
        "workaround": fields.workaround,
        "needed_by": fields.needed_by,
        "by_renewal": draft.by_renewal and not fields.needed_by,
        "area_key": state.area_key,
        "gitlab_url": fields.gitlab_url,
    }
    if state.new_account:
        found |= {"account": None, "choices": (), "new_account": state.new_account, "unknown_account": None}
    elif state.account_id and (draft.account is None or draft.account.account_id != state.account_id):
        found |= chosen_account(state.account_id, "")
    return found
