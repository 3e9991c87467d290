"""Every gap's score and place, and how both follow a change: the touched gaps are scored again, and all are sorted.

Only in the models of `STANDING_ALONE` a gap's score and tie-break come from its own requests; in the others everything
is ranked again, from the same columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction

import numpy as np

from scoring.bulk import Columns, rank_columns
from scoring.bulk.cells import condense
from scoring.bulk.columns import Flags, Ints
from scoring.bulk.metrics import Measured, measure_all
from scoring.bulk.rounding import Floats
from scoring.bulk.scores import composite_scores, raw_arr_scores
from scoring.bulk.wilson import bounds
from scoring.calibration import Calibration
from scoring.live.rows import Changed
from scoring.metrics import Metrics
from scoring.rank_fusion import K
from scoring.ranking import STANDING_ALONE, Unestimated

_NEARLY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """By gap, everything that the order depends on; the smallest key comes first."""

    is_ranked: Flags
    scores: Floats
    keys: Floats
    money: Ints
    strategic: Ints
    heads: Ints
    p0: Ints
    first_asked: Ints
    families: Ints


@dataclass(frozen=True, kw_only=True)
class Order:
    """A ranking by numbers: `order` has the gaps from the first place on, also those that nobody asks for.

    `waiting` are those that the model cannot place, dearest first.
    """

    model: str
    calibration: Calibration
    as_of: date
    gap_ids: tuple[str, ...]
    order: Ints
    places: Ints
    """By gap, from 1; 0 is no place."""
    waiting: tuple[Unestimated, ...]
    scored: Scored
    units: Measured

    @classmethod
    def of(cls, columns: Columns, calibration: Calibration, *, as_of: date, model: str) -> "Order":
        """Rank everything. Raises what `rank_columns` does, `TooLarge` among it: `plain_order` takes those."""
        if model in STANDING_ALONE:
            scored, units = _alone(columns, calibration, as_of=as_of, model=model)
            return _placed(cls, scored, units, columns.gap_ids, calibration=calibration, as_of=as_of, model=model)
        ranked = rank_columns(columns, calibration, as_of=as_of, model=model)
        order = np.array(ranked.order, dtype=np.int64)
        scores = np.zeros(len(columns.gap_ids))
        scores[order] = ranked.scores
        cells = condense(columns, calibration=calibration, as_of=as_of)
        families = np.bincount(cells.gap, minlength=len(columns.gap_ids))
        return cls(
            model=model,
            calibration=calibration,
            as_of=as_of,
            gap_ids=columns.gap_ids,
            order=order,
            places=places_of(order, gaps=len(columns.gap_ids)),
            waiting=ranked.needs_estimate,
            scored=_table(
                columns, ranked.measured, scores=scores, keys=scores, first_asked=cells.first_asked, families=families
            ),
            units=ranked.measured,
        )

    def followed(self, changed: Changed) -> "Order":
        """The order after a change, as `of` gives it for the changed rows."""
        columns = changed.rows.columns
        if self.model not in STANDING_ALONE:
            return Order.of(columns, self.calibration, as_of=self.as_of, model=self.model)
        return self.instead(
            changed.rows.only(changed.touched), at=changed.touched, moved_to=changed.moved_to, to=columns
        )

    def instead(self, own: Columns, *, at: Ints, moved_to: Ints | None = None, to: Columns | None = None) -> "Order":
        """The order in which some gaps have other rows, in a model in which each stands alone."""
        gap_ids = to.gap_ids if to else self.gap_ids
        one, _ = _alone(own, self.calibration, as_of=self.as_of, model=self.model)
        columns = {}
        for each in fields(Scored):
            values = getattr(self.scored, each.name)
            found = np.zeros(len(gap_ids), dtype=values.dtype)
            found[slice(None) if moved_to is None else moved_to] = values
            found[at] = getattr(one, each.name)
            columns[each.name] = found
        return _placed(
            Order,
            Scored(**columns),
            self.units,
            gap_ids,
            calibration=self.calibration,
            as_of=self.as_of,
            model=self.model,
        )

    def is_asked(self, gaps: Ints) -> Flags:
        """Whether anybody asks for them."""
        asked: Flags = self.scored.families[gaps] > 0
        return asked

    @property
    def asked(self) -> Ints:
        """The gaps with a place that somebody asks for, from the first place on."""
        return self.order[self.is_asked(self.order)]

    def place(self, gap: int) -> int | None:
        """The gap's place among all; None where it has none or nobody asks for it."""
        return int(self.places[gap]) or None if self.scored.families[gap] else None

    def score(self, gap: int) -> float:
        return float(self.scored.scores[gap])

    def families(self, gap: int) -> int:
        """How many accounts' families ask for it."""
        return int(self.scored.families[gap])

    def metrics(self, gap: int) -> Metrics:
        """As the plain ranking has them."""
        return self._measured.metrics(gap)

    def place_in_metrics(self, gap: int) -> tuple[int, int, int, int]:
        """For each metric one more than the gaps of the ranking that have more of it."""
        scored, ranked = self.scored, self.order
        one, two, three = (
            1 + int((column[ranked] > column[gap]).sum()) for column in (scored.money, scored.heads, scored.strategic)
        )
        return one, two, three, 1 + self._stronger(gap)

    def fused(self, gap: int) -> tuple[Fraction, ...] | None:
        """What each metric adds to the gap's score in rank fusion; None where the columns do not hold it."""
        scored, ranked, units = self.scored, self.order, self.units.head_units
        asked, lower = scored.heads > 0, np.zeros(len(scored.heads), dtype=np.int64)
        lower[asked] = bounds(scored.heads[asked] / units, share=scored.p0[asked] / scored.heads[asked])
        found = []
        columns = (scored.money, scored.heads, scored.strategic, lower)
        for weight, column in zip(self.calibration.policy.weights, columns, strict=True):
            above, equal = int((column[ranked] > column[gap]).sum()), int((column[ranked] == column[gap]).sum())
            found.append(Fraction(str(weight)) / (K + above + Fraction(equal + 1, 2)))
        return tuple(found)

    def _stronger(self, gap: int) -> int:
        """Shares are compared in floats, and as fractions where floats cannot tell them apart."""
        mine, shares = self.metrics(gap).p0_strength, self._measured.approximate()[3][self.order]
        near = np.abs(shares - float(mine)) <= _NEARLY
        pairs = {(int(self.scored.p0[one]), int(self.scored.heads[one])): int(one) for one in self.order[near]}
        counts: dict[tuple[int, int], int] = {}
        for one in self.order[near].tolist():
            pair = (int(self.scored.p0[one]), int(self.scored.heads[one]))
            counts[pair] = counts.get(pair, 0) + 1
        above = sum(counts[pair] for pair, one in pairs.items() if self._strength(one) > mine)
        return int((shares[~near] > float(mine)).sum()) + above

    def _strength(self, gap: int) -> Fraction:
        return self.metrics(gap).p0_strength

    @property
    def _measured(self) -> Measured:
        scored = self.scored
        return replace(self.units, money=scored.money, heads=scored.heads, strategic=scored.strategic, p0=scored.p0)


def _alone(columns: Columns, calibration: Calibration, *, as_of: date, model: str) -> tuple[Scored, Measured]:
    cells = condense(columns, calibration=calibration, as_of=as_of)
    gaps = len(columns.gap_ids)
    measured = measure_all(cells, gaps=gaps, calibration=calibration)
    found = (
        raw_arr_scores(cells, gaps=gaps) if model == "raw_arr" else composite_scores(measured, calibration=calibration)
    )
    table = _table(
        columns,
        measured,
        scores=found.scores,
        keys=found.keys.astype(float),
        first_asked=cells.first_asked,
        families=np.bincount(cells.gap, minlength=gaps),
    )
    return table, measured


def _table(
    columns: Columns, measured: Measured, *, scores: Floats, keys: Floats, first_asked: Ints, families: Ints
) -> Scored:
    return Scored(
        is_ranked=columns.is_ranked,
        scores=scores,
        keys=keys,
        money=measured.money,
        strategic=measured.strategic,
        heads=measured.heads,
        p0=measured.p0,
        first_asked=first_asked,
        families=families,
    )


def _placed(
    kind: type[Order],
    scored: Scored,
    units: Measured,
    gap_ids: tuple[str, ...],
    *,
    calibration: Calibration,
    as_of: date,
    model: str,
) -> Order:
    order = _sorted(scored, is_by_id=model == "raw_arr")
    return kind(
        model=model,
        calibration=calibration,
        as_of=as_of,
        gap_ids=gap_ids,
        order=order,
        places=places_of(order, gaps=len(gap_ids)),
        waiting=(),
        scored=scored,
        units=units,
    )


def _sorted(scored: Scored, *, is_by_id: bool) -> Ints:
    """Numbers of gaps are in the order of their ids, so that a stable sort breaks ties by id."""
    gaps = np.flatnonzero(scored.is_ranked)
    order = gaps[np.argsort(scored.keys[gaps], kind="stable")]
    if is_by_id or len(order) <= 1:
        return order
    same = np.diff(scored.keys[order]) == 0
    tied = np.flatnonzero(np.r_[False, same] | np.r_[same, False])
    mine = order[tied]
    # Among gaps with as many heads the share of P0 is in the order of the P0 heads.
    by: Sequence[Ints] = (scored.money, scored.strategic, scored.heads, scored.p0)
    keys = (mine, scored.first_asked[mine], *(-column[mine] for column in reversed(by)), scored.keys[mine])
    order[tied] = mine[np.lexsort(keys)]
    return order


def places_of(order: Ints, *, gaps: int) -> Ints:
    places = np.zeros(gaps, dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places
