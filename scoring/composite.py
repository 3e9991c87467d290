"""The default model: a balanced composite on frozen log scales.

Each metric is put on a log scale that is 0 for nothing and 1 at the portfolio's P99, lifted off the ground by a floor,
and the four are multiplied with their weights as exponents. A product asks a gap to be high on *all* metrics; a log
makes ten times the money worth a few steps, not ten times the score.
"""

import math
from collections.abc import Iterator, Sequence

from scoring.calibration import METRICS, Calibration, Policy
from scoring.metrics import Metrics
from scoring.model_input import ModelInput
from scoring.standing import DIGITS, Factor, Standing, tie_break


def factors(metrics: Metrics, *, calibration: Calibration) -> tuple[Factor, ...]:
    """Return the four factors in the order of `METRICS`; their product is a hundredth of the score."""
    policy = calibration.policy
    placed = tuple(
        sub_score(float(value), middle=middle, span=span)
        for value, (middle, span) in zip(metrics.values, scales(calibration), strict=True)
    )
    return tuple(
        Factor(metric=name, value=value, sub_score=place, weight=weight, multiplier=multiplier)
        for name, value, place, weight, multiplier in zip(
            METRICS, metrics.values, placed, policy.weights, multipliers(placed, policy=policy), strict=True
        )
    )


def score(parts: tuple[Factor, ...]) -> float:
    """Multiply the parts."""
    return points([part.multiplier for part in parts])


def points(parts: Sequence[float]) -> float:
    """Multiply the multipliers; rounded so that the same data gives the same order on every machine."""
    return round(100 * math.prod(parts), DIGITS)


def scales(calibration: Calibration) -> tuple[tuple[float, float], ...]:
    """Each metric's middle and the logarithm that is worth 1, once for all gaps."""
    return tuple(
        (float(reference.middle), math.log1p(float(reference.high) / float(reference.middle)))
        for reference in calibration.references
    )


def sub_score(value: float, *, middle: float, span: float) -> float:
    """Place a value on the log scale: 0 at nothing, 1 at the high reference point, and beyond it if it is beyond."""
    return math.log1p(value / middle) / span


def multipliers(placed: Sequence[float], *, policy: Policy) -> tuple[float, ...]:
    """Turn places on the log scales into factors of the score.

    For another balance than 0 the score is a power mean. What that differs from the product is spread over the factors
    by weight, so that every score is explained as a product.
    """
    lifted = [policy.floor + (1 - policy.floor) * place for place in placed]
    plain = tuple(each**weight for each, weight in zip(lifted, policy.weights, strict=True))
    if not policy.balance:
        return plain
    power = policy.balance
    mean = math.fsum(weight * each**power for each, weight in zip(lifted, policy.weights, strict=True)) ** (1 / power)
    shift = mean / math.prod(plain)
    return tuple(each * shift**weight for each, weight in zip(plain, policy.weights, strict=True))


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
