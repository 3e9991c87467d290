"""Keep the whole list in memory, once for all who ask, and follow what happens: one request is one gap scored again.

What the database says decides, so several processes may each keep their own. The list is made anew when the day, the
rates or the settings are others, when the CRM was read, when something happened that is not known to concern single
gaps, and in any case after a while: a minute, or longer where making it takes long. A million requests for a hundred
thousand gaps take about 150 MB and twice that while they are read.
"""

import itertools
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from domain.money import ExchangeRates
from domain.ports import Clock
from scoring import Calibration, rank
from scoring.bulk.cells import TooLarge
from scoring.bulk.columns import Flags
from scoring.live import Changes, KnownFamily, LiveRows, Order, chosen, plain_order
from storage import portfolio, portfolio_changes
from storage.portfolio_changes import Change, Mark
from usecases.live_portfolio import as_accounts, as_deals, as_gaps, as_portfolio, as_requests

_MADE_ANEW_AFTER = timedelta(minutes=1)
_MAKING_TAKES = 60
"""Making the list anew may take one sixtieth of the time."""
_CHANGES_NOTHING = ("view.", "digest.", "proposal.", "top10.", "channel.", "stranger.", "promise.")
"""What people do that no rank depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a list was ranked by. A list by other terms is another list."""

    as_of: date
    rates: ExchangeRates
    calibration: Calibration
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The list at one moment; it does not change. `version` is another one whenever anything of it is.

    `gaps` are all gaps' rows by id: id, state, merged_into_id, title, area_key, dri_id, effort_months and RICE inputs.
    """

    version: int
    terms: Terms
    good_from: datetime
    good_until: datetime
    mark: Mark
    rows: LiveRows
    gaps: Mapping[str, Any]
    order: Order


@dataclass(slots=True)
class LiveList:
    """The list as of now. Safe for threads: they take turns following, and read each their own moment."""

    _kept: Kept | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _versions: "itertools.count[int]" = field(default_factory=itertools.count)

    def __call__(self, session: Session, *, terms: Terms, now: Clock) -> Kept:
        """The list with everything that this session sees."""
        with self._lock:
            self._kept = self._followed(session, terms=terms, at=now()) or self._made(session, terms=terms, now=now)
            return self._kept

    def is_ready(self, session: Session, *, terms: Terms, at: datetime) -> bool:
        """Tell whether the list need not be made anew now. Never waits for somebody who is making it."""
        kept = self._kept
        if kept is None or not _is_good(kept, terms=terms, at=at):
            return False
        mark, changes = portfolio_changes.look(session, since=kept.mark)
        return mark.mirror == kept.mark.mirror and _touched(changes) is not None

    def _followed(self, session: Session, *, terms: Terms, at: datetime) -> Kept | None:
        """What was kept with what happened since; None when only reading everything again is right."""
        kept = self._kept
        if kept is None or not _is_good(kept, terms=terms, at=at):
            return None
        mark, changes = portfolio_changes.look(session, since=kept.mark)
        touched = _touched(changes)
        if mark.mirror != kept.mark.mirror or touched is None:
            return None
        kept = replace(kept, mark=mark)
        if not any(touched):
            return kept
        try:
            return _changed(session, kept, *touched, version=next(self._versions))
        except (KnownFamily, TooLarge):
            return None

    def _made(self, session: Session, *, terms: Terms, now: Clock) -> Kept:
        """Rank everything. The mark is taken first: what happens meanwhile is looked at once more, and not missed."""
        began = now()
        mark, _ = portfolio_changes.look(session)
        frame = portfolio.read_frame(session)
        parts = (as_requests(part, terms.rates) for part in portfolio.read_requests(session))
        rows = LiveRows.of(as_portfolio(frame, terms.rates), parts)
        order = order_of(session, rows, terms=terms)
        done = now()
        return Kept(
            version=next(self._versions),
            terms=terms,
            good_from=began,
            good_until=done + max(_MADE_ANEW_AFTER, _MAKING_TAKES * (done - began)),
            mark=mark,
            rows=rows,
            gaps={str(row.id): row for row in frame.gaps},
            order=order,
        )


def order_of(session: Session, rows: LiveRows, *, terms: Terms, where: Flags | None = None) -> Order:
    """Rank all rows, or some of the requests, by any terms. What 64 bits do not hold is read and ranked plainly."""
    columns = rows.columns if where is None else chosen(rows.columns, where)
    try:
        return Order.of(columns, terms.calibration, as_of=terms.as_of, model=terms.model)
    except TooLarge:
        read = portfolio.read(session)
        if where is not None:
            wanted = set(rows.ids[where].tolist())
            read = replace(read, requests=[row for row in read.requests if row.id in wanted])
        known = as_portfolio(read, terms.rates)
        ranking = rank(known, terms.calibration, as_of=terms.as_of, model=terms.model)
        return plain_order(ranking, gap_ids=columns.gap_ids)


def _is_good(kept: Kept, *, terms: Terms, at: datetime) -> bool:
    return kept.terms == terms and kept.good_from <= at < kept.good_until


def _touched(changes: Iterable[Change]) -> tuple[set[int], set[int]] | None:
    """The requests and the gaps that something happened to; None when it may have happened to others as well."""
    named: dict[str, set[int]] = {"request": set(), "gap": set()}
    for change in changes:
        if change.action.startswith(_CHANGES_NOTHING):
            continue
        kind, _, id_ = change.subject.partition(":")
        if kind not in named or not id_.isdigit():
            return None
        named[kind].add(int(id_))
    return named["request"], named["gap"]


def _changed(session: Session, kept: Kept, request_ids: set[int], gap_ids: set[int], *, version: int) -> Kept:
    """Read the touched rows again. A gap's requests may have moved with it, so all of them are looked at."""
    rows = kept.rows
    numbers = [rows.number(str(gap_id)) for gap_id in gap_ids]
    of_gaps = np.isin(rows.named, np.array([one for one in numbers if one is not None], dtype=np.int64))
    looked_at = request_ids | set(rows.ids[of_gaps].tolist())
    found = {row.id: row for row in portfolio.requests_now(session, request_ids=looked_at, gap_ids=gap_ids)}
    gaps = _gaps(session, kept, gap_ids | {row.gap_id for row in found.values() if str(row.gap_id) not in kept.gaps})
    changes = replace(
        _customers(session, kept, found),
        requests=as_requests(list(found.values()), kept.terms.rates),
        gone=looked_at - found.keys(),
        gaps=as_gaps(list(gaps.values())),
    )
    changed = rows.changed(changes)
    return replace(
        kept,
        version=version,
        rows=changed.rows,
        gaps={**kept.gaps, **gaps} if gaps else kept.gaps,
        order=kept.order.followed(changed),
    )


def _gaps(session: Session, kept: Kept, gap_ids: set[int]) -> Mapping[str, Any]:
    """The gaps' rows, and those of gaps that they were merged into and nobody has seen yet."""
    found: dict[str, Any] = {}
    while gap_ids:
        new = {str(row.id): row for row in portfolio.read_gaps(session, gap_ids)}
        found.update(new)
        into = {row.merged_into_id for row in new.values() if row.merged_into_id is not None}
        gap_ids = {one for one in into if str(one) not in found and str(one) not in kept.gaps}
    return found


def _customers(session: Session, kept: Kept, requests: Mapping[int, Any]) -> Changes:
    """Families that nobody asked for before. Raise `KnownFamily` when only a part of a family is new."""
    index = kept.rows.index
    unknown = {row.account_id for row in requests.values() if str(row.account_id) not in index.accounts}
    deals = {row.opportunity_id for row in requests.values() if row.opportunity_id is not None}
    unlinked = {one for one in deals if str(one) not in index.deals}
    if not unknown and not unlinked:
        return Changes()
    accounts, opportunities = portfolio.read_customers(session, account_ids=unknown, deal_ids=unlinked)
    is_new = [str(row.id) not in index.accounts for row in accounts]
    if any(is_new) != all(is_new) or any(
        str(row.account_id) in index.accounts and str(row.id) not in index.deals for row in opportunities
    ):
        raise KnownFamily
    if not any(is_new):
        return Changes()
    return Changes(
        accounts=as_accounts(accounts, kept.terms.rates),
        opportunities=as_deals(opportunities, kept.terms.rates),
        active_families=portfolio.active_families(session),
    )
