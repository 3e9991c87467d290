"""What those who decide about a gap can do from its card: move it, triage it, split it, take merged gaps out again."""

from slack_sdk.models.blocks import Block, ButtonElement

from domain.keys import gap_key
from handlers import blocks
from handlers.buttons import Button
from handlers.top10.ids import Action as Top10Action
from handlers.triage.ids import Action
from usecases.show_gap import GapCard

MOST_PARTS = 5
_SPLITTABLE = 2
"""Requests that a gap needs so that one can go and one can stay."""


def decisions(gap: GapCard) -> list[Block]:
    """One row of buttons, those that the reader's role allows."""
    buttons = _decisions(gap) if gap.can_decide else []
    if gap.can_propose:
        spoken = f"Propose a change of the Top 10 with {gap.key}"
        propose = blocks.button("Propose change", action_id=Top10Action.PROPOSE, value=str(gap.gap_id), spoken=spoken)
        buttons.append(propose)
    return [blocks.actions(*buttons, block_id="gap_card.decisions")] if buttons else []


def _decisions(gap: GapCard) -> list[ButtonElement]:
    """A gap that is part of another one has only that undone."""
    if gap.merged_into is not None:
        return [_take_out(gap.gap_id)]
    value = str(gap.gap_id)
    buttons = [
        blocks.button("Triage", action_id=Action.OPEN, value=value, spoken=f"Triage {gap.key}"),
        blocks.button("Move …", action_id=Button.MOVE_GAP, value=value, spoken=f"Move {gap.key}"),
    ]
    if gap.total >= _SPLITTABLE:
        buttons.append(blocks.button("Split", action_id=Button.SPLIT_GAP, value=value, spoken=f"Split {gap.key}"))
    return buttons


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
