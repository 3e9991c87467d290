"""Why a gap stands where it does, as whoever decides reads it: parts of the score, ratios, and what needs a look."""

import math
from collections.abc import Mapping, Sequence

from domain.keys import gap_key
from usecases.figures import Figures, SecondLook
from usecases.show_proposal import ProposalCard

METRICS = ("ARR", "accounts", "strategic", "P0")
"""The four metrics of the composite, in its order."""


def parts(one: Figures | None) -> str | None:
    """“score = 100 × ARR 0.82 × accounts 0.91 × …”; None in a model that has no such parts."""
    if one is None or not one.multipliers:
        return None
    return f"score = 100 × {_each(one.multipliers, before='')}"


def compared(card: ProposalCard) -> list[str]:
    """Who gains against whose seat it takes; where nobody loses a seat, each against the next of the ranking."""
    gains = [card.figures[gap_id] for gap_id in card.change.gaps if gap_id in card.figures]
    if card.change.out is None:
        return [_against(one.gap_id, one.next_gap.gap_id, one.next_gap.ratios) for one in gains if one.next_gap]
    loses = card.figures.get(card.change.out)
    if not gains or loses is None or not (gains[0].multipliers and loses.multipliers):
        return []
    pairs = zip(gains[0].multipliers, loses.multipliers, strict=True)
    return [_against(gains[0].gap_id, loses.gap_id, [ours / theirs for ours, theirs in pairs])]


def second_looks(looks: Mapping[int, SecondLook]) -> list[str]:
    return [
        f":mag: *{gap_key(gap_id)}*: {look.top_two_owners:.0%} of its money lies with the accounts of two owners, and "
        f"{look.new_requests} requests of {_owners(look.new_owners)} came in within two weeks."
        for gap_id, look in looks.items()
    ]


def _owners(count: int) -> str:
    return "one owner’s accounts" if count == 1 else f"{count} owners’ accounts"


def _against(gap_id: int, other: int, ratios: Sequence[float]) -> str:
    return f"{gap_key(gap_id)} against {gap_key(other)}: score × *{math.prod(ratios):.3f}* = {_each(ratios)}"


def _each(values: Sequence[float], *, before: str = "× ") -> str:
    joint = " · " if before else " × "
    return joint.join(f"{name} {before}{value:.2f}" for name, value in zip(METRICS, values, strict=True))
