"""Digests: who wants one, which were posted, and what is read for one. Only the gaps that are shown are read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.gap_changes import ChangeKind
from domain.words import GapState
from storage.models import Account, Digest, Gap, GapChange, RankPlace, Subscription

_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap as a digest names it."""

    gap_id: int
    title: str
    area_key: str | None
    state: GapState


def add_subscription(session: Session, row: Subscription) -> int:
    session.add(row)
    session.flush()
    return row.id


def subscriptions(session: Session) -> list[Subscription]:
    """Those made in Slack that were not ended, oldest first."""
    return list(session.scalars(select(Subscription).where(Subscription.ended_at.is_(None)).order_by(Subscription.id)))


def subscription(session: Session, subscription_id: int) -> Subscription | None:
    return session.get(Subscription, subscription_id)


def end_subscription(session: Session, subscription_id: int, *, at: datetime) -> bool:
    ended = session.execute(
        update(Subscription)
        .where(Subscription.id == subscription_id, Subscription.ended_at.is_(None))
        .values(ended_at=at)
        .returning(Subscription.id)
    ).first()
    return ended is not None


def claim(
    session: Session, *, subscription: str, period: str, channel_id: str, content: dict[str, Any], at: datetime
) -> int | None:
    """Store a digest of a period, and return its id; None when there is one already."""
    added = session.execute(
        _INSERT[session.connection().dialect.name](Digest)
        .values(subscription=subscription, period=period, channel_id=channel_id, content=content, created_at=at)
        .on_conflict_do_nothing()
        .returning(Digest.id)
    ).first()
    return int(added[0]) if added else None


def find(session: Session, digest_id: int) -> Digest | None:
    return session.get(Digest, digest_id)


def has_period(session: Session, *, subscription: str, period: str) -> bool:
    query = select(Digest.id).where(Digest.subscription == subscription, Digest.period == period)
    return session.scalar(query) is not None


def periods_like(session: Session, *, subscription: str, period: str) -> int:
    """How many digests of a period there are, repeated ones included."""
    query = select(func.count()).select_from(Digest).where(Digest.subscription == subscription)
    return session.scalar(query.where((Digest.period == period) | Digest.period.like(f"{period}+%"))) or 0


def first_period(session: Session, *, subscription: str) -> str | None:
    return session.scalar(select(func.min(Digest.period)).where(Digest.subscription == subscription))


def note_posted(session: Session, digest_id: int, *, at: datetime) -> None:
    session.execute(update(Digest).where(Digest.id == digest_id).values(posted_at=at, trouble=None))


def note_trouble(session: Session, digest: Digest, trouble: str) -> bool:
    """Remember why a digest could not be posted; False when the one before it failed alike and the owner knows."""
    last = session.scalar(
        select(Digest.trouble)
        .where(Digest.subscription == digest.subscription, Digest.id < digest.id)
        .order_by(Digest.id.desc())
        .limit(1)
    )
    session.execute(update(Digest).where(Digest.id == digest.id).values(trouble=trouble))
    return last != trouble


def best_places(session: Session, day: date, *, areas: Collection[str], limit: int) -> list[tuple[RankPlace, ShownGap]]:
    """The best places of a day among gaps that are still open, in these areas or in all."""
    query = (
        select(RankPlace, Gap.id, Gap.title, Gap.area_key, Gap.state)
        .join(Gap, Gap.id == RankPlace.gap_id)
        .where(RankPlace.day == day, Gap.state.in_(_OPEN))
        .order_by(RankPlace.position)
        .limit(limit)
    )
    if areas:
        query = query.where(Gap.area_key.in_(areas))
    return [(row[0], ShownGap(row[1], row[2], row[3], row[4])) for row in session.execute(query)]


def scores(session: Session, *, gap_ids: Collection[int], since: date, until: date) -> list[Any]:
    """Day, gap and score, oldest first."""
    return list(
        session.execute(
            select(RankPlace.day, RankPlace.gap_id, RankPlace.score)
            .where(RankPlace.gap_id.in_(gap_ids), RankPlace.day.between(since, until))
            .order_by(RankPlace.day)
        )
    )


def shipped_since(session: Session, since: datetime, *, areas: Collection[str]) -> list[ShownGap]:
    """Gaps that shipped lately and still are."""
    changed = select(GapChange.gap_id).where(GapChange.kind == ChangeKind.SHIPPED.value, GapChange.at > since)
    return _gaps(session, Gap.id.in_(changed) & (Gap.state == GapState.SHIPPED), areas=areas, limit=20)


def waiting_for_information(session: Session, *, areas: Collection[str], limit: int | None) -> list[ShownGap]:
    return _gaps(session, Gap.state == GapState.NEEDS_INFO, areas=areas, limit=limit)


def closed_of(session: Session, gap_ids: Collection[int]) -> set[int]:
    """Those of the gaps that were closed since the digest was built."""
    return set(session.scalars(select(Gap.id).where(Gap.id.in_(gap_ids), Gap.state.not_in(_OPEN))))


def account_names(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """For channels that are shown customers."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row.id: row.name for row in rows}


_OPEN = tuple(state for state in GapState if state.is_open)


def _gaps(session: Session, where: Any, *, areas: Collection[str], limit: int | None) -> list[ShownGap]:
    query = select(Gap.id, Gap.title, Gap.area_key, Gap.state).where(where).order_by(Gap.id).limit(limit)
    if areas:
        query = query.where(Gap.area_key.in_(areas))
    return [ShownGap(*row) for row in session.execute(query)]
