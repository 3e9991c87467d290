"""What a model says of one gap before places are given out."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scoring.evidence import GapEvidence
from scoring.metrics import Metrics

DIGITS = 6
"""Scores are rounded to so many decimals, so that the same data gives the same order on every machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One metric's part in the score: 100 x the product of the four multipliers is the score."""

    metric: str
    value: Fraction
    sub_score: float
    weight: float
    multiplier: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A gap's score in one model; the smallest `order` comes first.

    A model that divides by effort leaves `score` empty where nobody has estimated it, and says in `before_effort` what
    there is to divide.
    """

    evidence: GapEvidence
    metrics: Metrics
    score: float | None
    order: tuple[object, ...]
    before_effort: float | None = None
    factors: tuple[Factor, ...] = ()

    @property
    def gap_id(self) -> str:
        return self.evidence.gap


def tie_break(evidence: GapEvidence, metrics: Metrics) -> tuple[object, ...]:
    """Order equal scores by money, strategic money, accounts, P0, then by who was asked for first."""
    return (
        -metrics.impacted_arr,
        -metrics.strategic_arr,
        -metrics.accounts,
        -metrics.p0_strength,
        evidence.first_asked or date.max,
        evidence.gap,
    )
