"""The form, and the messages about a filed request. Values in, Block Kit out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from domain.organisation import Area
from domain.text import shortened
from domain.words import Impact, Priority
from handlers import blocks
from handlers.buttons import Button
from handlers.feature_request import ids
from handlers.feature_request.account_facts import SEARCHING, account_facts, account_note
from handlers.feature_request.account_input import account_input
from handlers.feature_request.ids import Field
from handlers.feature_request.payloads import FormMetadata
from handlers.messages import Message
from usecases.change_request import StoredRequest
from usecases.find_accounts import AccountCard, AccountMatch, OpportunityChoice
from usecases.request_fields import TEXT_LENGTH, TITLE_LENGTH
from usecases.suggest_gaps import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Everything the form shows beyond what people type into it."""

    metadata: FormMetadata
    areas: Sequence[Area]
    title: str = ""
    account: AccountCard | None = None
    new_account: str | None = None
    typed_arr: str = ""
    suggestions: Sequence[Suggestion] = ()
    joins: int | None = None
    searched: str | None = None
    account_block: str = Field.ACCOUNT
    chosen: AccountMatch | None = None
    """Chosen for the person, who asked for a search."""
    keeps_arr: bool = False
    """Nobody knows what the person has typed as ARR by now; Slack keeps it in the input, if that stays the same one."""


def form(shown: Form) -> dict[str, Any]:
    """The modal of `/feature-request`. Re-rendering it keeps what was typed: block and action ids stay the same."""
    parts: list[Block] = [
        account_input(shown.account_block, chosen=shown.chosen),
        *_below_the_account(shown),
        title_input(shown.title),
        *_similar(shown),
        priority_input(None),
        impact_input(None),
        _arr_input(shown),
        *opportunity_input(shown.account.opportunities if shown.account else (), shown.account, None),
        long_input(Field.USE_CASE, "Use case", "What do they want to achieve? What happens today?"),
        long_input(Field.WORKAROUND, "Workaround", "How do they manage today? Leave empty for P0."),
        needed_by_input(None),
        area_input(shown.areas),
        gitlab_input(),
    ]
    return blocks.modal(
        "Feature request",
        parts,
        callback_id=ids.View.FORM,
        submit="File it",
        close="Cancel",
        metadata=shown.metadata.dump(),
    )


def correction(request: StoredRequest, metadata: FormMetadata) -> dict[str, Any]:
    """The same form for a stored request: the account and the gap stay, the rest can be put right."""
    parts: list[Block] = [
        blocks.context(
            f"*{blocks.escaped(request.account)}* asks for *{blocks.escaped(request.gap_title)}*. "
            "To change either, withdraw this request and file it again."
        ),
        title_input(request.title, watched=False),
        priority_input(request.priority),
        impact_input(request.impact),
        arr_text_input(
            Field.ARR,
            request.arr.exact() if request.arr else "",
            hint=_crm_hint(request.arr_crm.exact()) if request.arr_crm else ARR_HINT,
        ),
        *opportunity_input(request.opportunities, None, request.opportunity_id),
        long_input(Field.USE_CASE, "Use case", "What do they want to achieve?", initial=request.use_case),
        long_input(Field.WORKAROUND, "Workaround", "How do they manage today?", initial=request.workaround),
        needed_by_input(request.needed_by.isoformat() if request.needed_by else None),
        gitlab_input(),
    ]
    return blocks.modal(
        "Edit request",
        parts,
        callback_id=ids.View.CORRECTION,
        submit="Save",
        close="Cancel",
        metadata=metadata.dump(),
    )


def try_again(title: str) -> Message:
    """Slack was too slow to open the form; what was typed waits in the button."""
    sentence = "Slack took too long to open the form. Nothing is lost: the button opens it with what you typed."
    opener = blocks.button("Open the form", action_id=Button.OPEN_FORM, value=shortened(title, 300) or None)
    return Message(text=sentence, blocks=[blocks.section(sentence), blocks.actions(opener, block_id="try_again")])


def _below_the_account(shown: Form) -> list[Block]:
    if shown.searched is not None:
        return [account_note(f"Searching Salesforce for “{shown.searched}” …", block_id=SEARCHING)]
    if shown.metadata.notice is not None:
        return [account_note(shown.metadata.notice)]
    return account_facts(shown.account, shown.new_account)


def title_input(initial: str, *, watched: bool = True) -> InputBlock:
    return InputBlock(
        block_id=Field.TITLE,
        label="What is missing?",
        hint="A few words that everyone may read. Leave the customer’s name out.",
        dispatch_action=watched or None,
        element=PlainTextInputElement(
            action_id=Field.TITLE,
            initial_value=shortened(initial, TITLE_LENGTH) or None,
            max_length=TITLE_LENGTH,
            placeholder="For example: SCIM provisioning for groups",
            dispatch_action_config=(
                DispatchActionConfig(trigger_actions_on=["on_character_entered"]) if watched else None
            ),
        ),
    )


def _similar(shown: Form) -> list[Block]:
    """Offer the gaps that look alike. The block's id changes with the offer, the choice is rendered into it."""
    if not shown.suggestions:
        return []
    who = shown.account.name if shown.account else shown.new_account or "your account"
    options = [
        blocks.option(
            f"{one.key}: {one.title}", f"{ids.JOIN}{one.gap_id}", description=f"{_asking(one)}. Add {who} to this one"
        )
        for one in shown.suggestions
    ]
    options.append(blocks.option("None of these: it is a new gap", ids.NEW_GAP))
    chosen = next((one for one in options if one.value == f"{ids.JOIN}{shown.joins}"), None)
    return [
        InputBlock(
            block_id=Field.SIMILAR,
            label="Is it one of these?",
            optional=True,
            element=RadioButtonsElement(action_id=Field.SIMILAR, options=options, initial_option=chosen),
        )
    ]


def _asking(suggestion: Suggestion) -> str:
    return "1 account asks" if suggestion.accounts == 1 else f"{suggestion.accounts} accounts ask"


def priority_input(initial: Priority | None) -> InputBlock:
    options = [blocks.option(one.label, one.value, description=one.test) for one in Priority]
    return InputBlock(
        block_id=Field.PRIORITY,
        label="Priority",
        element=RadioButtonsElement(
            action_id=Field.PRIORITY, options=options, initial_option=_initial(options, initial)
        ),
    )


def impact_input(initial: Impact | None) -> InputBlock:
    options = [blocks.option(one.label, one.value) for one in Impact]
    return InputBlock(
        block_id=Field.IMPACT,
        label="What is at stake?",
        element=StaticSelectElement(
            action_id=Field.IMPACT,
            options=options,
            placeholder="Choose",
            initial_option=_initial(options, initial),
        ),
    )


ARR_HINT = "A year’s worth. Write it as you like: 250k, €1.2m, 120,000."


def _arr_input(shown: Form) -> InputBlock:
    card = shown.account
    if shown.keeps_arr:
        known = card.arr.original.exact() if card and card.arr else None
        return arr_text_input(Field.ARR, shown.typed_arr, hint=_crm_hint_if_empty(known) if known else ARR_HINT)
    # A new block id makes Slack take the initial value: that is how choosing an account fills its ARR in.
    block_id = f"{Field.ARR}.{card.account_id}" if card else Field.ARR
    if card and card.arr:
        known = card.arr.original.exact()
        return arr_text_input(block_id, shown.typed_arr or known, hint=_crm_hint(known))
    return arr_text_input(block_id, shown.typed_arr, hint=ARR_HINT)


def _crm_hint(known: str) -> str:
    return f"{known} is what the CRM says. Change it if the request is about another amount: both are kept."


def _crm_hint_if_empty(known: str) -> str:
    return f"{known} is what the CRM says, and what counts if you leave this empty. Another amount is kept beside it."


def arr_text_input(block_id: str, initial: str, *, hint: str) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label="ARR at stake",
        optional=True,
        hint=hint,
        element=PlainTextInputElement(action_id=Field.ARR, initial_value=initial or None, max_length=60),
    )


def opportunity_input(
    choices: Sequence[OpportunityChoice], card: AccountCard | None, initial: int | None
) -> list[Block]:
    if not choices:
        return []
    options = [blocks.option(one.line, str(one.opportunity_id)) for one in choices[:100]]
    return [
        InputBlock(
            block_id=f"{Field.OPPORTUNITY}.{card.account_id}" if card else Field.OPPORTUNITY,
            label="Opportunity",
            optional=True,
            element=StaticSelectElement(
                action_id=Field.OPPORTUNITY,
                options=options,
                placeholder="Which deal is it about?",
                initial_option=_initial(options, None if initial is None else str(initial)),
            ),
        )
    ]


def long_input(field: Field, label: str, placeholder: str, *, initial: str | None = None) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=label,
        optional=True,
        element=PlainTextInputElement(
            action_id=field,
            multiline=True,
            max_length=TEXT_LENGTH,
            placeholder=placeholder,
            initial_value=initial or None,
        ),
    )


def needed_by_input(initial: str | None) -> InputBlock:
    return InputBlock(
        block_id=Field.NEEDED_BY,
        label="Needed by",
        optional=True,
        element=DatePickerElement(action_id=Field.NEEDED_BY, initial_date=initial),
    )


def area_input(areas: Sequence[Area]) -> InputBlock:
    options = [blocks.option(area.name, area.key) for area in areas[:99]]
    options.append(blocks.option("Not sure", ids.NO_AREA))
    return InputBlock(
        block_id=Field.AREA,
        label="Product area",
        optional=True,
        element=StaticSelectElement(action_id=Field.AREA, options=options, placeholder="Choose"),
    )


def gitlab_input() -> InputBlock:
    return InputBlock(
        block_id=Field.GITLAB_URL,
        label="GitLab issue",
        optional=True,
        hint="If there is one already: paste its address.",
        element=PlainTextInputElement(action_id=Field.GITLAB_URL, max_length=1000),
    )


def _initial(options: Sequence[Option], value: str | None) -> Option | None:
    return next((one for one in options if one.value == value), None)
