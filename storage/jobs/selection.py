"""The statements that find and take due jobs, built once for a set of kinds: building them costs more than running."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from storage.base import UtcDateTime
from storage.jobs.kinds import JobKind
from storage.jobs.models import JOB_TABLE

_JOB = JOB_TABLE.c
_NOW = bindparam("now", type_=UtcDateTime())


@dataclass(frozen=True, kw_only=True)
class Selection:
    """`look` (now) tells whether a job can be taken and when the next is due; `take` (now, lease_end, token, limit)."""

    look: Select[Any]
    take: Update


def selection(callable_kinds: Collection[JobKind[Any]], known_kinds: Collection[JobKind[Any]]) -> Selection:
    """Build the statements. Jobs of kinds that are known but not callable now are only waited for."""
    due = _due(callable_kinds)
    later = select(func.min(_JOB.due_at)).where(_JOB.state == "open", _JOB.due_at > _NOW, _among(known_kinds))
    taking = (
        due.order_by(_JOB.due_at, _JOB.id)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True, of=JOB_TABLE)
        .cte("due")  # evaluated once; a plain subquery with LIMIT may be evaluated again for each row
    )
    take = (
        update(JOB_TABLE)
        .where(_JOB.id.in_(select(taking.c.id)))
        .values(
            due_at=bindparam("lease_end", type_=UtcDateTime()),
            attempts=_JOB.attempts + 1,
            token=bindparam("new_token", type_=String()),
        )
        .returning(_JOB.id, _JOB.kind, _JOB.payload, _JOB.key, _JOB.lane, _JOB.attempts)
    )
    return Selection(look=select(exists(due).label("ready"), later.scalar_subquery().label("next_at")), take=take)


def _due(kinds: Collection[JobKind[Any]]) -> Select[Any]:
    """Select the jobs that are due, known to us, and first in their lane."""
    other = JOB_TABLE.alias("other")
    # A job with a token has started before, and its lease ended: it goes first, whatever its id.
    started = _JOB.token.is_not(None)
    behind = exists().where(
        other.c.lane == _JOB.lane,
        other.c.state == "open",
        other.c.id != _JOB.id,
        or_(other.c.id < _JOB.id, other.c.token.is_not(None)),
    )
    first = or_(_JOB.lane.is_(None), started, ~behind)
    return select(_JOB.id).where(_JOB.state == "open", _JOB.due_at <= _NOW, _among(kinds), first)


def _among(kinds: Collection[JobKind[Any]]) -> ColumnElement[bool]:
    versions = sorted({kind.version for kind in kinds})
    return or_(
        _JOB.id.is_(None),  # no kind at all: nothing, instead of everything
        *(
            and_(_JOB.kind.in_([kind.name for kind in kinds if kind.version == version]), _JOB.version <= version)
            for version in versions
        ),
    )
