"""Say why a gap is where it is, in parts that multiply and add up to the score exactly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.words import Priority
from scoring.calibration import METRICS, Calibration
from scoring.composite import factors, score
from scoring.evidence import Cell, GapEvidence
from scoring.metrics import Totals, counted_money, measure, money_shares, weighted_money
from scoring.money import Basis, MoneyFlag
from scoring.ranking import Entry, Ranking
from scoring.standing import Factor

OWNER_CAP = "owner_cap"
LEVERS_TRIED = 12
"""Beyond the dozen biggest families nobody moves a score most, and trying all is quadratic."""


class NotExplained(ValueError):
    """The model is not a product of factors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricLine:
    """One metric of the table: `value` counts, `gross` is the same before priority, age and caps.

    `sub_score` is the place on the log scale (1 = the portfolio's P99), `multiplier` its part in the product.
    """

    metric: str
    value: Fraction
    gross: Fraction
    rank: int
    of: int
    sub_score: float
    weight: float
    multiplier: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyLine:
    """What one family adds: `counted` cents of the gap's impacted ARR, out of `gross` cents."""

    family: str
    accounts: tuple[str, ...]
    requests: tuple[str, ...]
    owner: str
    strategic: bool
    priority: Priority
    last_confirmed: date
    gross: int
    exposure: int
    counted: Fraction
    basis: Basis
    capped_by: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The gap one place above or below: `ratio` of the scores is the product of the metrics' ratios."""

    gap_id: str
    rank: int
    score: float
    ratio: float
    per_metric_ratio: tuple[float, ...]
    largest: str
    """The metric that speaks most for this gap."""
    smallest: str
    """The metric that speaks most for the neighbour."""

    @property
    def widest(self) -> str:
        """The metric that sets the two apart most."""
        by_metric = dict(zip(METRICS, self.per_metric_ratio, strict=True))
        return max(METRICS, key=lambda metric: abs(math.log(by_metric[metric])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """The family without which the score would differ most, and the score the gap would then have."""

    family: str
    score_without: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything a *why* needs; 100 x the product of `lines[*].multiplier` is the score to six decimals."""

    gap_id: str
    rank: int
    of: int
    score: float
    model: str
    calibration_id: str
    as_of: date
    lines: tuple[MetricLine, ...]
    families: tuple[FamilyLine, ...]
    totals: Totals
    flags: tuple[str, ...]
    vs_above: Neighbour | None
    vs_below: Neighbour | None
    would_change_most: Lever | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A gap as its neighbour looks at it."""

    gap_id: str
    rank: int
    score: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What of a ranking the explanation of one place looks at: how many have more of each metric, and who is next."""

    model: str
    calibration: Calibration
    as_of: date
    of: int
    places_in_metrics: tuple[int, ...]
    above: Beside | None
    below: Beside | None


def explain(ranking: Ranking, gap_id: str) -> Explanation:
    """Explain one gap's place; raise `UnknownGap`.

    Raises `NotExplained` for a model without factors: `scoring.breakdown` explains those.
    """
    entry = ranking[gap_id]
    if not entry.factors:
        raise NotExplained(ranking.model)
    return explain_among(
        entry,
        Surroundings(
            model=ranking.model,
            calibration=ranking.calibration,
            as_of=ranking.as_of,
            of=len(ranking),
            places_in_metrics=tuple(
                1 + sum(other.metrics.values[index] > value for other in ranking.entries)
                for index, value in enumerate(entry.metrics.values)
            ),
            above=_beside(ranking, entry.rank - 1),
            below=_beside(ranking, entry.rank + 1),
        ),
    )


def explain_among(entry: Entry, among: Surroundings) -> Explanation:
    """Explain one place by the gap's own evidence and what is around it."""
    families = _families(entry.evidence, calibration=among.calibration)
    flags = {flag for family in families for flag in (*family.flags, *family.capped_by)}
    return Explanation(
        gap_id=entry.gap_id,
        rank=entry.rank,
        of=among.of,
        score=entry.score,
        model=among.model,
        calibration_id=among.calibration.id,
        as_of=among.as_of,
        lines=_lines(entry, among=among),
        families=families,
        totals=entry.totals,
        flags=tuple(sorted(flags.union(entry.evidence.flags))),
        vs_above=_neighbour(entry, among.above),
        vs_below=_neighbour(entry, among.below),
        would_change_most=_lever(entry, calibration=among.calibration),
    )


def _beside(ranking: Ranking, rank: int) -> Beside | None:
    if not 1 <= rank <= len(ranking):
        return None
    found = ranking.entries[rank - 1]
    return Beside(gap_id=found.gap_id, rank=found.rank, score=found.score, factors=found.factors)


def _lines(entry: Entry, *, among: Surroundings) -> tuple[MetricLine, ...]:
    totals = entry.totals
    gross = (
        Fraction(totals.gross_arr),
        Fraction(totals.accounts),
        Fraction(totals.strategic_arr),
        Fraction(totals.p0_accounts, max(1, totals.accounts)),
    )
    return tuple(
        MetricLine(
            metric=factor.metric,
            value=factor.value,
            gross=gross[index],
            rank=among.places_in_metrics[index],
            of=among.of,
            sub_score=factor.sub_score,
            weight=factor.weight,
            multiplier=factor.multiplier,
        )
        for index, factor in enumerate(entry.factors)
    )


def _families(evidence: GapEvidence, *, calibration: Calibration) -> tuple[FamilyLine, ...]:
    """Biggest counted money first, so that the first line is the answer to "who is behind this?"."""
    capped = money_shares(evidence.cells, calibration=calibration)
    counted = counted_money(evidence, calibration=calibration)
    lines = [
        _family(cell, counted=money, owner_is_cut=capped.is_cut(cell.owner))
        for cell, money in zip(evidence.cells, counted, strict=True)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.counted, -line.gross, line.family)))


def _family(cell: Cell, *, counted: Fraction, owner_is_cut: bool) -> FamilyLine:
    caps = [MoneyFlag.CAPPED.value] if MoneyFlag.CAPPED in cell.money.flags else []
    if owner_is_cut:
        caps.append(OWNER_CAP)
    return FamilyLine(
        family=cell.family,
        accounts=cell.accounts,
        requests=cell.requests,
        owner=cell.owner,
        strategic=cell.strategic,
        priority=cell.priority,
        last_confirmed=cell.last_confirmed,
        gross=cell.money.gross,
        exposure=cell.exposure,
        counted=counted,
        basis=cell.money.basis,
        capped_by=tuple(caps),
        flags=cell.flags,
    )


def _neighbour(entry: Entry, other: Beside | None) -> Neighbour | None:
    if other is None:
        return None
    ratios = tuple(
        ours.multiplier / theirs.multiplier for ours, theirs in zip(entry.factors, other.factors, strict=True)
    )
    by_metric = dict(zip(METRICS, ratios, strict=True))
    return Neighbour(
        gap_id=other.gap_id,
        rank=other.rank,
        score=other.score,
        ratio=math.prod(ratios),
        per_metric_ratio=ratios,
        largest=max(METRICS, key=lambda metric: by_metric[metric]),
        smallest=min(METRICS, key=lambda metric: by_metric[metric]),
    )


def _lever(entry: Entry, *, calibration: Calibration) -> Lever | None:
    """Leave the biggest families out in turn; equal changes go to the smallest id."""
    cells = entry.evidence.cells
    biggest = sorted(cells, key=lambda cell: (-weighted_money(cell, calibration=calibration), cell.family))
    levers = [
        Lever(
            family=left_out.family,
            score_without=_score([cell for cell in cells if cell is not left_out], entry, calibration),
        )
        for left_out in biggest[:LEVERS_TRIED]
    ]
    return min(levers, key=lambda lever: (-abs(entry.score - lever.score_without), lever.family), default=None)


def _score(cells: Sequence[Cell], entry: Entry, calibration: Calibration) -> float:
    metrics = measure(replace(entry.evidence, cells=tuple(cells)), calibration=calibration)
    return score(factors(metrics, calibration=calibration))
