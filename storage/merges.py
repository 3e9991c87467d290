"""Gaps that became part of others: what went along is kept by its ids, so that it can go back."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.words import GapState
from storage.models import Follower, Gap, Link, Merge, Request, Top10Version

_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def carry(session: Session, *, gap_id: int, into_id: int, state_before: GapState, by: str, at: datetime) -> Merge:
    """Move everything that belongs to the gap to another one, and keep what it was, and what the Top 10 was then."""
    row = Merge(
        gap_id=gap_id,
        into_id=into_id,
        state_before=state_before,
        moved={
            "requests": _move_requests(session, gap_id, into_id),
            "links": _move_links(session, gap_id, into_id),
            "followers": _move_followers(session, gap_id, into_id),
            "top10": session.scalar(select(func.max(Top10Version.number))) or 0,
        },
        merged_by=by,
        merged_at=at,
    )
    session.add(row)
    session.flush()
    return row


def latest(session: Session, gap_id: int) -> Merge | None:
    """The merge that the gap is part of another one by; None when it stands for itself."""
    return session.scalar(
        select(Merge).where(Merge.gap_id == gap_id, Merge.undone_at.is_(None)).order_by(Merge.id.desc()).limit(1)
    )


def find(session: Session, merge_id: int) -> Merge | None:
    return session.get(Merge, merge_id)


def into(session: Session, gap_id: int) -> list[tuple[Merge, str]]:
    """The merges that still make other gaps part of this one, newest first, with those gaps' titles."""
    rows = session.execute(
        select(Merge, Gap.title)
        .join(Gap, Gap.id == Merge.gap_id)
        .where(Merge.into_id == gap_id, Merge.undone_at.is_(None))
        .order_by(Merge.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def give_back(session: Session, merge: Merge, *, by: str, at: datetime) -> bool:
    """Return what went along and is still there; False when somebody undid the merge before."""
    undone = session.execute(
        update(Merge)
        .where(Merge.id == merge.id, Merge.undone_at.is_(None))
        .values(undone_by=by, undone_at=at)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[tuple[()]]", undone).rowcount != 1:
        return False
    moved = merge.moved
    _set_gap(session, Request, merge.gap_id, moved["requests"], only_from=merge.into_id)
    _return_links(session, merge, moved["links"])
    _return_followers(session, merge, moved["followers"])
    return True


def people_of(session: Session, gap_id: int) -> set[str]:
    """Requesters and followers that went along when the gap was merged."""
    merge = latest(session, gap_id)
    if merge is None:
        return set()
    asked = select(Request.requester_id).where(Request.id.in_(merge.moved["requests"]), Request.withdrawn_at.is_(None))
    return set(session.scalars(asked)) | {user_id for user_id, _since in merge.moved["followers"]}


def move_requests(session: Session, request_ids: Collection[int], *, to: int, only_from: int) -> int:
    """Move chosen requests to another gap; return how many were where they were thought to be."""
    return _set_gap(session, Request, to, request_ids, only_from=only_from)


def _move_requests(session: Session, gap_id: int, into_id: int) -> list[int]:
    ids = sorted(session.scalars(select(Request.id).where(Request.gap_id == gap_id)))
    _set_gap(session, Request, into_id, ids, only_from=gap_id)
    return ids


def _move_links(session: Session, gap_id: int, into_id: int) -> list[int]:
    """Links that the other gap has already stay where they are."""
    there = select(Link.url).where(Link.gap_id == into_id)
    ids = sorted(session.scalars(select(Link.id).where(Link.gap_id == gap_id, Link.url.not_in(there))))
    _set_gap(session, Link, into_id, ids, only_from=gap_id)
    return ids


def _return_links(session: Session, merge: Merge, moved: Collection[int]) -> None:
    """A link that somebody gave the gap anew meanwhile is not given to it twice."""
    there = select(Link.url).where(Link.gap_id == merge.gap_id)
    back = session.scalars(select(Link.id).where(Link.id.in_(moved), Link.url.not_in(there)))
    _set_gap(session, Link, merge.gap_id, sorted(back), only_from=merge.into_id)


def _move_followers(session: Session, gap_id: int, into_id: int) -> list[list[str]]:
    there = select(Follower.user_id).where(Follower.gap_id == into_id)
    rows = session.execute(
        select(Follower.user_id, Follower.since)
        .where(Follower.gap_id == gap_id, Follower.user_id.not_in(there))
        .order_by(Follower.user_id)
    ).all()
    _refollow(session, [(row[0], row[1]) for row in rows], old=gap_id, new=into_id)
    return [[row[0], row[1].isoformat()] for row in rows]


def _return_followers(session: Session, merge: Merge, moved: Iterable[Any]) -> None:
    """Whoever stopped following meanwhile is not made to follow again."""
    still = set(session.scalars(select(Follower.user_id).where(Follower.gap_id == merge.into_id)))
    back = [(user, datetime.fromisoformat(since)) for user, since in moved if user in still]
    _refollow(session, back, old=merge.into_id, new=merge.gap_id)


def _refollow(session: Session, who: list[tuple[str, datetime]], *, old: int, new: int) -> None:
    if who:
        users = [user for user, _ in who]
        session.execute(delete(Follower).where(Follower.gap_id == old, Follower.user_id.in_(users)))
        rows = [{"gap_id": new, "user_id": user, "since": since} for user, since in who]
        into = _INSERT[session.connection().dialect.name](Follower)
        session.connection().execute(into.on_conflict_do_nothing(), rows)


def _set_gap(
    session: Session, model: type[Request] | type[Link], gap_id: int, ids: Collection[int], *, only_from: int
) -> int:
    if not ids:
        return 0
    result = session.execute(
        update(model)
        .where(model.id.in_(ids), model.gap_id == only_from)
        .values(gap_id=gap_id)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount
