"""Say what a score is made of in every model: lines that add up or multiply, and the effort they are divided by.

The composite and rank fusion are told metric by metric, RICE factor by factor, and models of money family by family.
`Breakdown.computed` does the sum again from the lines alone: it is the score, to the last digit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scoring import cd3, cipf, composite, rank_fusion, rice
from scoring.calibration import METRICS, Calibration
from scoring.evidence import GapEvidence, gather
from scoring.metrics import Metrics
from scoring.model_input import ModelInput
from scoring.portfolio import Portfolio
from scoring.standing import DIGITS

_CENTS, _MONTHS = 100, 12
MONEY_BY_FAMILY = frozenset({"cd3", "raw_arr", "cipf"})
"""Models whose lines are families: cents a year each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part: of a metric, of a factor, or of a family by its id."""

    name: str
    value: float | Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """What the model makes of a gap. Without an effort that it needs, `score` is empty."""

    model: str
    gap_id: str
    lines: tuple[Line, ...]
    effort: Fraction | None
    score: float | None

    @property
    def needs_effort(self) -> bool:
        return self.model in {"cd3", "rice", "cipf"}

    @property
    def before_effort(self) -> float | Fraction:
        """The lines put together, before the effort: whole currency for models of money."""
        if self.model == "cd3":
            return math.fsum(line.value for line in self.lines) / _MONTHS / _CENTS
        if self.model == "composite":
            return 100 * math.prod(float(line.value) for line in self.lines)
        values = [Fraction(line.value) for line in self.lines]
        if self.model == "rice":
            return math.prod(values, start=Fraction(1))
        return sum(values, Fraction(0)) / (_CENTS if self.model in MONEY_BY_FAMILY else 1)

    @property
    def computed(self) -> float | None:
        """The score, made of nothing but the lines and the effort."""
        if not self.needs_effort:
            return _rounded(self.before_effort)
        if self.effort is None:
            return None
        exact = float(self.effort) if self.model == "cd3" else self.effort
        return _rounded(self.before_effort / exact)


def _rounded(value: float | Fraction) -> float:
    return round(value, DIGITS) if isinstance(value, float) else float(round(value, DIGITS))


def breakdown(
    portfolio: Portfolio, calibration: Calibration, *, as_of: date, model: str, gap_id: str
) -> Breakdown | None:
    """Break one gap's score down; None where the gap is not ranked.

    For models of money the portfolio may be as small as the families that ask for the gap, with all they ask for.
    Rank fusion needs every gap.
    """
    evidence = gather(portfolio, calibration=calibration, as_of=as_of)
    world = ModelInput(portfolio=portfolio, evidence=evidence, calibration=calibration)
    measured = list(world.measured())
    found = next(((gap, metrics) for gap, metrics in measured if gap.gap == gap_id), None)
    if found is None:
        return None
    months = world.gaps[gap_id].duration_months
    lines = _lines(*found, model=model, world=world)
    made = Breakdown(
        model=model,
        gap_id=gap_id,
        lines=tuple(lines),
        effort=months if months is not None and months > 0 else None,
        score=None,
    )
    return Breakdown(model=model, gap_id=gap_id, lines=made.lines, effort=made.effort, score=made.computed)


def _lines(gap: GapEvidence, metrics: Metrics, *, model: str, world: ModelInput) -> Sequence[Line]:
    match model:
        case "composite":
            parts = composite.factors(metrics, calibration=world.calibration)
            return [Line(name=part.metric, value=part.multiplier) for part in parts]
        case "rank_fusion":
            return [
                Line(name=name, value=part)
                for name, part in zip(METRICS, rank_fusion.parts(world)[gap.gap], strict=True)
            ]
        case "rice":
            said = rice.suggest(gap, active_families=rice.active_families(world)).edited(world.gaps[gap.gap])
            values = {"reach": said.reach, "impact": said.impact, "confidence": said.confidence}
            return [Line(name=name, value=Fraction(value)) for name, value in values.items()]
        case "cd3":
            amounts: dict[str, float] = cd3.yearly_by_family(world, gap)
            return [Line(name=family, value=cents) for family, cents in amounts.items()]
        case "cipf":
            return [Line(name=family, value=cents) for family, cents in cipf.by_family(world, gap.gap).items()]
        case _:
            alone = {cell.family: cell.money.retention + cell.money.growth for cell in gap.cells}
            return [Line(name=family, value=Fraction(cents)) for family, cents in alone.items()]
