"""Put gaps in order, the same order whatever order the rows came in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scoring.calibration import Calibration
from scoring.composite import Factor, factors, score
from scoring.evidence import GapEvidence, gather
from scoring.metrics import Metrics, Totals, measure, total
from scoring.portfolio import Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One gap's place; `totals` are for the eye, `metrics` and `factors` are what the score is made of."""

    rank: int
    gap_id: str
    score: float
    metrics: Metrics
    factors: tuple[Factor, ...]
    evidence: GapEvidence

    @property
    def totals(self) -> Totals:
        """Added up when somebody looks, because a list shows ten of many."""
        return total(self.evidence)


class UnknownGap(LookupError):
    """The gap is not in this ranking: closed, merged, or never there."""


class UnknownModel(LookupError):
    """No model of this name is shipped."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """An ordered list with everything needed to explain it."""

    model: str
    as_of: date
    calibration: Calibration
    entries: tuple[Entry, ...]
    unplaced_requests: tuple[str, ...]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, gap_id: str) -> Entry:
        """Return the gap's entry; raise `UnknownGap`."""
        try:
            return self._by_gap[gap_id]
        except KeyError:
            raise UnknownGap(gap_id) from None

    def __contains__(self, gap_id: object) -> bool:
        return gap_id in self._by_gap

    @cached_property
    def _by_gap(self) -> Mapping[str, Entry]:
        return {entry.gap_id: entry for entry in self.entries}


def rank(portfolio: Portfolio, calibration: Calibration, *, as_of: date, model: str = "composite") -> Ranking:
    """Rank every open gap as of a day.

    Raises `UnknownModel`, `UnknownCurrency` for money without a rate, and `ConflictingRows` for two rows of one id.
    """
    if model != "composite":
        raise UnknownModel(model)
    evidence = gather(portfolio, calibration=calibration, as_of=as_of)
    drafts = sorted((_draft(gap, calibration=calibration) for gap in evidence.gaps), key=_order)
    return Ranking(
        model=model,
        as_of=as_of,
        calibration=calibration,
        entries=tuple(_entry(place, draft=draft) for place, draft in enumerate(drafts, start=1)),
        unplaced_requests=evidence.unplaced_requests,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    evidence: GapEvidence
    metrics: Metrics
    factors: tuple[Factor, ...]
    score: float


def _draft(evidence: GapEvidence, *, calibration: Calibration) -> _Draft:
    metrics = measure(evidence, calibration=calibration)
    parts = factors(metrics, calibration=calibration)
    return _Draft(evidence, metrics, parts, score(parts))


def _order(draft: _Draft) -> tuple[object, ...]:
    """Best score first; equal ones by money, strategic money, accounts, P0, then who was asked for first."""
    metrics = draft.metrics
    return (
        -draft.score,
        -metrics.impacted_arr,
        -metrics.strategic_arr,
        -metrics.accounts,
        -metrics.p0_strength,
        draft.evidence.first_asked or date.max,
        draft.evidence.gap,
    )


def _entry(place: int, *, draft: _Draft) -> Entry:
    return Entry(
        rank=place,
        gap_id=draft.evidence.gap,
        score=draft.score,
        metrics=draft.metrics,
        factors=draft.factors,
        evidence=draft.evidence,
    )
