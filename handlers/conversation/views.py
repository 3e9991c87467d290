"""What a conversation looks like: one card with everything that was understood, and one question at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, ExternalDataSelectElement, StaticSelectElement
from slack_sdk.models.blocks.block_elements import InteractiveElement

from domain.people import PersonKind
from domain.policy import why_not
from domain.text import shortened
from domain.words import Impact, Priority
from handlers import blocks
from handlers.buttons import Button
from handlers.conversation import ids
from handlers.conversation.ids import Action
from handlers.conversation.payloads import TurnButton
from handlers.messages import Message
from usecases.suggest_gaps import Suggestion
from usecases.understanding.draft import Draft, Part

NEW_GAP = "new"
USE_CASE_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is to be said in a conversation now."""

    conversation_id: int
    draft: Draft
    suggestions: Sequence[Suggestion] = ()
    renewal: date | None = None
    author_id: str | None = None
    is_private: bool = True


def turn(shown: Turn) -> Message:
    """The card: what is known, what is asked, and the buttons that fit."""
    draft, missing = shown.draft, shown.draft.missing
    parts: list[Block] = []
    if draft.trouble:
        parts.append(blocks.section(f":warning: {blocks.escaped(draft.trouble)}"))
    known = _known(shown)
    if known:
        source = f" from {blocks.user(shown.author_id)}’s message" if shown.author_id else ""
        parts.append(blocks.section(f"*Here is what I understood{source}*\n" + "\n".join(known)))
    if draft.guessed:
        parts.append(blocks.context("A language model guessed what is marked so. Check it before you file."))
    if missing is None:
        parts += _similar(shown)
        parts.append(_closing(shown))
        return Message(text=_spoken("I understood your request. File it?", draft), blocks=parts)
    question, answers = _question(shown, missing)
    parts.append(blocks.section(f":point_right: {question}"))
    parts += answers
    parts.append(_stop(shown))
    return Message(text=_spoken(_ASKED[missing], draft), blocks=parts)


def filed(*, key: str, gap_id: int, title: str) -> Message:
    """The card after filing. The confirmation with rank and buttons is a message of its own."""
    sentence = f"Filed as {key} {blocks.escaped(title)}."
    opener = blocks.button("Open", action_id=Button.OPEN_GAP, value=str(gap_id), spoken=f"Open {key}")
    return Message(
        text=sentence,
        blocks=[
            blocks.section(f":white_check_mark: {sentence}"),
            blocks.actions(opener, block_id=f"conversation.filed.{gap_id}"),
        ],
    )


def ended() -> Message:
    sentence = "Cancelled. Nothing was filed."
    return Message(text=sentence, blocks=[blocks.section(sentence)])


def thread_note(*, key: str, title: str, by: str) -> Message:
    """What the thread hears of a message that became a request: no customer is in it, and the title can be left out."""
    named = f" {blocks.escaped(title)}" if title else ""
    sentence = f"{blocks.user(by)} filed this as *{key}*{named}. I will tell you here what becomes of it."
    return Message(text=f"Filed as {key}{named}.", blocks=[blocks.section(sentence)])


def turned_away(kind: PersonKind) -> Message:
    """What somebody hears who is no full member."""
    sentence = why_not(kind)
    return Message(text=sentence, blocks=[blocks.section(sentence)])


def _spoken(sentence: str, draft: Draft) -> str:
    """Previews show it: no customer, no money."""
    return blocks.escaped(f"{sentence} {draft.trouble}".strip())


def _known(shown: Turn) -> list[str]:
    draft = shown.draft
    account = draft.account.name if draft.account else draft.new_account
    when = f"{draft.needed_by:%-d %b %Y}" if draft.needed_by else ""
    if draft.by_renewal:
        when = "before the renewal" + (
            f" ({shown.renewal:%-d %b %Y})" if shown.renewal else ", which the CRM has no date for"
        )
    lines: list[tuple[str, Part, str | None]] = [
        ("Account", Part.ACCOUNT, account and (f"{account} (not in the CRM yet)" if draft.new_account else account)),
        ("What is missing", Part.TITLE, draft.title),
        ("Priority", Part.PRIORITY, draft.priority and f"{draft.priority.label}: {_lower(draft.priority.test)}"),
        ("At stake", Part.IMPACT, draft.impact and draft.impact.label),
        ("ARR", Part.ARR, draft.arr),
        ("Needed by", Part.NEEDED_BY, when),
        ("Workaround", Part.WORKAROUND, draft.workaround),
    ]
    known = [
        f"{label}: *{blocks.escaped(value)}*{' (guessed)' if part in draft.guessed else ''}"
        for label, part, value in lines
        if value
    ]
    said = shortened(draft.use_case.replace("\n", " "), USE_CASE_SHOWN)
    return [*known, f"_{blocks.escaped(said)}_"] if said else known


_ASKED = {
    Part.TITLE: "What is missing?",
    Part.ACCOUNT: "Which account is it for?",
    Part.PRIORITY: "How badly do they need it?",
    Part.IMPACT: "What is at stake?",
}
"""The questions without any name: previews show them."""


def _question(shown: Turn, missing: Part) -> tuple[str, list[Block]]:
    draft, id_ = shown.draft, shown.conversation_id
    match missing:
        case Part.TITLE:
            return "What is missing? A few words that everyone may read, without the customer’s name.", []
        case Part.PRIORITY:
            choices = [(one.label, one.value) for one in Priority]
            tests = "\n".join(f"• *{one.label}*: {_lower(one.test)}" for one in Priority)
            return f"{_ASKED[missing]}\n{tests}", [_row(id_, ids.PRIORITY, choices)]
        case Part.IMPACT:
            return _ASKED[missing], [_row(id_, ids.IMPACT, [(one.label, one.value) for one in Impact])]
        case _:
            return _which_account(draft), [_account_row(shown)]


def _which_account(draft: Draft) -> str:
    if draft.choices:
        return "Which account do you mean?"
    if draft.unknown_account:
        return f"I do not find “{blocks.escaped(draft.unknown_account)}” among the accounts. Who is it?"
    return _ASKED[Part.ACCOUNT]


def _account_row(shown: Turn) -> ActionsBlock:
    draft, id_ = shown.draft, shown.conversation_id
    elements: list[InteractiveElement] = [
        blocks.button(
            shortened(one.name, 60),
            action_id=f"{ids.ACCOUNT}:{number}",
            value=TurnButton.of(id_, str(one.account_id)),
        )
        for number, one in enumerate(draft.choices[:5])
    ]
    if draft.unknown_account:
        elements.append(
            blocks.button(
                f"Add “{shortened(draft.unknown_account, 40)}”", action_id=Action.NEW_ACCOUNT, value=TurnButton.of(id_)
            )
        )
    elements.append(
        ExternalDataSelectElement(action_id=Action.FIND_ACCOUNT, placeholder="Find the account", min_query_length=1)
    )
    return ActionsBlock(elements=elements, block_id=f"turn.{id_}.account")


def _row(id_: int, row: str, choices: Sequence[tuple[str, str]]) -> ActionsBlock:
    buttons = [
        blocks.button(label, action_id=f"{row}:{value}", value=TurnButton.of(id_, value)) for label, value in choices
    ]
    return blocks.actions(*buttons, block_id=f"turn.{id_}.{row}")


def _similar(shown: Turn) -> list[Block]:
    """Offer the gaps that look alike; the first choice is a new one, unless somebody chose already."""
    if not shown.suggestions:
        return []
    id_ = shown.conversation_id
    options = [blocks.option("A new gap", TurnButton.of(id_, NEW_GAP))]
    options += [
        blocks.option(
            f"{one.key}: {one.title}",
            TurnButton.of(id_, str(one.gap_id)),
            description=f"{one.score:.0f} % alike, {one.reason}",
        )
        for one in shown.suggestions
    ]
    chosen = next((one for one in options if one.value == TurnButton.of(id_, str(shown.draft.joins))), options[0])
    select = StaticSelectElement(action_id=Action.JOIN, options=options, initial_option=chosen, placeholder="Choose")
    return [
        blocks.section("This may exist already. File it as:"),
        ActionsBlock(elements=[select], block_id=f"turn.{id_}.similar"),
    ]


def _closing(shown: Turn) -> ActionsBlock:
    value = TurnButton.of(shown.conversation_id)
    return blocks.actions(
        blocks.button("File it", action_id=Action.FILE, value=value, style="primary"),
        blocks.button("Edit", action_id=Action.EDIT, value=value, spoken="Edit what I understood"),
        blocks.button("Cancel", action_id=Action.CANCEL, value=value),
        block_id=f"turn.{shown.conversation_id}.closing",
    )


def _stop(shown: Turn) -> ActionsBlock:
    value = TurnButton.of(shown.conversation_id)
    return blocks.actions(
        blocks.button("Fill in a form instead", action_id=Action.EDIT, value=value),
        blocks.button("Cancel", action_id=Action.CANCEL, value=value),
        block_id=f"turn.{shown.conversation_id}.closing",
    )


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
