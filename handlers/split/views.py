"""The form in which requests are chosen, and what came of it."""

from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ExternalDataMultiSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
)

from domain.keys import gap_key
from domain.text import shortened
from handlers import blocks
from handlers.buttons import Button
from handlers.split.ids import Action, Field, View
from usecases.request_fields import TITLE_LENGTH
from usecases.split_gap import Movable, SplitOff, SplittableGap

MOST_BOXES = 10
"""Slack shows no more checkboxes than that: of more requests those that are typed for are offered."""


def form(gap: SplittableGap) -> dict[str, Any]:
    """Which requests go, and what the new gap is called."""
    key = gap_key(gap.gap_id)
    title = PlainTextInputElement(action_id=Field.TITLE, max_length=TITLE_LENGTH)
    return blocks.modal(
        f"Split {key}",
        [
            blocks.section(
                f"*{key}* {blocks.escaped(gap.title)}\n"
                "The requests that you choose go to a gap of their own. Whoever filed them is told. It can be undone."
            ),
            InputBlock(block_id=Field.REQUESTS, label="Which requests are about something else?", element=_choice(gap)),
            InputBlock(
                block_id=Field.TITLE,
                label="What do they miss?",
                hint="The new gap’s title. Everybody reads it, so name no customer.",
                element=title,
            ),
        ],
        callback_id=View.FORM,
        submit="Split",
        close="Cancel",
        metadata=str(gap.gap_id),
    )


def options(gap: SplittableGap) -> list[Option]:
    return [_option(one) for one in gap.requests]


def done(result: SplitOff) -> dict[str, Any]:
    """Shown in the form's place."""
    key, value = gap_key(result.gap_id), str(result.gap_id)
    count = "1 request" if result.requests == 1 else f"{result.requests} requests"
    sentence = f"*{key}* {blocks.escaped(result.title)}\nIt has {count} of {gap_key(result.origin_id)} now."
    return blocks.modal(
        "Split",
        [
            blocks.section(f":scissors: {sentence}"),
            blocks.actions(
                blocks.button("Open", action_id=Button.OPEN_GAP, value=value, spoken=f"Open {key}"),
                blocks.button("Undo", action_id=Action.UNDO, value=value, spoken=f"Undo the split of {key}"),
                block_id="split.done",
            ),
            blocks.context(f"Later, `/gap {key} unsplit` undoes it."),
        ],
        callback_id=View.DONE,
    )


def undone(gap_id: int, *, into: int) -> dict[str, Any]:
    sentence = f"{gap_key(gap_id)} is part of {gap_key(into)} again, with everything that it had."
    return blocks.modal("Split", [blocks.section(sentence)], callback_id=View.DONE)


def _choice(gap: SplittableGap) -> InputInteractiveElement:
    if gap.total <= MOST_BOXES:
        return CheckboxesElement(action_id=Field.REQUESTS, options=options(gap))
    return ExternalDataMultiSelectElement(
        action_id=Field.REQUESTS, min_query_length=0, placeholder=f"Type to find one of {gap.total}"
    )


def _option(one: Movable) -> Option:
    facts = f"{one.priority.label} · {one.filed_at:%-d %b %Y}"
    name = one.account or one.title
    about = one.title if one.account else ""
    room = blocks.OPTION_LENGTH - len(facts) - 3
    return blocks.option(f"{shortened(name, room)} · {facts}", str(one.request_id), description=about or None)
