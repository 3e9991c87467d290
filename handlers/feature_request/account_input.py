"""The form's first input: an account, by type-ahead."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ExternalDataSelectElement, InputBlock, Option

from domain.text import shortened
from handlers import blocks
from handlers.feature_request import ids
from handlers.feature_request.ids import Field
from usecases.find_accounts import AccountMatch

ACCOUNT_VALUE_LENGTH = 150
SHORTEST_SEARCH = 2


def account_options(matches: Sequence[AccountMatch], typed: str, *, asks_crm: bool = False) -> list[dict[str, Any]]:
    """The type-ahead's lines; the last ones ask the CRM itself, and add an account that it does not have."""
    options = [_known_account(match) for match in matches]
    name = typed.strip()
    if name and not any(match.is_exact for match in matches):
        if asks_crm and len(name) >= SHORTEST_SEARCH:
            value = f"{ids.SEARCH_CRM}{name}"[:ACCOUNT_VALUE_LENGTH]
            options.append(blocks.option(f"🔎 Search Salesforce for “{shortened(name, 48)}”", value))
        value = f"{ids.NEW_ACCOUNT}{name}"[:ACCOUNT_VALUE_LENGTH]
        options.append(blocks.option(f"➕ Not in the CRM: add “{shortened(name, 48)}”", value))
    return [option.to_dict() for option in options]


def _known_account(match: AccountMatch) -> Option:
    return blocks.option(match.name, f"{ids.KNOWN_ACCOUNT}{match.account_id}", description=match.hints)


def account_input(block_id: str, *, chosen: AccountMatch | None = None) -> InputBlock:
    """The input; `chosen` is filled in for the person, which Slack heeds in a block that was not there before."""
    return InputBlock(
        block_id=block_id,
        label="Account",
        dispatch_action=True,
        element=ExternalDataSelectElement(
            action_id=Field.ACCOUNT,
            placeholder="Type a few letters of the customer’s name",
            min_query_length=1,
            initial_option=_known_account(chosen) if chosen else None,
        ),
    )
