"""Choose the requests that a query is about. A gap is then listed for, and scored by, these alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from domain.gap_query import GapQuery
from domain.keys import gap_key
from domain.text import folded
from scoring.lineage import trace
from storage.portfolio import PortfolioRows
from storage.request_facts import RequestFacts

ME = "me"
Test = Callable[[Any], bool]
"""Tells of a request's row whether it counts."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose query it is: `me` means this person, and others' customers are only known to who may see them."""

    user_id: str
    sees_customers: bool


def needs_facts(query: GapQuery) -> bool:
    """Tell whether the ranking's own rows are not enough to apply this query."""
    return bool(
        query.segments
        or query.regions
        or query.impacts
        or query.accounts
        or query.owners
        or query.themes
        or query.linked is not None
    )


def matching_requests(
    rows: PortfolioRows, query: GapQuery, *, facts: RequestFacts | None, reader: Reader, today: date
) -> list[Any]:
    """The rows of the requests for which every filter holds; the gap of a request is the one that lives today."""
    tests = [*_of_gap(rows, query, facts), *_of_request(query, today)]
    if facts is not None:
        tests += _of_account(rows, query, facts, reader)
    return [row for row in rows.requests if all(test(row) for test in tests)]


def living_gaps(rows: PortfolioRows) -> Mapping[int, Any]:
    """Every gap's id with the row of the gap that speaks for it."""
    by_id = {row.id: row for row in rows.gaps}
    roots = trace({str(row.id): None if row.merged_into_id is None else str(row.merged_into_id) for row in rows.gaps})
    return {gap_id: by_id[int(roots.root_of[str(gap_id)])] for gap_id in by_id}


def _of_request(query: GapQuery, today: date) -> list[Test]:
    tests: list[Test] = []
    if query.priorities:
        tests.append(lambda row: row.priority in query.priorities)
    if query.since:
        first = query.since.on(today)
        tests.append(lambda row: row.created_at.date() >= first)
    if query.until:
        last = query.until.on(today)
        tests.append(lambda row: row.created_at.date() <= last)
    return tests


def _of_gap(rows: PortfolioRows, query: GapQuery, facts: RequestFacts | None) -> list[Test]:
    """Decide once per gap, not once per request."""
    if not (query.areas or query.states or query.words or query.themes or query.linked is not None):
        return []
    living = living_gaps(rows)
    passing = {gap_id for gap_id, gap in living.items() if _gap_passes(gap, query, facts)}
    return [lambda row: row.gap_id in passing]


def _gap_passes(gap: Any, query: GapQuery, facts: RequestFacts | None) -> bool:
    if query.areas and gap.area_key not in query.areas:
        return False
    if query.states and gap.state not in query.states:
        return False
    if query.words and not _says_all(f"{gap_key(gap.id)} {gap.title}", query.words):
        return False
    return facts is None or (_themed(gap.id, query, facts) and query.linked in {None, gap.id in facts.linked})


def _themed(gap_id: int, query: GapQuery, facts: RequestFacts) -> bool:
    if not query.themes:
        return True
    mine = {folded(theme) for theme in facts.themes.get(gap_id, ())}
    return any(folded(theme) in mine for theme in query.themes)


def _of_account(rows: PortfolioRows, query: GapQuery, facts: RequestFacts, reader: Reader) -> list[Test]:
    tests: list[Test] = []
    of = facts.requests
    if query.impacts:
        tests.append(lambda row: row.id in of and of[row.id].impact in query.impacts)
    if query.segments:
        tests.append(lambda row: row.id in of and _starts_any(of[row.id].segment, query.segments))
    if query.regions:
        tests.append(lambda row: row.id in of and _starts_any(of[row.id].region, query.regions))
    if query.accounts:
        tests.append(
            lambda row: _may_tell(row, reader) and row.id in of and _starts_any(of[row.id].name, query.accounts)
        )
    if query.owners:
        tests.append(_owned(rows, query.owners, facts, reader))
    return tests


def _owned(rows: PortfolioRows, owners: Sequence[str], facts: RequestFacts, reader: Reader) -> Test:
    """Belonging to somebody: as DRI of the gap, as owner or as CSM of the account."""
    gaps = living_gaps(rows)
    is_me = ME in owners
    names = [owner for owner in owners if owner != ME]

    def test(row: Any) -> bool:
        dri = gaps[row.gap_id].dri_id
        if (is_me and dri == reader.user_id) or (dri and _starts_any(facts.people.get(dri), [*names])) or dri in names:
            return True
        account = facts.requests.get(row.id)
        if account is None:
            return False
        if is_me and reader.user_id in {account.owner_slack_id, account.csm_slack_id}:
            return True
        return _may_tell(row, reader) and (
            _starts_any(account.owner_name, names) or _starts_any(account.csm_name, names)
        )

    return test


def _may_tell(row: Any, reader: Reader) -> bool:
    """Who asks is known to who may see customers; everybody knows their own."""
    return reader.sees_customers or row.requester_id == reader.user_id


def _starts_any(text: str | None, wanted: Iterable[str]) -> bool:
    """Tell whether a word of the text starts like one of these: `ent` finds “Enterprise”."""
    return text is not None and any(f" {_folded(one)}" in f" {_folded(text)}" for one in wanted)


def _says_all(text: str, words: Iterable[str]) -> bool:
    said = _folded(text)
    return all(_folded(word) in said for word in words)


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    """Names and segments repeat over requests."""
    return folded(text)
