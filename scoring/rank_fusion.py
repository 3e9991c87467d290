"""Reciprocal rank fusion: a gap scores by its places in the four metrics, not by their values.

The literal reading of "ranks highly among all". Expect the order of the others to change when a gap leaves. Source:
Cormack, Clarke and Buettcher, SIGIR 2009, with k = 20 instead of 60 because the head of a backlog is short.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction

from domain.words import Priority
from scoring.decay import PPM
from scoring.evidence import GapEvidence
from scoring.metrics import Metrics, shares
from scoring.model_input import ModelInput
from scoring.standing import DIGITS, Standing, tie_break

K = 20
Z = 1.2816
WILSON_DIGITS = 9


def stand(world: ModelInput) -> Iterator[Standing]:
    """Score by exact fractions of places; equal values share the middle one of their places."""
    fused = parts(world)
    for gap, metrics in world.measured():
        score = sum(fused[gap.gap], Fraction(0))
        yield Standing(
            evidence=gap,
            metrics=metrics,
            score=float(round(score, DIGITS)),
            order=(-score, *tie_break(gap, metrics)),
        )


def parts(world: ModelInput) -> dict[str, tuple[Fraction, ...]]:
    """What each metric adds to each gap's score."""
    measured = list(world.measured())
    columns = list(zip(*(_values(gap, metrics, world) for gap, metrics in measured), strict=True))
    places = [_middle_places(column) for column in columns]
    weights = [Fraction(str(weight)) for weight in world.calibration.policy.weights]
    return {
        gap.gap: tuple(weight / (K + column[index]) for weight, column in zip(weights, places, strict=True))
        for index, (gap, _) in enumerate(measured)
    }


def _values(gap: GapEvidence, metrics: Metrics, world: ModelInput) -> tuple[Fraction, ...]:
    p0 = shares(
        ((cell.owner, cell.decay_ppm) for cell in gap.cells if cell.priority is Priority.P0),
        calibration=world.calibration,
    ).sum(units=PPM)
    return (metrics.impacted_arr, metrics.accounts, metrics.strategic_arr, wilson(p0, accounts=metrics.accounts))


def wilson(p0: Fraction, *, accounts: Fraction) -> Fraction:
    """Lower bound of the P0 share: among places a raw share would let one of one beat twelve of twenty."""
    found = bound(float(accounts), share=float(p0 / accounts)) if accounts else 0
    return Fraction(found, 10**WILSON_DIGITS)


def bound(n: float, *, share: float) -> int:
    """The lower bound in billionths, for a share of n accounts."""
    spread = Z * math.sqrt(max(0.0, share * (1 - share)) / n + Z * Z / (4 * n * n))
    lower = (share + Z * Z / (2 * n) - spread) / (1 + Z * Z / n)
    billionths: int = round(max(0.0, lower) * 10**WILSON_DIGITS)
    return billionths


def _middle_places(values: Sequence[Fraction]) -> list[Fraction]:
    """Places from 1 for the largest."""
    ordered = sorted(-value for value in values)
    return [Fraction(bisect_left(ordered, -value) + 1 + bisect_right(ordered, -value), 2) for value in values]
