"""The rows of the live portfolio as columns, and what becomes of them when single rows change."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from scoring.bulk.columns import (
    NOBODY,
    Columns,
    Flags,
    Ints,
    RequestColumns,
    accounts_of,
    deals_of,
    months_of,
    requests_of,
)
from scoring.lineage import trace
from scoring.live.index import Index
from scoring.portfolio import Account, Gap, Opportunity, Portfolio, Request, by_id

_Table = TypeVar("_Table")


class KnownFamily(ValueError):
    """An account that is new belongs to a family that is known already: only reading everything again is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Rows as they are now; `gone` are the ids of requests that do not count any more.

    `accounts` and `opportunities` are those of whole families that nobody asked for before.
    """

    requests: Sequence[Request] = ()
    gone: Collection[int] = ()
    gaps: Sequence[Gap] = ()
    accounts: Sequence[Account] = ()
    opportunities: Sequence[Opportunity] = ()
    active_families: int | None = None
    """How many there are now; None leaves them as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The rows after a change, the numbers of the gaps that it touched, and where every earlier gap is now."""

    rows: "LiveRows"
    touched: Ints
    moved_to: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRows:
    """Columns beside what they do not hold: by request its id and the gap that it names, by gap whether it is open.

    Ids of requests are numbers written as text, as the database gives them.
    """

    columns: Columns
    ids: Ints
    named: Ints
    is_open: Flags
    merged: Mapping[str, str]
    index: Index

    @classmethod
    def of(cls, frame: Portfolio, requests: Iterable[Sequence[Request]]) -> "LiveRows":
        """Take everything but requests at once, and the requests in parts, of which only numbers are kept."""
        columns = Columns.of(replace(frame, requests=()))
        index = Index.of(frame, currencies=columns.currencies)
        gaps = {gap: number for number, gap in enumerate(columns.gap_ids)}
        found = by_id(frame.gaps)
        live = cls(
            columns=columns,
            ids=np.zeros(0, dtype=np.int64),
            named=np.zeros(0, dtype=np.int64),
            is_open=np.array([found[gap].state.is_open for gap in columns.gap_ids], dtype=bool),
            merged={gap.id: gap.merged_into for gap in found.values() if gap.merged_into is not None},
            index=index,
        )
        parts, ids = [live.columns.requests], [live.ids]
        for rows in requests:
            index = index.with_requests(rows)
            parts.append(_columns(rows, gaps=gaps, index=index))
            ids.append(_ids(rows))
        return replace(
            live,
            columns=replace(columns, requests=_joined(parts), currencies=tuple(index.currencies)),
            ids=np.concatenate(ids),
            named=np.concatenate([part.gap for part in parts]),
            index=index,
        ).placed()

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, gap_id: str) -> int | None:
        """A gap's number; None for one that is not known."""
        at = bisect_left(self.columns.gap_ids, gap_id)
        return at if at < len(self.columns.gap_ids) and self.columns.gap_ids[at] == gap_id else None

    def members(self, gap: int) -> list[str]:
        """The ids of the gap and of all that are merged into it."""
        lineage = trace({**dict.fromkeys(self.merged.values()), **self.merged})
        return sorted({self.columns.gap_ids[gap], *lineage.below({self.columns.gap_ids[gap]})})

    def changed(self, changes: Changes) -> Changed:
        """The rows with some replaced, added or taken away. Raise `KnownFamily`."""
        before, live = self, self
        if changes.accounts or changes.opportunities:
            live = live.with_customers(changes.accounts, changes.opportunities)
        live, moved_to = live.with_gaps(changes.gaps)
        if changes.active_families is not None:
            live = replace(live, columns=replace(live.columns, active_families=changes.active_families))
        index = live.index.with_requests(changes.requests)
        leaving = np.isin(
            live.ids, np.array([*changes.gone, *(int(one.id) for one in changes.requests)], dtype=np.int64)
        )
        gaps = {one.gap: live.number(one.gap) for one in changes.requests}
        new = _columns(changes.requests, gaps={key: at for key, at in gaps.items() if at is not None}, index=index)
        left = _taken(live.columns.requests, ~leaving)
        after = replace(
            live,
            columns=replace(live.columns, requests=_joined([left, new]), currencies=tuple(index.currencies)),
            ids=np.r_[live.ids[~leaving], _ids(changes.requests)],
            named=np.r_[live.named[~leaving], new.gap],
            index=index,
        ).placed()
        of_gaps = np.array([after.number(gap.id) for gap in changes.gaps], dtype=np.int64)
        named = np.unique(np.r_[live.named[leaving], new.gap, of_gaps])
        named = named[named != NOBODY]
        then = np.flatnonzero(np.isin(moved_to, named))
        touched = np.r_[after.roots()[named], moved_to[before.roots()[then]], named]
        return Changed(rows=after, touched=np.unique(touched), moved_to=moved_to)

    def only(self, gaps: Ints, *, without: int | None = None) -> Columns:
        """What belongs to some gaps, given by ascending number, perhaps without one request; the rest is not there."""
        return narrowed(self.columns, gaps, where=None if without is None else self.ids != without)

    def roots(self) -> Ints:
        """For each gap the one that its requests count for."""
        gap_ids = self.columns.gap_ids
        found = np.arange(len(gap_ids))
        if self.merged:
            lineage = trace(
                {**{gap: None for gap in self.merged.values() if self.number(gap) is not None}, **self.merged}
            )
            for gap, root in lineage.root_of.items():
                at, to = self.number(gap), self.number(root)
                if at is not None and to is not None:
                    found[at] = to
        return found

    def placed(self) -> "LiveRows":
        """With every request at the gap that it counts for, and only surviving open gaps ranked."""
        roots = self.roots()
        gap = np.where(self.named == NOBODY, NOBODY, np.r_[roots, NOBODY][self.named])
        columns = replace(
            self.columns,
            is_ranked=self.is_open & (roots == np.arange(len(roots))),
            requests=replace(self.columns.requests, gap=gap),
        )
        return replace(self, columns=columns)

    def with_gaps(self, gaps: Sequence[Gap]) -> tuple["LiveRows", Ints]:
        """Gaps keep the order of their ids, because equal scores are ordered by them."""
        columns = self.columns
        new = sorted({gap.id for gap in gaps if self.number(gap.id) is None})
        at = np.array([bisect_left(columns.gap_ids, gap) for gap in new], dtype=np.int64)
        old = np.arange(len(columns.gap_ids))
        moved_to = old + np.searchsorted(at, old, side="right")
        gap_ids = tuple(sorted((*columns.gap_ids, *new))) if new else columns.gap_ids
        is_open, estimate = np.zeros(len(gap_ids), dtype=bool), np.full(len(gap_ids), NOBODY)
        is_open[moved_to], estimate[moved_to] = self.is_open, columns.estimate
        live = replace(
            self,
            columns=replace(
                columns,
                gap_ids=gap_ids,
                estimate=estimate,
                is_ranked=is_open,
                edited=tuple((int(moved_to[at]), gap) for at, gap in columns.edited),
            ),
            named=np.where(self.named == NOBODY, NOBODY, np.r_[moved_to, NOBODY][self.named]),
            is_open=is_open,
        )
        for gap in gaps:
            live = live.with_gap(gap)
        return live, moved_to

    def with_gap(self, gap: Gap) -> "LiveRows":
        """Write into what `with_gaps` has just copied."""
        at, columns, months = bisect_left(self.columns.gap_ids, gap.id), self.columns, months_of(gap)
        estimates = columns.estimates if months is None or months in columns.estimates else (*columns.estimates, months)
        self.is_open[at], columns.estimate[at] = (
            gap.state.is_open,
            NOBODY if months is None else estimates.index(months),
        )
        merged = {key: into for key, into in self.merged.items() if key != gap.id}
        if gap.merged_into is not None:
            merged[gap.id] = gap.merged_into
        said = [(place, one) for place, one in columns.edited if place != at]
        if (gap.reach, gap.impact, gap.confidence) != (None, None, None):
            said.append((at, gap))
        edited = tuple(sorted(said, key=lambda one: one[0]))
        return replace(self, columns=replace(columns, estimates=estimates, edited=edited), merged=merged)

    def with_customers(self, accounts: Sequence[Account], deals: Sequence[Opportunity]) -> "LiveRows":
        """Put whole families behind the others."""
        old, known = self.columns.accounts, len(self.columns.accounts.family)
        if any(row.id in self.index.accounts for row in accounts):
            raise KnownFamily
        nobody = int(old.owner.max(initial=-1)) + 1
        index = self.index.with_customers(accounts, deals, nobody=nobody)
        rows = [by_id(accounts)[key] for key in sorted({row.id for row in accounts})]
        more = accounts_of(
            rows,
            numbers={row.id: place for place, row in enumerate(rows)},
            families=trace({row.id: row.parent for row in rows}),
            codes=index.currencies,
            deals=deals,
            owners=index.owners,
        )
        # Families without an owner have numbers of their own, also beside those that were there.
        free = max(nobody, max(index.owners.values(), default=-1) + 1) + np.arange(len(rows))
        more = replace(
            more,
            family=more.family + known,
            enter=more.enter + known,
            leave=more.leave + known,
            preorder=more.preorder + known,
            owner=np.where([not row.owner for row in rows], free, more.owner),
        )
        joined = _joined([old, more])
        before = self.columns.deals
        # Deals of accounts that nobody knows have numbers beyond all accounts.
        before = replace(before, account=before.account + np.where(before.account >= known, len(rows), 0))
        new = [deal for key, deal in sorted(by_id(deals).items()) if key not in self.index.deals]
        added = deals_of(new, numbers=index.accounts, accounts=joined, codes=index.currencies)
        strangers = max(0, int(before.account.max(initial=-1)) + 1 - len(index.accounts))
        added = replace(added, account=added.account + np.where(added.account >= len(index.accounts), strangers, 0))
        return replace(
            self,
            columns=replace(self.columns, accounts=joined, deals=_joined([before, added])),
            index=index,
        )


def narrowed(columns: Columns, gaps: Ints, *, where: Flags | None = None) -> Columns:
    """The columns with some gaps only, given by ascending number, and perhaps some requests only."""
    wanted = np.zeros(len(columns.gap_ids) + 1, dtype=bool)
    wanted[gaps] = True
    mine = wanted[columns.requests.gap]
    rows = _taken(columns.requests, mine if where is None else mine & where)
    return replace(
        columns,
        gap_ids=tuple(columns.gap_ids[gap] for gap in gaps.tolist()),
        is_ranked=columns.is_ranked[gaps],
        estimate=columns.estimate[gaps],
        edited=tuple((int(np.searchsorted(gaps, at)), gap) for at, gap in columns.edited if wanted[at]),
        requests=replace(rows, gap=np.searchsorted(gaps, rows.gap)),
    )


def chosen(columns: Columns, where: Flags) -> Columns:
    """The columns with some requests only."""
    return replace(columns, requests=_taken(columns.requests, where))


def _columns(rows: Sequence[Request], *, gaps: Mapping[str, int], index: Index) -> RequestColumns:
    return requests_of(
        rows, gaps=gaps, accounts=index.accounts, deals=index.deals, codes=index.currencies, people=index.people
    )


def _ids(rows: Sequence[Request]) -> Ints:
    return np.fromiter((int(row.id) for row in rows), dtype=np.int64)


def _taken(rows: RequestColumns, where: Flags) -> RequestColumns:
    return RequestColumns(**{each.name: getattr(rows, each.name)[where] for each in fields(rows)})


def _joined(parts: Sequence[_Table]) -> _Table:
    """The same columns one behind the other; what is no array is a tuple."""
    columns = {}
    for each in fields(parts[0]):  # type: ignore[arg-type]
        values = [getattr(part, each.name) for part in parts]
        is_tuple = isinstance(values[0], tuple)
        columns[each.name] = tuple(one for value in values for one in value) if is_tuple else np.concatenate(values)
    return type(parts[0])(**columns)
