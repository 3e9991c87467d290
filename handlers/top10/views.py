"""The official list as an answer, and the forms around proposals."""

from collections.abc import Mapping

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    StaticSelectElement,
)

from domain.keys import gap_key
from domain.text import shortened
from handlers import blocks
from handlers.messages import Message
from handlers.top10 import evidence, ids, lines
from handlers.top10.ids import Field
from usecases.decide_proposal import LONGEST_REASON
from usecases.figures import SecondLook
from usecases.propose_top10 import Choice, Choices
from usecases.show_top10 import OfficialGap, OfficialList

TYPES = {
    "add": "Put a gap on the list",
    "remove": "Take a gap off the list",
    "pin": "Pin a gap to its seat for a while",
    "reorder": "Put the list in another order",
}


def official_list(shown: OfficialList) -> Message:
    """The list, its version, and how it differs from today's ranking."""
    propose = blocks.button("Propose a change", action_id=ids.Action.PROPOSE)
    buttons: list[Block] = (
        [blocks.actions(propose, block_id="top10.propose")] if shown.may_propose and shown.number else []
    )
    if shown.number == 0:
        sentence = "There is no official Top 10 yet."
        more = "It is being decided." if shown.open_proposals else "The first list is proposed by the next weekly run."
        return Message(text=f"{sentence} {more}", blocks=[blocks.section(f"{sentence} {more}")])
    parts: list[Block] = [blocks.header(f"Official Top 10, version {shown.number}")]
    parts.append(blocks.section("\n".join(_row(gap, exact=shown.shows_exact_money) for gap in shown.gaps) or "Empty."))
    parts.append(blocks.section(_compared(shown)))
    since = f"since {shown.published_at:%-d %b %Y}" if shown.published_at else ""
    why = f"proposal {shown.proposal_id}" if shown.proposal_id else blocks.escaped(shown.cause or "")
    waiting = f" · {shown.open_proposals} to be decided" if shown.open_proposals else ""
    parts.append(blocks.context(f"{since} · {why}{waiting}"))
    spoken = "; ".join(f"{gap.position}. {gap_key(gap.gap_id)} {gap.title}" for gap in shown.gaps)
    text = f"Official Top 10, version {shown.number}: {blocks.escaped(spoken)}"
    return Message(text=text, blocks=[*parts, *buttons])


def _row(gap: OfficialGap, *, exact: bool) -> str:
    pin = f" :pushpin: until {gap.pin.until:%-d %b %Y}" if gap.pin else ""
    title = f"{gap.position}. *{gap_key(gap.gap_id)}* {blocks.escaped(gap.title)}{pin}"
    return f"{title}\n{lines.numbers(gap.figures, exact=exact)}"


def _compared(shown: OfficialList) -> str:
    if not shown.stronger:
        return "Today’s ranking has the same gaps among its ten strongest."
    found = ", ".join(f"{gap_key(one.gap_id)} {blocks.escaped(one.title)} (#{one.rank})" for one in shown.stronger)
    return f"Among today’s ten strongest without a seat: {found}."


def propose_form(choices: Choices, *, gap_id: int | None = None) -> dict[str, object]:
    """What shall change, and why. A gap that somebody came from is chosen already."""
    order = ", ".join(one.key for one in choices.on_list)
    parts: list[Block] = [
        _input(Field.TYPE, "What shall change?", _types()),
        _input(
            Field.GAP,
            "Which gap?",
            _gaps(Field.GAP, choices, chosen=gap_id),
            hint="Not needed for another order.",
            optional=True,
        ),
        *_instead_of(choices),
        _input(
            Field.UNTIL,
            "Pinned until",
            DatePickerElement(action_id=Field.UNTIL, initial_date=choices.until.isoformat()),
            hint="For a pin only: from then on the weekly rule may challenge the seat.",
            optional=True,
        ),
        _input(
            Field.ORDER,
            "New order",
            PlainTextInputElement(action_id=Field.ORDER, initial_value=order or None, max_length=300),
            hint="For another order only.",
            optional=True,
        ),
        _input(Field.REASON, "Why?", _long_text(Field.REASON), hint="Those who decide read it. Name no customer."),
    ]
    return blocks.modal("Change the Top 10", parts, callback_id=ids.View.PROPOSE, submit="Propose", close="Cancel")


def approve_form(proposal_id: int, looks: Mapping[int, SecondLook]) -> dict[str, object]:
    """Asked where a gap's demand leans on few: a yes says that somebody looked at it."""
    box = CheckboxesElement(action_id=Field.LOOKED, options=[blocks.option("I have looked at who asks for it", "yes")])
    parts: list[Block] = [
        *blocks.sections(evidence.second_looks(looks)),
        blocks.context("*Open* on the gap, or `/gap GAP-… why`, shows who asks for it."),
        _input(Field.LOOKED, "Before you approve", box),
    ]
    return blocks.modal(
        f"Approve proposal {shortened(str(proposal_id), 7)}",
        parts,
        callback_id=ids.View.APPROVE,
        submit="Approve",
        close="Cancel",
        metadata=str(proposal_id),
    )


def reject_form(proposal_id: int) -> dict[str, object]:
    parts = [_input(Field.REASON, "Why not?", _long_text(Field.REASON), hint="Everybody who decides reads it.")]
    return blocks.modal(
        f"Reject proposal {shortened(str(proposal_id), 8)}",
        parts,
        callback_id=ids.View.REJECT,
        submit="Reject",
        close="Cancel",
        metadata=str(proposal_id),
    )


def discuss_form(proposal_id: int) -> dict[str, object]:
    parts = [
        _input(Field.SAID, "What is to be said?", _long_text(Field.SAID), hint="It goes to the proposal’s thread.")
    ]
    return blocks.modal(
        "Discuss",
        parts,
        callback_id=ids.View.DISCUSS,
        submit="Say it",
        close="Cancel",
        metadata=str(proposal_id),
    )


def _instead_of(choices: Choices) -> list[Block]:
    """Nothing to choose from while the list is empty."""
    if not choices.on_list:
        return []
    options = [_option(one) for one in choices.on_list]
    element = StaticSelectElement(action_id=Field.INSTEAD_OF, options=options, placeholder="The weakest one’s")
    return [_input(Field.INSTEAD_OF, "Whose seat does it take?", element, optional=True)]


def _types() -> StaticSelectElement:
    options = [blocks.option(label, value) for value, label in TYPES.items()]
    return StaticSelectElement(action_id=Field.TYPE, options=options, placeholder="Choose")


def _gaps(field: Field, choices: Choices, *, chosen: int | None) -> StaticSelectElement:
    groups = [("On the list", choices.on_list), ("In the ranking", choices.others)]
    options = {one.gap_id: _option(one) for _, group in groups for one in group}
    return StaticSelectElement(
        action_id=field,
        option_groups=[
            OptionGroup(label=label, options=[options[one.gap_id] for one in group]) for label, group in groups if group
        ],
        placeholder="Choose",
        initial_option=options.get(chosen or 0),
    )


def _option(one: Choice) -> Option:
    place = f"#{one.rank} " if one.rank else ""
    return blocks.option(f"{place}{one.key} {one.title}", str(one.gap_id))


def _long_text(field: Field) -> PlainTextInputElement:
    return PlainTextInputElement(action_id=field, multiline=True, max_length=LONGEST_REASON)


def _input(field: Field, label: str, element: object, *, hint: str | None = None, optional: bool = False) -> InputBlock:
    return InputBlock(block_id=field, label=label, element=element, hint=hint, optional=optional)  # type: ignore[arg-type]
