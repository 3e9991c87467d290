"""The default model: a balanced composite on frozen log scales.

Each metric is put on a log scale that is 0 for nothing and 1 at the portfolio's P99, lifted off the ground by a floor,
and the four are multiplied with their weights as exponents. A product asks a gap to be high on *all* metrics; a log
makes ten times the money worth a few steps, not ten times the score.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from scoring.calibration import METRICS, Calibration, Reference
from scoring.metrics import Metrics
from scoring.model_input import ModelInput
from scoring.standing import DIGITS, Factor, Standing, tie_break


def factors(metrics: Metrics, *, calibration: Calibration) -> tuple[Factor, ...]:
    """Return the four factors in the order of `METRICS`."""
    policy = calibration.policy
    return tuple(
        _factor(name, value=value, reference=reference, weight=weight, floor=policy.floor)
        for name, value, reference, weight in zip(
            METRICS, metrics.values, calibration.references, policy.weights, strict=True
        )
    )


def score(parts: tuple[Factor, ...]) -> float:
    """Multiply the parts; rounded so that the same data gives the same order on every machine."""
    return round(100 * math.prod(part.multiplier for part in parts), DIGITS)


def sub_score(value: Fraction, *, reference: Reference) -> float:
    """Place a value on the log scale: 0 at nothing, 1 at the high reference point, and beyond it if it is beyond."""
    middle = float(reference.middle)
    return math.log1p(float(value) / middle) / math.log1p(float(reference.high) / middle)


def _factor(name: str, *, value: Fraction, reference: Reference, weight: float, floor: float) -> Factor:
    placed = sub_score(value, reference=reference)
    lifted = floor + (1 - floor) * placed
    return Factor(metric=name, value=value, sub_score=placed, weight=weight, multiplier=lifted**weight)


def stand(world: ModelInput) -> Iterator[Standing]:
    """Score every open gap by the product of its four factors."""
    for gap, metrics in world.measured():
        parts = factors(metrics, calibration=world.calibration)
        points = score(parts)
        yield Standing(
            evidence=gap,
            metrics=metrics,
            score=points,
            order=(-points, *tie_break(gap, metrics)),
            factors=parts,
        )
