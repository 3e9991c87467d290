"""What those who decide about a gap can do from its card: move it, triage it, split it, take merged gaps out again."""

from slack_sdk.models.blocks import Block, ButtonElement

from domain.keys import gap_key
from handlers import blocks
from handlers.buttons import Button
from handlers.triage.ids import Action
from usecases.show_gap import GapCard

MOST_PARTS = 5
_SPLITTABLE = 2
"""Requests that a gap needs so that one can go and one can stay."""


def decisions(gap: GapCard) -> Block:
    """One row of buttons; a gap that is part of another one has only that undone."""
    value = str(gap.gap_id)
    if gap.merged_into is not None:
        buttons = [_take_out(gap.gap_id)]
    else:
        buttons = [
            blocks.button("Triage", action_id=Action.OPEN, value=value, spoken=f"Triage {gap.key}"),
            blocks.button("Move", action_id=Button.MOVE_GAP, value=value, spoken=f"Move {gap.key}"),
        ]
        if gap.total >= _SPLITTABLE:
            split = blocks.button("Split", action_id=Button.SPLIT_GAP, value=value, spoken=f"Split {gap.key}")
            buttons.append(split)
    return blocks.actions(*buttons, block_id="gap_card.decisions")


def merge_parts(gap: GapCard) -> list[Block]:
    """What the gap is part of, and what is part of it."""
    if gap.merged_into is not None:
        key = gap_key(gap.merged_into)
        opener = blocks.button("Open", action_id=Button.OPEN_GAP, value=str(gap.merged_into), spoken=f"Open {key}")
        sentence = f":twisted_rightwards_arrows: It is part of *{key}*, where its requests count."
        return [blocks.section(sentence, accessory=opener)]
    parts: list[Block] = [
        blocks.section(
            f":twisted_rightwards_arrows: *{one.key}* {blocks.escaped(one.title)} is part of this",
            accessory=_take_out(one.gap_id) if gap.can_decide else None,
        )
        for one in gap.parts[:MOST_PARTS]
    ]
    if len(gap.parts) > MOST_PARTS:
        parts.append(blocks.context(f"and {len(gap.parts) - MOST_PARTS} more gaps"))
    return parts


def _take_out(gap_id: int) -> ButtonElement:
    key = gap_key(gap_id)
    return blocks.button("Take out", action_id=Button.UNMERGE, value=str(gap_id), spoken=f"Take {key} out again")
