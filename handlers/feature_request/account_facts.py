"""What the form says of an account once it is chosen."""

from slack_sdk.models.blocks import Block

from handlers import blocks
from usecases.find_accounts import AccountCard, Colleague

BLOCK_ID = "facts"
SEARCHING = "facts.searching"


def account_facts(card: AccountCard | None, new_account: str | None) -> list[Block]:
    """A few short lines below the account: who it is, what it pays, who looks after it, how often it asks already."""
    if new_account:
        name = blocks.escaped(new_account)
        return [
            blocks.context(
                f"*{name}* is not in the CRM: it is added as _unverified_, and what it counts is capped until the CRM "
                "knows it.",
                block_id=BLOCK_ID,
            )
        ]
    if card is None:
        return []
    lines = [_standing(card), _money(card), _colleagues(card), _budget(card)]
    return [blocks.context("\n".join(line for line in lines if line), block_id=BLOCK_ID)]


def account_note(sentence: str, *, block_id: str = BLOCK_ID) -> Block:
    """A sentence in the place of the facts."""
    return blocks.context(blocks.escaped(sentence), block_id=block_id)


def _standing(card: AccountCard) -> str:
    facts = [card.kind.value.capitalize() if card.is_verified else "Not in the CRM yet: what it counts is capped"]
    if card.is_deleted:
        facts = ["Deleted in the CRM: its requests are kept, and do not count"]
    if card.segment:
        facts.append(blocks.escaped(card.segment))
    if card.is_strategic:
        facts.append(":star: strategic")
    if card.renewal_date:
        facts.append(f"renews {card.renewal_date:%-d %b %Y}")
    return " · ".join(facts)


def _money(card: AccountCard) -> str:
    if card.arr is None and card.arr_as_of is None:
        return ""
    facts = [f"{card.arr.original.compact()} ARR{card.arr.converted}" if card.arr else "No ARR in the CRM"]
    if card.arr_as_of:
        facts.append(f"as of {card.arr_as_of:%-d %b %Y}")
    return " · ".join(facts)


def _colleagues(card: AccountCard) -> str:
    found = (("Owner", card.owner), ("CSM", card.csm))
    return " · ".join(f"{role} {_named(one)}" for role, one in found if one)


def _named(one: Colleague) -> str:
    """A mention in a form rings no bell; it opens the person's profile."""
    return blocks.user(one.slack_id) if one.slack_id else blocks.escaped(one.name)


def _budget(card: AccountCard) -> str:
    if card.budget is None:
        return ""
    shown = [one.compact() if card.shows_exact_money else one.band() for one in (card.budget.total, card.budget.as_p0)]
    name, total = blocks.escaped(card.name), shown[0] if _pays(card) else f"{shown[0]} in open deals"
    if card.budget.gaps == 1:
        return f"*{name}*: {total}, and it asks for nothing else so far."
    return f"*{name}*: {total} over {card.budget.gaps} gaps. As P0 this gap would carry {shown[1]}."


def _pays(card: AccountCard) -> bool:
    return card.arr is not None and card.arr.original.minor > 0
