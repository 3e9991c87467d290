"""The index of gaps: kept up to date here, and read for candidates that may be the same thing.

What a question costs is bounded: rare words are looked up first, and looking ends when a budget of rows is spent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, event, exists, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session

from domain.words import GapState
from storage.models import Gap, GapStem, StemGram
from storage.prepared import Prepared
from storage.stems import all_grams, grams, stems

# Index rows that are read for one question. Common words are left out when rarer ones have used it up; a question of
# nothing but common ones reads those of its rarest, up to a limit.
BUDGET_ROWS = 4_000
MOST_ROWS = 12_000
PROBLEM_WEIGHT = 0.3
MOST_ALIKE_STEMS = 12
_NOT_LOOKED_FOR = (GapState.SHIPPED, GapState.DECLINED, GapState.TRANSFERRED)
# What a word's rareness is measured against; the order of candidates hardly depends on it.
_MANY_GAPS = 200_000
_BATCH = 500
_COUNT = Prepared(
    select(func.count()).select_from(
        select(GapStem.gap_id).where(GapStem.stem == bindparam("stem")).limit(BUDGET_ROWS).subquery()
    )
)
_INSERT_GRAMS = {
    "sqlite": sqlite.insert(StemGram).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(StemGram).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A gap that shares words with what was asked for. A merged one stands for the gap it became part of."""

    gap_id: int
    title: str
    problem: str | None
    merged_into_id: int | None


def index_rows(gap_id: int, title: str, problem: str | None) -> list[dict[str, Any]]:
    """The rows of `gap_stem` that a gap must have."""
    found = dict.fromkeys(stems(problem or ""), False) | dict.fromkeys(stems(title), True)
    return [{"stem": word, "gap_id": gap_id, "in_title": found[word]} for word in sorted(found)] or [
        {"stem": "", "gap_id": gap_id, "in_title": False}
    ]


def index_gap(connection: Connection, *, gap_id: int, title: str, problem: str | None) -> None:
    """Replace what the gap is found by."""
    rows = index_rows(gap_id, title, problem)
    connection.execute(delete(GapStem).where(GapStem.gap_id == gap_id))
    connection.execute(insert(GapStem), rows)
    _add_grams(connection, {row["stem"] for row in rows if row["stem"]})


def index_missing(session: Session) -> int:
    """Index gaps that are not yet: those of the hot path, which writes nothing beyond its rows. Return how many."""
    known = exists().where(GapStem.gap_id == Gap.id)
    rows = session.execute(select(Gap.id, Gap.title, Gap.problem).where(~known).order_by(Gap.id).limit(_BATCH)).all()
    connection = session.connection()
    if rows:
        stem_rows = [row for gap_id, title, problem in rows for row in index_rows(gap_id, title, problem)]
        connection.execute(insert(GapStem), stem_rows)
        _add_grams(connection, {row["stem"] for row in stem_rows if row["stem"]})
    return len(rows)


def _add_grams(connection: Connection, words: set[str]) -> None:
    """Make these stems findable by their pieces, unless they are already."""
    firsts = {f" {word}"[:3] for word in words}
    known = select(StemGram.stem).where(StemGram.gram.in_(firsts), StemGram.stem.in_(words))
    rows = all_grams(words - set(connection.scalars(known)))
    if rows:
        connection.execute(_INSERT_GRAMS[connection.dialect.name], rows)


def how_common(session: Session, words: Iterable[str]) -> dict[str, int]:
    """How many gaps say each of these stems, counted up to the budget."""
    connection = session.connection()
    return {word: _COUNT.run(connection, stem=word).fetchone()[0] for word in sorted(set(words))}


def candidates(
    session: Session, weights: Mapping[str, float], *, counted: Mapping[str, int], limit: int
) -> list[Candidate]:
    """The gaps that share the rarest of these stems, best first; closed ones are left out.

    `counted` is what `how_common` said already of some of them.
    """
    common = {word: counted[word] for word in weights if word in counted}
    common |= how_common(session, weights.keys() - common.keys())
    worth = {word: weights[word] * log(1 + _MANY_GAPS / common[word]) for word in _affordable(common)}
    if not worth:
        return []
    read = select(GapStem).where(GapStem.stem.in_(worth)).limit(MOST_ROWS).subquery()
    weight = case(worth, value=read.c.stem, else_=0.0) * case((read.c.in_title, 1.0), else_=PROBLEM_WEIGHT)
    total = func.sum(weight)
    best = (
        select(read.c.gap_id, total.label("total"))
        .group_by(read.c.gap_id)
        .order_by(total.desc(), read.c.gap_id)
        .limit(limit * 2)
        .subquery()
    )
    rows = session.execute(
        select(Gap.id, Gap.title, Gap.problem, Gap.merged_into_id)
        .join(best, best.c.gap_id == Gap.id)
        .where(Gap.state.not_in(_NOT_LOOKED_FOR), (Gap.state != GapState.DUPLICATE) | Gap.merged_into_id.is_not(None))
        .order_by(best.c.total.desc(), Gap.id)
        .limit(limit)
    )
    return [Candidate(*row) for row in rows]


def _affordable(common: Mapping[str, int]) -> list[str]:
    """The rarest stems that the budget allows, at least one."""
    chosen: list[str] = []
    spent = 0
    for count, word in sorted((count, word) for word, count in common.items() if count):
        if chosen and spent + count > BUDGET_ROWS:
            break
        chosen.append(word)
        spent += count
    return chosen


def stems_like(session: Session, word: str) -> list[str]:
    """Known stems that share the most pieces with this one."""
    pieces = grams(word)
    shared = func.count()
    query = (
        select(StemGram.stem)
        .where(StemGram.gram.in_(pieces))
        .group_by(StemGram.stem)
        .having(shared * 5 >= len(pieces) * 2)
        .order_by(shared.desc(), StemGram.stem)
        .limit(MOST_ALIKE_STEMS)
    )
    return list(session.scalars(query))


@event.listens_for(Gap, "after_insert")
@event.listens_for(Gap, "after_update")
def _index(_mapper: Mapper[Gap], connection: Connection, gap: Gap) -> None:
    """Whoever writes a gap by the ORM cannot forget its index."""
    index_gap(connection, gap_id=gap.id, title=gap.title, problem=gap.problem)
