"""Put gaps in order, the same order whatever order the rows came in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scoring import cd3, cipf, composite, rank_fusion, raw_arr, rice
from scoring.calibration import Calibration
from scoring.evidence import GapEvidence, gather
from scoring.metrics import Metrics, Totals, total
from scoring.model_input import ModelInput
from scoring.portfolio import Portfolio
from scoring.standing import DIGITS, Factor, Standing

_CENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One gap's place; `totals` are for the eye, `metrics` and `factors` are what the score is made of."""

    rank: int
    gap_id: str
    score: float
    metrics: Metrics
    factors: tuple[Factor, ...]
    evidence: GapEvidence
    before_effort: float | None = None

    @property
    def totals(self) -> Totals:
        """Added up when somebody looks, because a list shows ten of many."""
        return total(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unestimated:
    """A gap that a model cannot place because nobody has said what it takes; never dropped, dearest first.

    `before_effort` is what the model would divide, `monthly_cost` its cost of delay in whole reporting currency.
    """

    gap_id: str
    before_effort: float
    monthly_cost: float


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
    needs_estimate: tuple[Unestimated, ...]
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


MODELS: Mapping[str, Callable[[ModelInput], Iterable[Standing]]] = {
    "composite": composite.stand,
    "rank_fusion": rank_fusion.stand,
    "cd3": cd3.stand,
    "rice": rice.stand,
    "raw_arr": raw_arr.stand,
    "cipf": cipf.stand,
}
"""Every model that is shipped, by the name people type."""
STANDING_ALONE = frozenset({"composite", "raw_arr"})
"""Models in which a gap's score and tie-break come from its own requests: it can be ranked again without the rest."""


def rank(portfolio: Portfolio, calibration: Calibration, *, as_of: date, model: str = "composite") -> Ranking:
    """Rank every open gap as of a day.

    Raises `UnknownModel`, `UnknownCurrency` for money without a rate, and `ConflictingRows` for two rows of one id.
    """
    return rank_all(portfolio, calibration, as_of=as_of, models=(model,))[model]


def rank_all(
    portfolio: Portfolio, calibration: Calibration, *, as_of: date, models: Iterable[str]
) -> Mapping[str, Ranking]:
    """Rank by several models what is gathered and measured once; raises what `rank` does."""
    world = _world(portfolio, calibration, as_of=as_of)
    return {model: _ranking(world, model=model) for model in models}


def _ranking(world: ModelInput, *, model: str) -> Ranking:
    standings = _standings(world, model=model)
    scored = [standing for standing in standings if standing.score is not None]
    return Ranking(
        model=model,
        as_of=world.evidence.as_of,
        calibration=world.calibration,
        entries=tuple(_entry(place, standing=standing) for place, standing in enumerate(scored, start=1)),
        needs_estimate=_unestimated([one for one in standings if one.score is None], world=world),
        unplaced_requests=world.evidence.unplaced_requests,
    )


def standings(
    portfolio: Portfolio, calibration: Calibration, *, as_of: date, model: str = "composite"
) -> list[Standing]:
    """Score every open gap, in the order of the ranking but without places; raises what `rank` does."""
    return _standings(_world(portfolio, calibration, as_of=as_of), model=model)


def _world(portfolio: Portfolio, calibration: Calibration, *, as_of: date) -> ModelInput:
    evidence = gather(portfolio, calibration=calibration, as_of=as_of)
    return ModelInput(portfolio=portfolio, evidence=evidence, calibration=calibration)


def _standings(world: ModelInput, *, model: str) -> list[Standing]:
    if model not in MODELS:
        raise UnknownModel(model)
    return sorted(MODELS[model](world), key=lambda standing: standing.order)


def _unestimated(standings: Sequence[Standing], *, world: ModelInput) -> tuple[Unestimated, ...]:
    if not standings:
        return ()
    costs = cd3.monthly_cents(world)
    waiting = (
        Unestimated(
            gap_id=standing.evidence.gap,
            before_effort=standing.before_effort or 0.0,
            monthly_cost=round(costs[standing.evidence.gap] / _CENTS, DIGITS),
        )
        for standing in standings
    )
    return tuple(sorted(waiting, key=lambda gap: (-gap.monthly_cost, gap.gap_id)))


def _entry(place: int, *, standing: Standing) -> Entry:
    return Entry(
        rank=place,
        gap_id=standing.evidence.gap,
        score=standing.score or 0.0,
        metrics=standing.metrics,
        factors=standing.factors,
        before_effort=standing.before_effort,
        evidence=standing.evidence,
    )


def places(portfolio: Portfolio, calibration: Calibration, *, as_of: date) -> Mapping[str, Mapping[str, int | None]]:
    """Return each open gap's place in every model; `None` where the model needs an estimate that nobody has made."""
    rankings = rank_all(portfolio, calibration, as_of=as_of, models=MODELS)
    gaps = (entry.gap_id for entry in rankings["composite"])
    return {
        gap: {model: ranking[gap].rank if gap in ranking else None for model, ranking in rankings.items()}
        for gap in gaps
    }
