"""Who is to hear of what happened to a gap, who has, and what their message needs to say."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.money import Money
from domain.people import PersonKind
from domain.words import OpportunityStage
from storage.models import (
    Account,
    Follower,
    Gap,
    GapChange,
    Notice,
    NoticePreference,
    Opportunity,
    Person,
    Promise,
    Request,
    RequestOrigin,
)
from storage.models.columns import money

_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has notices that were not sent yet, and their zone."""

    user_id: str
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class LostDeal:
    """A deal that was lost, and named a gap."""

    account: str
    name: str
    amount: Money | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class PromisedDate:
    """A promise on a request that still stands."""

    request_id: int
    gap_id: int
    requester_id: str
    dri_id: str | None
    promised_on: date
    promised_by: str
    warned_due: date | None


def concerned(session: Session, gap_ids: Collection[int]) -> set[str]:
    """Requesters, followers, and the owners of the accounts that ask; full members of the workspace only."""
    live = Request.gap_id.in_(gap_ids) & Request.withdrawn_at.is_(None)
    owners = select(Account.owner_slack_id).join(Request, Request.account_id == Account.id).where(live)
    everybody = union(
        select(Request.requester_id).where(live),
        select(Follower.user_id).where(Follower.gap_id.in_(gap_ids)),
        owners.where(Account.owner_slack_id.is_not(None)),
    ).subquery()
    found = select(Person.id).where(Person.kind == PersonKind.MEMBER, Person.id.in_(select(everybody.c[0])))
    return set(session.scalars(found))


def origins(session: Session, *, gap_ids: Collection[int], request_ids: Collection[int] = ()) -> list[RequestOrigin]:
    """The messages that requests for these gaps, or these requests, were made from: each message once."""
    rows = session.scalars(
        select(RequestOrigin)
        .join(Request, Request.id == RequestOrigin.request_id)
        .where(Request.gap_id.in_(gap_ids) | Request.id.in_(request_ids), Request.withdrawn_at.is_(None))
        .order_by(RequestOrigin.request_id.desc())
    )
    return list({(one.channel_id, one.ts): one for one in rows}.values())


def preferences(session: Session, user_ids: Collection[str]) -> dict[str, str]:
    rows = session.execute(
        select(NoticePreference.user_id, NoticePreference.choice).where(NoticePreference.user_id.in_(user_ids))
    )
    return {row.user_id: row.choice for row in rows}


def prefer(session: Session, user_id: str, choice: str, *, at: datetime) -> None:
    session.merge(NoticePreference(user_id=user_id, choice=choice, changed_at=at))


def follow(session: Session, *, gap_id: int, user_id: str, at: datetime) -> bool:
    """False when they follow the gap already."""
    insert = _INSERT[session.connection().dialect.name](Follower)
    added = insert.values(gap_id=gap_id, user_id=user_id, since=at).on_conflict_do_nothing()
    return session.execute(added.returning(Follower.gap_id)).first() is not None


def unfollow(session: Session, *, gap_id: int, user_id: str) -> None:
    session.execute(delete(Follower).where(Follower.gap_id == gap_id, Follower.user_id == user_id))


def follows(session: Session, *, gap_id: int, user_id: str) -> bool:
    return session.get(Follower, (gap_id, user_id)) is not None


def add(
    session: Session, *, user_ids: Iterable[str], change_id: int, is_urgent: Callable[[str], bool], at: datetime
) -> list[str]:
    """Store one notice a person; return those that are new, each person's once."""
    insert = _INSERT[session.connection().dialect.name](Notice)
    added = []
    for user_id in sorted(user_ids):
        urgent = is_urgent(user_id)
        row = insert.values(
            user_id=user_id,
            change_id=change_id,
            is_urgent=urgent,
            created_at=at,
            batch=f"change:{change_id}" if urgent else None,
        )
        if session.execute(row.on_conflict_do_nothing().returning(Notice.id)).first():
            added.append(user_id)
    return added


def waiting(session: Session) -> list[Waiting]:
    """Everybody with notices for their daily message."""
    rows = session.execute(
        select(Notice.user_id, Person.time_zone)
        .outerjoin(Person, Person.id == Notice.user_id)
        .where(Notice.batch.is_(None))
        .distinct()
        .order_by(Notice.user_id)
    )
    return [Waiting(row.user_id, row.time_zone) for row in rows]


def take_batch(session: Session, *, user_id: str, batch: str) -> bool:
    """Put what waits for somebody into one message; False when the day had its message, or nothing waits."""
    count = select(func.count()).select_from(Notice).where(Notice.user_id == user_id, Notice.batch == batch)
    if session.scalar(count):
        return False
    taken = session.execute(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.batch.is_(None))
        .values(batch=batch)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", taken).rowcount > 0


def changes_of(session: Session, *, user_id: str, batch: str) -> list[tuple[GapChange, Gap]]:
    """What one message is about, oldest first."""
    rows = session.execute(
        select(GapChange, Gap)
        .join(Notice, Notice.change_id == GapChange.id)
        .join(Gap, Gap.id == GapChange.gap_id)
        .where(Notice.user_id == user_id, Notice.batch == batch)
        .order_by(GapChange.id)
    )
    return [(row[0], row[1]) for row in rows]


def accounts_of(session: Session, *, user_id: str, gap_ids: Collection[int]) -> list[str]:
    """The accounts that somebody asked for, or owns, among those that ask for the gaps."""
    mine = (Request.requester_id == user_id) | (Account.owner_slack_id == user_id)
    query = (
        select(Account.name)
        .join(Request, Request.account_id == Account.id)
        .where(Request.gap_id.in_(gap_ids), Request.withdrawn_at.is_(None), mine)
        .distinct()
        .order_by(Account.name)
    )
    return list(session.scalars(query))


def lost_deals(session: Session, *, owner_id: str, gap_ids: Collection[int], limit: int) -> list[LostDeal]:
    """Deals of somebody's accounts that were lost and named one of the gaps, the largest first."""
    query = (
        select(Account.name, Opportunity)
        .join(Opportunity, Opportunity.account_id == Account.id)
        .join(Request, Request.opportunity_id == Opportunity.id)
        .where(
            Account.owner_slack_id == owner_id,
            Request.gap_id.in_(gap_ids),
            Request.withdrawn_at.is_(None),
            Opportunity.stage == OpportunityStage.LOST,
            Opportunity.crm_deleted_at.is_(None),
        )
        .order_by(Opportunity.amount_minor.desc().nulls_last(), Opportunity.id)
        .limit(limit)
    )
    found: dict[int, LostDeal] = {}
    for name, deal in session.execute(query):
        found[deal.id] = LostDeal(name, deal.name, money(deal.amount_minor, deal.amount_currency), deal.close_date)
    return list(found.values())


def promise(session: Session, row: Promise) -> None:
    """Note a promise; a later one takes the earlier one's place."""
    session.merge(row)


def promises(session: Session) -> list[PromisedDate]:
    """Those on requests that were not withdrawn."""
    rows = session.execute(
        select(Promise, Request.gap_id, Request.requester_id, Gap.dri_id)
        .join(Request, Request.id == Promise.request_id)
        .join(Gap, Gap.id == Request.gap_id)
        .where(Request.withdrawn_at.is_(None))
        .order_by(Promise.request_id)
    )
    return [
        PromisedDate(
            request_id=row[0].request_id,
            gap_id=row.gap_id,
            requester_id=row.requester_id,
            dri_id=row.dri_id,
            promised_on=row[0].promised_on,
            promised_by=row[0].promised_by,
            warned_due=row[0].warned_due,
        )
        for row in rows
    ]


def note_warned(session: Session, request_id: int, *, due: date) -> None:
    session.execute(update(Promise).where(Promise.request_id == request_id).values(warned_due=due))
