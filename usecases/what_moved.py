"""Compare two rankings gap by gap, and name what moved each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.keys import gap_key
from scoring import METRICS, Entry, Ranking
from usecases.listings import Listing

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


def what_moved(now: Listing, after: Ranking) -> tuple[Moved, ...]:
    """Every gap of either Top 10, in the order of the ranking that was tried; what falls out comes last."""
    entries = {entry.gap_id: entry for entry in after if entry.evidence.cells}
    places = {gap_id: place for place, gap_id in enumerate(entries, start=1)}
    before = {gap_id: place for place, (gap_id, entry) in enumerate(now.ordered, start=1) if entry}
    shown = [gap_id for gap_id, place in places.items() if place <= TOP]
    shown += [gap_id for gap_id, place in before.items() if place <= TOP and gap_id not in set(shown)]
    titles = {row.id: row.title for row in now.rows.gaps}
    common = _common_change(now, entries, shown)
    known = {entry.gap_id: entry for entry in now.ranking}
    waiting = {one.gap_id for one in after.needs_estimate}

    def moved(gap_id: str) -> Moved:
        was, is_now = before.get(gap_id), places.get(gap_id)
        cause = None
        if was != is_now:
            cause = _cause(known.get(gap_id), entries.get(gap_id), after, common=common, rises=_rises(was, is_now))
            cause = replace(cause, needs_estimate=is_now is None and gap_id in waiting)
        return Moved(gap_id=int(gap_id), title=titles[int(gap_id)], before=was, after=is_now, cause=cause)

    return tuple(moved(gap_id) for gap_id in shown)


def _rises(before: int | None, after: int | None) -> bool:
    return after is not None and (before is None or after < before)


def _cause(then: Entry | None, now: Entry | None, after: Ranking, *, common: Mapping[str, float], rises: bool) -> Cause:
    cause = Cause(accounts_before=then.totals.accounts if then else 0, accounts_after=now.totals.accounts if now else 0)
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
        place_in_metric=1 + sum(one.factors[at].value > now.factors[at].value for one in after.entries),
    )


def _changes(then: Entry, now: Entry) -> dict[str, float]:
    """How much each metric's part of the score changed, in logarithms, where parts add up."""
    return {
        one.metric: math.log(other.multiplier) - math.log(one.multiplier)
        for one, other in zip(then.factors, now.factors, strict=True)
    }


def _common_change(now: Listing, entries: Mapping[str, Entry], shown: list[str]) -> dict[str, float]:
    """What changed for everybody moves nobody: the mean over both lists."""
    both = [
        _changes(now.ranking[gap_id], entries[gap_id])
        for gap_id in shown
        if gap_id in entries and gap_id in now.ranking and now.ranking[gap_id].factors and entries[gap_id].factors
    ]
    return {name: math.fsum(one[name] for one in both) / len(both) if both else 0.0 for name in METRICS}
