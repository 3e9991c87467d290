"""How sure a place in the Top 10 is, if other families had happened to speak up.

A Bayesian bootstrap: every draw gives each family a random weight (exponential, mean 1) and ranks again; the share of
draws in which a gap is in the Top 10 is its probability. The weights come from a hash of family and draw, not from a
generator's state, so the answer is the same in any order and on any machine.
"""

import hashlib
import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.words import Priority
from scoring.calibration import Calibration
from scoring.composite import multipliers, scales, sub_score
from scoring.decay import PPM
from scoring.evidence import Cell
from scoring.metrics import PERMILLE, weighted_money
from scoring.ranking import Ranking

DRAWS = 200
TOP = 10
_SOLID, _LIKELY, _CONTESTED = 0.9, 0.5, 0.1
_BYTES = 6


class Label(StrEnum):
    """What to say of a probability. Measured: of those said to be solid 87 % do belong there."""

    SOLID = "solid"
    LIKELY = "likely"
    CONTESTED = "contested"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    p_top10: float
    label: Label


def confidence(ranking: Ranking, *, draws: int = DRAWS) -> Mapping[str, Confidence]:
    """Return every gap's confidence. About a second for 300 gaps: meant for the nightly snapshot, not for a click."""
    inside = dict.fromkeys((entry.gap_id for entry in ranking), 0)
    families = sorted({cell.family for entry in ranking for cell in entry.evidence.cells})
    for draw in range(draws):
        weights = {family: family_weight(family, draw=draw) for family in families}
        scores = (
            (-_score(entry.evidence.cells, weights=weights, calibration=ranking.calibration), entry.rank, entry.gap_id)
            for entry in ranking
        )
        for _, _, gap in heapq.nsmallest(TOP, scores):
            inside[gap] += 1
    return {gap: _said(times / draws) for gap, times in inside.items()}


def family_weight(family: str, *, draw: int) -> float:
    """An exponential weight with mean 1, a pure function of its arguments."""
    digest = hashlib.blake2b(f"{draw}/{family}".encode(), digest_size=_BYTES).digest()
    return -math.log((int.from_bytes(digest) + 1) / (256**_BYTES + 1))


def label(probability: float) -> Label:
    if probability >= _SOLID:
        return Label.SOLID
    if probability >= _LIKELY:
        return Label.LIKELY
    return Label.CONTESTED if probability >= _CONTESTED else Label.UNLIKELY


def _said(probability: float) -> Confidence:
    return Confidence(p_top10=probability, label=label(probability))


def _score(cells: Sequence[Cell], *, weights: Mapping[str, float], calibration: Calibration) -> float:
    """The composite in floats: a probability does not need cents."""
    money, strategic, heads, p0 = [], [], [], []
    for cell in cells:
        weight = weights[cell.family]
        counted = (cell.owner, weight * weighted_money(cell, calibration=calibration) / (PERMILLE * PPM))
        money.append(counted)
        heads.append((cell.owner, weight * cell.decay_ppm / PPM))
        if cell.strategic:
            strategic.append(counted)
        if cell.priority is Priority.P0:
            p0.append(heads[-1])
    accounts, policy = _capped(heads, calibration=calibration), calibration.policy
    prior = float(policy.p0_prior_strength)
    share = (_capped(p0, calibration=calibration) + prior * float(calibration.p0_prior)) / (accounts + prior)
    values = (
        _capped(money, calibration=calibration),
        accounts,
        _capped(strategic, calibration=calibration),
        share if cells else 0.0,
    )
    placed = [
        sub_score(value, middle=middle, span=span)
        for value, (middle, span) in zip(values, scales(calibration), strict=True)
    ]
    return math.prod(multipliers(placed, policy=policy))


def _capped(values: Sequence[tuple[str, float]], *, calibration: Calibration) -> float:
    if not calibration.owner_cap_on:
        return math.fsum(value for _, value in values)
    by_owner: dict[str, list[float]] = {}
    for owner, value in values:
        by_owner.setdefault(owner, []).append(value)
    totals = {owner: math.fsum(cells) for owner, cells in by_owner.items()}
    everything = math.fsum(totals.values())
    kappa, keeps = float(calibration.policy.owner_kappa), calibration.policy.owner_keeps
    return math.fsum(
        min(total, max(math.fsum(heapq.nlargest(keeps, by_owner[owner])), kappa * (everything - total)))
        for owner, total in totals.items()
    )
