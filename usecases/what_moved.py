"""Compare two rankings gap by gap, and name what moved each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.keys import gap_key
from scoring import METRICS
from scoring.composite import factors
from scoring.live import Order
from scoring.standing import Factor
from usecases.listings import COMPOSITE, Listing

TOP = 10
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a gap moves. `metric` is the one that changed for or against it; None where its own score is as it was."""

    metric: str | None = None
    weight_before: float = 0.0
    weight_after: float = 0.0
    place_in_metric: int | None = None
    accounts_before: int = 0
    accounts_after: int = 0
    model_score: float | None = None
    needs_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A gap of either Top 10: its places, and the cause where they differ."""

    gap_id: int
    title: str
    before: int | None
    after: int | None
    cause: Cause | None

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


def what_moved(now: Listing, after: Order) -> tuple[Moved, ...]:
    """Every gap of either Top 10, in the order of the ranking that was tried; what falls out comes last."""
    then, later = now.listed[: now.placed].tolist(), after.asked.tolist()
    shown = later[:TOP] + [gap for gap in then[:TOP] if gap not in later[:TOP]]
    places = {gap: place for place, gap in enumerate(later, start=1) if gap in shown}
    before = {gap: place for place, gap in enumerate(then, start=1) if gap in shown}
    known, entries = (
        {gap: _gap(order, gap) for gap in placed} for order, placed in ((now.order, before), (after, places))
    )
    common = _common_change(known, entries)
    waiting = {one.gap_id for one in after.waiting}

    def moved(gap: int) -> Moved:
        was, is_now, gap_id = before.get(gap), places.get(gap), after.gap_ids[gap]
        cause = None
        if was != is_now:
            cause = _cause(known.get(gap), entries.get(gap), after, common=common, rises=_rises(was, is_now))
            cause = replace(cause, needs_estimate=is_now is None and gap_id in waiting)
        return Moved(gap_id=int(gap_id), title=now.kept.gaps[gap_id].title, before=was, after=is_now, cause=cause)

    return tuple(moved(gap) for gap in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """A gap in one of the two orders."""

    number: int
    score: float
    accounts: int
    factors: tuple[Factor, ...]


def _gap(order: Order, gap: int) -> _Gap:
    return _Gap(
        number=gap,
        score=order.score(gap),
        accounts=order.families(gap),
        factors=factors(order.metrics(gap), calibration=order.calibration) if order.model == COMPOSITE else (),
    )


def _rises(before: int | None, after: int | None) -> bool:
    return after is not None and (before is None or after < before)


def _cause(then: _Gap | None, now: _Gap | None, after: Order, *, common: Mapping[str, float], rises: bool) -> Cause:
    cause = Cause(accounts_before=then.accounts if then else 0, accounts_after=now.accounts if now else 0)
    if now is None:
        return cause
    if then is None or not (then.factors and now.factors):
        return replace(cause, model_score=now.score)
    changes = _changes(then, now)
    if max(map(abs, changes.values())) < _SAME:
        return cause
    sign = 1 if rises else -1
    metric = max(METRICS, key=lambda name: sign * (changes[name] - common[name]))
    at = METRICS.index(metric)
    return replace(
        cause,
        metric=metric,
        weight_before=then.factors[at].weight,
        weight_after=now.factors[at].weight,
        place_in_metric=after.place_in_metrics(now.number)[at],
    )


def _changes(then: _Gap, now: _Gap) -> dict[str, float]:
    """How much each metric's part of the score changed, in logarithms, where parts add up."""
    return {
        one.metric: math.log(other.multiplier) - math.log(one.multiplier)
        for one, other in zip(then.factors, now.factors, strict=True)
    }


def _common_change(then: Mapping[int, _Gap], now: Mapping[int, _Gap]) -> dict[str, float]:
    """What changed for everybody moves nobody: the mean over both lists."""
    both = [_changes(then[gap], now[gap]) for gap in then.keys() & now.keys() if then[gap].factors and now[gap].factors]
    return {name: math.fsum(one[name] for one in both) / len(both) if both else 0.0 for name in METRICS}
