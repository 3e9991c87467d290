"""The form of a what-if, and its answer: both Top 10s in one list."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, Option, PlainTextInputElement, StaticSelectElement

from domain.gap_query import MODELS
from handlers import blocks
from handlers.top10.ids import Action as Top10Action
from handlers.top_gaps.filter_form import MODEL_NAMES
from handlers.what_if import ids
from handlers.what_if.ids import Field
from handlers.why.views import METRICS
from usecases.try_settings import Usual, WhatIf
from usecases.what_moved import Cause, Moved

_BALANCES = {
    "0": "High on all counts (0)",
    "0.5": "In between (0.5)",
    "1": "One may make up for another (1)",
    "-1": "The weakest counts most (-1)",
}
_LABELS = dict(zip(ids.WEIGHTS, METRICS.values(), strict=True))


def form(usual: Usual, *, query: str = "") -> dict[str, Any]:
    """The settings that hold now, to be changed."""
    model = [blocks.option(MODEL_NAMES[one], one) for one in MODELS]
    parts: list[Block] = [
        blocks.context("Change what you like: you see the Top 10 before and after. Nothing is saved."),
        *[
            _text(field, f"Weight of {_LABELS[field]}", f"{weight:g}")
            for field, weight in zip(ids.WEIGHTS, usual.weights, strict=True)
        ],
        _choice(
            Field.BALANCE,
            "Balance",
            [blocks.option(label, value) for value, label in _BALANCES.items()],
            usual.balance if usual.balance in _BALANCES else "0",
        ),
        _text(Field.FAMILY_CAP, "Most that one customer counts for", usual.family_cap),
        _choice(
            Field.OWNER_CAP,
            "One owner’s customers count for no more than all others together",
            [blocks.option("Yes", "on"), blocks.option("No", "off")],
            "on" if usual.owner_cap else "off",
        ),
        _choice(Field.MODEL, "Model", model, "composite"),
        InputBlock(
            block_id=Field.QUERY,
            label="Count only requests that fit",
            optional=True,
            hint="Filters as after /top-gaps: segment:enterprise since:90d",
            element=PlainTextInputElement(action_id=Field.QUERY, initial_value=query or None, max_length=600),
        ),
    ]
    return blocks.modal("What if …", parts, callback_id=ids.View.FORM, submit="Compare")


def result(found: WhatIf) -> dict[str, Any]:
    """Every gap of either list, with its place after and before, and the reason where they differ."""
    weights = " · ".join(f"{name} {weight:.2f}" for name, weight in zip(METRICS.values(), found.weights, strict=True))
    changed = "Nothing changes." if not found.changes else _counted(found.changes)
    said = f"*{changed}*\n{MODEL_NAMES[found.model]} · {weights}"
    if found.query.filters:
        said += f"\n`{blocks.escaped(str(found.query).replace('`', chr(39)))}`"
    parts: list[Block] = [blocks.section(said), blocks.divider()]
    parts += [blocks.section(_line(one)) for one in found.moved]
    parts.append(blocks.context("Nothing was saved. Close this to try other settings."))
    propose = blocks.button("Propose a change", action_id=Top10Action.PROPOSE)
    parts.append(blocks.actions(propose, block_id="what_if.propose"))
    return blocks.modal("What if: the Top 10", parts, callback_id=ids.View.RESULT, close="Back")


def _counted(changes: int) -> str:
    return "1 gap would stand elsewhere." if changes == 1 else f"{changes} gaps would stand elsewhere."


def _line(one: Moved) -> str:
    after = f"*{one.after}.*" if one.after else "*out*"
    return f"{after} {blocks.escaped(one.title)} ({one.key})  {_step(one)}\n{_reason(one)}".rstrip()


def _step(one: Moved) -> str:
    if one.before is None:
        return "new here"
    if one.after is None:
        return f"was #{one.before}"
    moved = one.before - one.after
    return f"▲{moved}" if moved > 0 else f"▼{-moved}" if moved < 0 else "="


def _reason(one: Moved) -> str:
    cause = one.cause
    if cause is None:
        return ""
    if cause.needs_estimate:
        return "_It needs an estimate of its effort to have a place in this model._"
    reasons = [*_fewer(cause), *_shifted(cause, rises=one.after is not None and one.after < (one.before or 10**9))]
    if not reasons:
        reasons.append(
            "its own score is as it was, others moved" if cause.model_score is None else "the other model has it there"
        )
    return f"_{'; '.join(reasons)}_"


def _fewer(cause: Cause) -> list[str]:
    """What the filters leave of it."""
    if cause.accounts_after == cause.accounts_before:
        return []
    if not cause.accounts_after:
        return ["no request for it fits the filters"]
    return [f"{cause.accounts_after} of its {cause.accounts_before} accounts fit the filters"]


def _shifted(cause: Cause, *, rises: bool) -> list[str]:
    if cause.metric is None:
        return []
    name = METRICS[cause.metric].lower().replace("arr", "ARR").replace("p0", "P0")
    place = f"it is #{cause.place_in_metric} there"
    if abs(cause.weight_after - cause.weight_before) > 0.0005:  # noqa: PLR2004  what two decimals show
        return [f"weight of {name} {cause.weight_after:.2f} instead of {cause.weight_before:.2f}; {place}"]
    return [f"{name} counts {'more' if rises else 'less'} for it; {place}"]


def _text(field: Field, label: str, value: str) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=label,
        optional=True,
        element=PlainTextInputElement(action_id=field, initial_value=value, max_length=40),
    )


def _choice(field: Field, label: str, options: list[Option], value: str) -> InputBlock:
    initial = next(one for one in options if one.value == value)
    return InputBlock(
        block_id=field,
        label=label,
        element=StaticSelectElement(action_id=field, options=options, initial_option=initial),
    )


def filled(view: Mapping[str, Any]) -> dict[str, str]:
    """What the form holds, by field; an input that is not there is empty."""
    values = (view.get("state") or {}).get("values", {})
    found: dict[str, str] = {}
    for block in values.values():
        for name, one in block.items():
            chosen = one.get("selected_option")
            found[name] = str(chosen["value"] if chosen else one.get("value") or "")
    return found
