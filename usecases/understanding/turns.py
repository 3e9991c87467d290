"""What a turn makes of the draft."""

from datetime import date
from typing import Any

from usecases.understanding.answers import Answer, Command
from usecases.understanding.draft import AccountChoice, Draft


def with_renewal(draft: Draft, renewal: date | None) -> Draft:
    """“Before the renewal” as the day that the CRM says."""
    return draft.model_copy(update={"needed_by": renewal}) if draft.by_renewal and not draft.needed_by else draft


def after(draft: Draft, answer: Answer) -> tuple[Draft, bool]:
    """The draft after a turn, and whether the conversation goes on."""
    if answer.command is Command.CANCEL:
        return draft, False
    if answer.command is Command.START_OVER:
        return Draft(), True
    guessed = draft.guessed_still(answer.changes)
    changed = draft.model_copy(update={**answer.changes, "guessed": guessed, "trouble": ""})
    if answer.names is not None and answer.names.accounts:
        changed = changed.with_accounts(answer.names.accounts)
    elif answer.names is not None and answer.names.unknown:
        changed = changed.model_copy(
            update={"account": None, "choices": (), "new_account": None, "unknown_account": answer.names.unknown}
        )
    if answer.is_empty:
        changed = changed.model_copy(update={"trouble": NOT_UNDERSTOOD})
    return changed, True


NOT_UNDERSTOOD = (
    "I did not understand that. You can say things like “no, P1”, “make it 150k”, “needed in April”, “account: Acme”, "
    "“title: …”, *cancel* or *start over*."
)


def chosen_account(account_id: int, name: str) -> dict[str, Any]:
    return {
        "account": AccountChoice(account_id=account_id, name=name),
        "choices": (),
        "new_account": None,
        "unknown_account": None,
        "opportunity_id": None,
    }
