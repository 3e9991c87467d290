"""How far the mirror has come, and whose turn it is: written in the same transactions as the pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, Update, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.directory import Mark
from domain.errors import Overtaken
from storage.models import CrmRead, CrmTurn

ACCOUNT, OPPORTUNITY = "account", "opportunity"
RECORDS = (ACCOUNT, OPPORTUNITY)
TURN_KEPT = timedelta(minutes=5)
"""A page takes seconds; a turn that nobody prolonged for so long was abandoned."""
_PASS_KEPT = timedelta(hours=24)
_TURN = "mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a reading begins; `pass_started_at` is the time of the full pass that it is a part of."""

    after: Mark | None
    pass_started_at: datetime | None


def begin(session: Session, record: str, *, is_full: bool, at: datetime) -> Start:
    """Begin to read a kind of record, or go on where the last try ended; without any mark everything is read."""
    row = _row(session, record)
    if not is_full and row.full_read_at is not None:
        return Start(after=_mark(row.mark_at, row.mark_id), pass_started_at=None)
    if row.pass_started_at is None or at - row.pass_started_at > _PASS_KEPT:
        row.pass_started_at, row.pass_mark_at, row.pass_mark_id = at, None, None
    return Start(after=_mark(row.pass_mark_at, row.pass_mark_id), pass_started_at=row.pass_started_at)


def advance(session: Session, record: str, mark: Mark, *, is_full: bool) -> None:
    """Keep how far the reading has come, with the page up to there."""
    row = _row(session, record)
    if is_full:
        row.pass_mark_at, row.pass_mark_id = mark.modified_at, mark.id
    else:
        row.mark_at, row.mark_id = mark.modified_at, mark.id


def end(session: Session, record: str, *, is_full: bool, at: datetime) -> None:
    """Note that a reading came to its end; a full one moves the mark for changes as well. `at` is when it began."""
    row = _row(session, record)
    row.changes_read_at = at
    if not is_full:
        return
    if row.pass_mark_at is not None and (row.mark_at is None or row.pass_mark_at >= row.mark_at):
        row.mark_at, row.mark_id = row.pass_mark_at, row.pass_mark_id
    row.full_read_at = row.pass_started_at
    row.pass_started_at = row.pass_mark_at = row.pass_mark_id = None


def read_since(session: Session, moment: datetime, *, is_full: bool) -> bool:
    """Tell whether everything was read by a sync that began after this moment."""
    rows = {row.record: row for row in session.scalars(select(CrmRead))}
    ends = [(row.full_read_at if is_full else row.changes_read_at) if row else None for row in map(rows.get, RECORDS)]
    return all(one is not None and one >= moment for one in ends)


def take_turn(session: Session, *, holder: str, at: datetime) -> bool:
    """Take the turn unless somebody else has it."""
    insert_ = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert_(CrmTurn).values(name=_TURN, holder=None, held_until=at).on_conflict_do_nothing())
    free = update(CrmTurn).where(CrmTurn.name == _TURN, (CrmTurn.holder.is_(None)) | (CrmTurn.held_until < at))
    return _changed(session, free, holder=holder, until=at + TURN_KEPT)


def keep_turn(session: Session, *, holder: str, at: datetime) -> None:
    """Prolong the turn; raise `Overtaken` when it ended meanwhile and nothing of this transaction may be kept."""
    mine = update(CrmTurn).where(CrmTurn.name == _TURN, CrmTurn.holder == holder)
    if not _changed(session, mine, holder=holder, until=at + TURN_KEPT):
        raise Overtaken("Another sync took over while this one was stuck.")


def leave_turn(session: Session, *, holder: str, at: datetime) -> None:
    """Let the next one begin; nothing happens when the turn is lost already."""
    mine = update(CrmTurn).where(CrmTurn.name == _TURN, CrmTurn.holder == holder)
    _changed(session, mine, holder=None, until=at)


def _changed(session: Session, statement: Update, *, holder: str | None, until: datetime) -> bool:
    result = session.execute(statement.values(holder=holder, held_until=until))
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def _row(session: Session, record: str) -> CrmRead:
    row = session.get(CrmRead, record)
    if row is None:
        row = CrmRead(record=record)
        session.add(row)
    return row


def _mark(at: datetime | None, id_: str | None) -> Mark | None:
    return None if at is None else Mark(modified_at=at, id=id_)
