"""The forms in which a gap's state is changed and a promise is noted."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)

from domain.errors import InvalidInput, NotFound, Refusal
from domain.keys import gap_key, parse_gap_key
from domain.words import GapState
from handlers import blocks
from handlers.feature_request.payloads import FormState
from handlers.notices import ids
from handlers.notices.ids import Field
from usecases.keep_promises import PromisableRequest
from usecases.move_gap import LONGEST_TEXT, MovableGap


def move_form(gap: MovableGap, *, wanted: GapState | None = None) -> dict[str, object]:
    """Where the gap goes, why, and what may be told to customers."""
    options = [blocks.option(state.label, state.value) for state in gap.choices]
    chosen = next((one for one in options if wanted is not None and one.value == wanted.value), None)
    parts: list[Block] = [
        blocks.section(f"*{gap_key(gap.gap_id)}* {blocks.escaped(gap.title)}\nIt is {gap.state.label.lower()} now."),
        _input(
            Field.STATE,
            "What becomes of it?",
            StaticSelectElement(action_id=Field.STATE, options=options, placeholder="Choose", initial_option=chosen),
        ),
        _input(
            Field.WORDING,
            "Words for customers",
            _long_text(Field.WORDING),
            hint="When it ships: what account teams may forward as it is. Name no customer.",
            optional=True,
        ),
        _input(
            Field.REASON,
            "Why?",
            _long_text(Field.REASON),
            hint="Everybody who asked reads it. Needed when it is declined. Name no customer.",
            optional=True,
        ),
        _input(
            Field.MERGED_INTO,
            "Merged into",
            PlainTextInputElement(action_id=Field.MERGED_INTO, max_length=20, placeholder="GAP-7"),
            hint="For a duplicate.",
            optional=True,
        ),
    ]
    return blocks.modal(
        f"Move {gap_key(gap.gap_id)}",
        parts,
        callback_id=ids.View.MOVE,
        submit="Save",
        close="Cancel",
        metadata=str(gap.gap_id),
    )


def promise_form(gap_id: int, requests: Sequence[PromisableRequest], *, by: str) -> dict[str, object]:
    options = [blocks.option(one.account, str(one.request_id)) for one in requests]
    only = options[0] if len(options) == 1 else None
    parts: list[Block] = [
        _input(
            Field.REQUEST,
            "For which account?",
            StaticSelectElement(action_id=Field.REQUEST, options=options, placeholder="Choose", initial_option=only),
        ),
        _input(Field.PROMISED_ON, "Promised for", DatePickerElement(action_id=Field.PROMISED_ON)),
        _input(Field.PROMISED_BY, "Who promised it?", UserSelectElement(action_id=Field.PROMISED_BY, initial_user=by)),
        blocks.context("I look at the milestone every night, and warn when it is due later than this."),
    ]
    return blocks.modal(
        f"Promise for {gap_key(gap_id)}"[:24], parts, callback_id=ids.View.PROMISE, submit="Save", close="Cancel"
    )


def moved_gap(view: Mapping[str, Any]) -> int:
    """The gap that the form is about: a hint, which the use case checks."""
    found = _number(str(view.get("private_metadata") or ""))
    if found is None:
        raise NotFound("This form is too old for me. Please start again.")
    return found


def wanted_state(view: Mapping[str, Any]) -> GapState:
    try:
        return GapState(_chosen(view, Field.STATE) or "")
    except ValueError as unknown:
        raise InvalidInput({Field.STATE.value: "Choose what becomes of it."}) from unknown


def merged_into(view: Mapping[str, Any]) -> int | None:
    written = text(view, Field.MERGED_INTO).strip()
    try:
        return parse_gap_key(written) if written else None
    except Refusal as unreadable:
        raise InvalidInput({Field.MERGED_INTO.value: unreadable.sentence}) from unreadable


def text(view: Mapping[str, Any], field: Field) -> str:
    value = FormState.read(view).values.get(field, {}).get("value")
    return value if isinstance(value, str) else ""


def picked(view: Mapping[str, Any], field: Field) -> str | None:
    """A chosen date or user."""
    values = FormState.read(view).values.get(field, {})
    value = values.get("selected_date") or values.get("selected_user")
    return value if isinstance(value, str) else None


def chosen_request(view: Mapping[str, Any]) -> int:
    """A hint, which the use case checks; there is no request 0."""
    return _number(_chosen(view, Field.REQUEST)) or 0


def _chosen(view: Mapping[str, Any], field: Field) -> str | None:
    option = FormState.read(view).values.get(field, {}).get("selected_option")
    value = option.get("value") if isinstance(option, dict) else None
    return value if isinstance(value, str) else None


def _number(value: str | None) -> int | None:
    is_number = value is not None and value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004  64 bits
    return int(value) if is_number and value is not None else None


def _long_text(field: Field) -> PlainTextInputElement:
    return PlainTextInputElement(action_id=field, multiline=True, max_length=LONGEST_TEXT)


def _input(field: Field, label: str, element: object, *, hint: str | None = None, optional: bool = False) -> InputBlock:
    return InputBlock(block_id=field, label=label, element=element, hint=hint, optional=optional)  # type: ignore[arg-type]
