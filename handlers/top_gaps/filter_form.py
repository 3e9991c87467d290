"""The filters as a form, for those who do not want to type them. It builds the text that could be typed."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement

from domain.gap_query import MODELS, OPEN_STATES, GapQuery, Sort, quoted
from domain.organisation import Organisation
from domain.words import Impact, Priority
from handlers import blocks
from handlers.top_gaps import ids
from handlers.top_gaps.ids import Field
from handlers.top_gaps.payloads import FormOrigin

MODEL_NAMES = {
    "composite": "Composite (the usual one)",
    "rank_fusion": "Rank fusion",
    "cd3": "CD3: cost of delay / duration",
    "rice": "RICE",
    "raw_arr": "Raw ARR",
    "cipf": "GitLab’s customer issues framework",
}
MOST_OPTIONS = 100


def filter_form(query: GapQuery, origin: FormOrigin, *, organisation: Organisation) -> dict[str, Any]:
    """The form, filled in with what the list shows now."""
    parts = filter_inputs(query, organisation=organisation)
    return blocks.modal("Filters", parts, callback_id=ids.View.FILTERS, submit="Show", metadata=origin.dump())


def filter_inputs(query: GapQuery, *, organisation: Organisation, without: Collection[Field] = ()) -> list[Block]:
    """An input for every filter there is."""
    areas = [blocks.option(area.name, area.key) for area in organisation.areas[:MOST_OPTIONS]]
    parts: list[Block | None] = [
        _text(Field.WORDS, "Words in the title", " ".join(map(quoted, query.words)), example="sso offline"),
        _many(Field.AREA, "Product area", areas, query.areas) if areas else None,
        _many(Field.PRIORITY, "Priority", [blocks.option(one.label, one.value) for one in Priority], query.priorities),
        _many(Field.IMPACT, "What is at stake", [blocks.option(one.label, one.value) for one in Impact], query.impacts),
        _many(Field.STATUS, "State", [blocks.option(one.label, one.value) for one in OPEN_STATES], query.states),
        _text(Field.SEGMENT, "Segment", ", ".join(query.segments), example="enterprise, mid-market"),
        _text(Field.REGION, "Region", ", ".join(query.regions), example="emea"),
        _text(Field.ACCOUNT, "Account", ", ".join(query.accounts), example="the start of a name"),
        _text(Field.OWNER, "Owner: of the account, or the gap’s DRI", ", ".join(query.owners), example="me, or a name"),
        _text(Field.THEME, "Theme", ", ".join(query.themes), example="compliance"),
        _one(
            Field.LINKED,
            "Linked to GitLab",
            [blocks.option("Yes", "yes"), blocks.option("No", "no")],
            {True: "yes", False: "no", None: None}[query.linked],
        ),
        _text(Field.SINCE, "Asked since", str(query.since or ""), example="30d, 3m, or 2026-01-31"),
        _text(Field.UNTIL, "Asked until", str(query.until or ""), example="2026-06-30"),
        _one(Field.MODEL, "Model", [blocks.option(MODEL_NAMES[one], one) for one in MODELS], query.model),
        _one(Field.SORT, "Sort by", [blocks.option(one.label, one.value) for one in Sort], query.sort.value),
        _text(Field.SIZE, "Gaps a page", str(query.size), example="10"),
    ]
    return [part for part in parts if part is not None and part.block_id not in without]


def _text(field: Field, label: str, value: str, *, example: str) -> Block:
    return _input(
        field,
        label,
        PlainTextInputElement(
            action_id=field, initial_value=value or None, max_length=300, placeholder=f"For example: {example}"
        ),
    )


def _many(field: Field, label: str, options: Sequence[Option], chosen: Iterable[str]) -> Block:
    wanted = {str(one) for one in chosen}
    initial = [one for one in options if one.value in wanted]
    return _input(
        field,
        label,
        StaticMultiSelectElement(action_id=field, options=options, initial_options=initial or None, placeholder="Any"),
    )


def _one(field: Field, label: str, options: Sequence[Option], chosen: str | None) -> Block:
    initial = next((one for one in options if one.value == chosen), None)
    return _input(
        field, label, StaticSelectElement(action_id=field, options=options, initial_option=initial, placeholder="Any")
    )


def _input(field: Field, label: str, element: InputInteractiveElement) -> Block:
    return InputBlock(block_id=field, label=label, optional=True, element=element)
