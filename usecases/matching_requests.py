"""Choose the requests that a query is about. A gap is then listed for, and scored by, these alone.

What a filter says of a gap or of an account is decided once for each, not once for each request.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from domain.gap_query import GapQuery
from domain.keys import gap_key
from domain.text import folded
from scoring.bulk.columns import Flags, Ints
from scoring.portfolio import SEVERITY
from storage.request_facts import Facts
from usecases.live_list import Kept

ME = "me"
_NOBODY = -2
"""Whoever has never asked for anything."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose query it is: `me` means this person, and others' customers are only known to who may see them."""

    user_id: str
    sees_customers: bool


def needs_facts(query: GapQuery) -> bool:
    """Tell whether the ranking's own rows are not enough to apply this query."""
    return bool(
        query.segments or query.regions or query.accounts or query.owners or query.themes or query.linked is not None
    )


def matching_requests(
    kept: Kept,
    query: GapQuery,
    *,
    facts: Facts | None,
    of_impact: Iterable[int] | None,
    reader: Reader,
    today: date,
) -> Flags:
    """Whether every filter holds, by request; the gap of a request is the one that lives today.

    `of_impact` are the requests that have one of the impacts, if the query names any.
    """
    found = np.ones(len(kept.rows), dtype=bool)
    for each in _of_gap(kept, query, facts):
        found &= each
    for each in _of_request(kept, query, today):
        found &= each
    if of_impact is not None:
        found &= np.isin(kept.rows.ids, np.fromiter(of_impact, dtype=np.int64))
    if facts is not None:
        for each in _of_account(kept, query, facts, reader):
            found &= each
    return found


def _of_request(kept: Kept, query: GapQuery, today: date) -> Iterator[Flags]:
    requests = kept.rows.columns.requests
    if query.priorities:
        yield np.isin(requests.severity, [SEVERITY[one] for one in query.priorities])
    if query.since:
        yield requests.first_asked >= query.since.on(today).toordinal()
    if query.until:
        yield requests.first_asked <= query.until.on(today).toordinal()


def _of_gap(kept: Kept, query: GapQuery, facts: Facts | None) -> Iterator[Flags]:
    if query.areas or query.states or query.words or query.themes or query.linked is not None:
        yield _by_gap(kept, lambda gap: _gap_passes(gap, query, facts))


def _gap_passes(gap: Any, query: GapQuery, facts: Facts | None) -> bool:
    if query.areas and gap.area_key not in query.areas:
        return False
    if query.states and gap.state not in query.states:
        return False
    if query.words and not _says_all(f"{gap_key(gap.id)} {gap.title}", query.words):
        return False
    return facts is None or (_themed(gap.id, query, facts) and query.linked in {None, gap.id in facts.linked})


def _themed(gap_id: int, query: GapQuery, facts: Facts) -> bool:
    if not query.themes:
        return True
    mine = {folded(theme) for theme in facts.themes.get(gap_id, ())}
    return any(folded(theme) in mine for theme in query.themes)


def _of_account(kept: Kept, query: GapQuery, facts: Facts, reader: Reader) -> Iterator[Flags]:
    if query.segments:
        yield _by_account(kept, facts, lambda row: _starts_any(row.segment, query.segments))
    if query.regions:
        yield _by_account(kept, facts, lambda row: _starts_any(row.region, query.regions))
    if query.accounts:
        named = _by_account(kept, facts, lambda row: _starts_any(row.name, query.accounts))
        yield _may_tell(kept, reader) & named
    if query.owners:
        yield _owned(kept, query.owners, facts, reader)


def _owned(kept: Kept, owners: Sequence[str], facts: Facts, reader: Reader) -> Flags:
    """Belonging to somebody: as DRI of the gap, as owner or as CSM of the account."""
    is_me, names = ME in owners, [owner for owner in owners if owner != ME]

    def decided_by(gap: Any) -> bool:
        if is_me and gap.dri_id == reader.user_id:
            return True
        return bool(gap.dri_id) and (_starts_any(facts.people.get(gap.dri_id), names) or gap.dri_id in names)

    mine = _by_account(kept, facts, lambda row: is_me and reader.user_id in {row.owner_slack_id, row.csm_slack_id})
    theirs = _by_account(
        kept, facts, lambda row: _starts_any(row.owner_name, names) or _starts_any(row.csm_name, names)
    )
    return _by_gap(kept, decided_by) | mine | (_may_tell(kept, reader) & theirs)


def _may_tell(kept: Kept, reader: Reader) -> Flags:
    """Who asks is known to who may see customers; everybody knows their own."""
    requester = kept.rows.columns.requests.requester
    if reader.sees_customers:
        return np.ones(len(requester), dtype=bool)
    own: Flags = requester == kept.rows.index.people.get(reader.user_id, _NOBODY)
    return own


def _by_gap(kept: Kept, test: Callable[[Any], bool]) -> Flags:
    """Whether the test holds for the gap that each request counts for."""
    passing = [test(kept.gaps[gap_id]) for gap_id in kept.rows.columns.gap_ids]
    return _each(passing, of=kept.rows.columns.requests.gap)


def _by_account(kept: Kept, facts: Facts, test: Callable[[Any], bool]) -> Flags:
    numbers = kept.rows.index.accounts
    passing = [False] * len(numbers)
    for row in facts.accounts:
        at = numbers.get(str(row.id))
        if at is not None:
            passing[at] = test(row)
    return _each(passing, of=kept.rows.columns.requests.account)


def _each(passing: Sequence[bool], *, of: Ints) -> Flags:
    """What holds for each one's number; nobody is the last one, and nothing holds for nobody."""
    found: Flags = np.array([*passing, False], dtype=bool)[of]
    return found


def _starts_any(text: str | None, wanted: Iterable[str]) -> bool:
    """Tell whether a word of the text starts like one of these: `ent` finds “Enterprise”."""
    return text is not None and any(f" {_folded(one)}" in f" {_folded(text)}" for one in wanted)


def _says_all(text: str, words: Iterable[str]) -> bool:
    said = _folded(text)
    return all(_folded(word) in said for word in words)


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    """Names and segments repeat over accounts and queries."""
    return folded(text)
