"""The forms in which effort, RICE inputs, themes and a deal's real worth are said."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement, StaticSelectElement

from domain.text import shortened
from handlers import blocks
from handlers.estimates import ids
from handlers.estimates.ids import Field
from handlers.estimates.payloads import FormOf
from usecases.correct_deal import REASON_LENGTH, Deal, DealsOfGap
from usecases.estimate_gap import CONFIDENCE, IMPACT, REACH, Estimate

_REACH = dict(zip(REACH, ("80 % or more", "50 % or more", "25 % or more", "5 % or more", "less"), strict=True))
_IMPACT = dict(zip(IMPACT, ("massive", "high", "medium", "low", "minimal"), strict=True))
_CONFIDENCE = dict(zip(CONFIDENCE, ("high", "medium", "low"), strict=True))
MOST_DEALS = 100
_LONGEST_NAME = 50


def estimate_form(shown: Estimate) -> dict[str, Any]:
    """Effort, the three RICE inputs with what the requests suggest, and themes."""
    suggested = shown.suggested
    reach, impact, confidence = (
        (str(suggested.reach), str(suggested.impact), str(suggested.confidence)) if suggested else (None, None, None)
    )
    parts: list[Block] = [
        blocks.section(f"*{blocks.escaped(shown.title)}*"),
        InputBlock(
            block_id=Field.EFFORT,
            label="Effort",
            optional=True,
            hint="Person-months like 3 or 2.5, or the GitLab weight like “weight 5”. Empty: nobody knows yet.",
            element=PlainTextInputElement(action_id=Field.EFFORT, initial_value=_effort(shown), max_length=30),
        ),
        _scale(Field.REACH, "Reach: share of accounts", _REACH, shown.reach, reach),
        _scale(Field.IMPACT, "Impact", _IMPACT, shown.impact, impact),
        _scale(Field.CONFIDENCE, "Confidence", _CONFIDENCE, shown.confidence, confidence),
        InputBlock(
            block_id=Field.THEMES,
            label="Themes",
            optional=True,
            hint="Words to filter by, with commas between: /top-gaps theme:compliance",
            element=PlainTextInputElement(
                action_id=Field.THEMES, initial_value=", ".join(shown.themes) or None, max_length=500
            ),
        ),
    ]
    metadata = FormOf(gap_id=shown.gap_id, version=shown.version).model_dump_json()
    return blocks.modal(f"Estimate {shown.key}", parts, callback_id=ids.View.ESTIMATE, submit="Save", metadata=metadata)


def correction_form(shown: DealsOfGap) -> dict[str, Any]:
    """Which deal, what it counts for, and why; a gap without deals has nothing to correct."""
    if not shown.deals:
        nothing = "No request for this gap names a deal, so there is nothing to correct."
        return blocks.modal(f"Deals of {shown.key}", [blocks.section(nothing)], callback_id=ids.View.CORRECTION)
    parts: list[Block] = [
        blocks.section(
            f"*{blocks.escaped(shown.title)}*\nWhat you say here counts in the ranking instead of the CRM’s amount, "
            "for every gap that the deal is named for. The CRM is not changed."
        ),
        *[blocks.context(_corrected(deal)) for deal in shown.deals if deal.corrected][:20],
        InputBlock(
            block_id=Field.DEAL,
            label="Deal",
            element=StaticSelectElement(
                action_id=Field.DEAL,
                placeholder="Choose",
                options=[blocks.option(_named(deal), str(deal.opportunity_id)) for deal in shown.deals[:MOST_DEALS]],
            ),
        ),
        InputBlock(
            block_id=Field.AMOUNT,
            label="Counts for",
            optional=True,
            hint="ARR a year that hangs on the gap, like 50k. Empty: the CRM’s amount counts again.",
            element=PlainTextInputElement(action_id=Field.AMOUNT, max_length=60),
        ),
        InputBlock(
            block_id=Field.REASON,
            label="Why?",
            optional=True,
            element=PlainTextInputElement(
                action_id=Field.REASON,
                multiline=True,
                max_length=REASON_LENGTH,
                placeholder="For example: only the add-on hangs on this",
            ),
        ),
    ]
    metadata = FormOf(gap_id=shown.gap_id).model_dump_json()
    return blocks.modal("Correct a deal", parts, callback_id=ids.View.CORRECTION, submit="Save", metadata=metadata)


def _effort(shown: Estimate) -> str | None:
    """What was said, else the weight of the linked issue as an offer."""
    if shown.effort:
        return shown.effort.text
    return f"weight {shown.issue_weight}" if shown.issue_weight else None


def _scale(field: Field, label: str, scale: Mapping[str, str], chosen: str | None, suggested: str | None) -> InputBlock:
    usual = f"As the requests suggest: {suggested}" if suggested else "As the requests suggest"
    options = [
        blocks.option(usual, ids.AS_SUGGESTED),
        *[blocks.option(f"{value} ({meaning})", value) for value, meaning in scale.items()],
    ]
    initial = next((one for one in options if one.value == chosen), options[0])
    return InputBlock(
        block_id=field,
        label=label,
        element=StaticSelectElement(action_id=field, options=options, initial_option=initial, placeholder="Choose"),
    )


def _named(deal: Deal) -> str:
    amount = deal.crm.compact() if deal.crm else "no amount"
    return f"{shortened(deal.name, _LONGEST_NAME)} · {amount}"


def _corrected(deal: Deal) -> str:
    counts = deal.corrected.compact() if deal.corrected else ""
    return f":pencil2: {blocks.escaped(_named(deal))} counts {counts}: {blocks.escaped(deal.reason or '')}"
