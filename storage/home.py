"""What Home tabs read: somebody's requests, accounts and areas; and whose tab something has happened to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, union, update
from sqlalchemy.orm import Session, joinedload

from domain.money import Money
from domain.words import CLOSED_STATES, GapState, Priority
from storage.jobs import Job
from storage.models import Account, AuditRow, Gap, HomeVisit, Proposal, Question, Request
from storage.models.columns import money

_MOST_SEVERE_FIRST = (Priority.P0, Priority.P1, Priority.NICE)


@dataclass(frozen=True, slots=True)
class AskedGap:
    """A gap that an account asks for, as badly as it does."""

    gap_id: int
    title: str
    state: GapState
    priority: Priority


@dataclass(frozen=True, slots=True)
class AskingAccount:
    """An account of somebody's, and what it asks for."""

    account_id: int
    name: str
    arr: Money | None
    gaps: tuple[AskedGap, ...]


@dataclass(frozen=True, slots=True)
class OpenGap:
    """An open gap in few words."""

    gap_id: int
    title: str
    state: GapState


def visit(session: Session, user_id: str) -> HomeVisit | None:
    return session.get(HomeVisit, user_id)


def opened(session: Session, user_id: str, *, at: datetime) -> None:
    """Somebody looks at their tab: it begins at its first pages, and is followed from now on."""
    session.merge(
        HomeVisit(user_id=user_id, opened_at=at, audit_id=newest(session), pages={}, shown={"gaps": []}, digest=None)
    )


def turn(session: Session, user_id: str, *, section: str, page: int) -> None:
    row = session.get(HomeVisit, user_id)
    if row is not None:
        row.pages = {**row.pages, section: page}


def drawn(session: Session, user_id: str, *, gap_ids: Iterable[int], digest: str) -> None:
    """Note what the tab shows now."""
    row = session.get(HomeVisit, user_id)
    if row is not None:
        row.shown, row.digest = {"gaps": sorted(set(gap_ids))}, digest


def followed(session: Session, *, since: datetime) -> list[HomeVisit]:
    """The tabs that were opened since, and that something has happened after."""
    return list(
        session.scalars(
            select(HomeVisit)
            .where(HomeVisit.opened_at > since, HomeVisit.audit_id < newest(session))
            .order_by(HomeVisit.user_id)
        )
    )


def looked(session: Session, user_ids: Collection[str], *, audit_id: int) -> None:
    session.execute(
        update(HomeVisit)
        .where(HomeVisit.user_id.in_(user_ids))
        .values(audit_id=audit_id)
        .execution_options(synchronize_session=False)
    )


def newest(session: Session) -> int:
    return session.scalar(select(func.max(AuditRow.id))) or 0


def happened(session: Session, *, after: int) -> list[tuple[str, str]]:
    """Who did something, and to what, in the audit after a row."""
    query = select(AuditRow.actor_id, AuditRow.subject).where(AuditRow.id > after).distinct()
    return [(row.actor_id, row.subject) for row in session.execute(query)]


def gaps_of_requests(session: Session, request_ids: Collection[int]) -> set[int]:
    """The gaps that these requests ask for."""
    return set(session.scalars(select(Request.gap_id).where(Request.id.in_(request_ids))))


def concerned(session: Session, gap_ids: Collection[int]) -> set[str]:
    """Everybody whose tab these gaps belong on: DRIs, requesters, who is asked something, owners of asking accounts."""
    live = Request.gap_id.in_(gap_ids) & Request.withdrawn_at.is_(None)
    accounts = select(Account.owner_slack_id, Account.csm_slack_id).join(Request, Request.account_id == Account.id)
    mine = accounts.where(live).subquery()
    everybody = union(
        select(Gap.dri_id).where(Gap.id.in_(gap_ids)),
        select(Request.requester_id).where(Request.gap_id.in_(gap_ids)),
        select(Question.asked_of).where(Question.gap_id.in_(gap_ids)),
        select(mine.c.owner_slack_id),
        select(mine.c.csm_slack_id),
    )
    return {one for one in session.scalars(everybody) if one}


def areas_of(session: Session, gap_ids: Collection[int]) -> set[str]:
    query = select(Gap.area_key).where(Gap.id.in_(gap_ids), Gap.area_key.is_not(None)).distinct()
    return {one for one in session.scalars(query) if one}


def asked_about(session: Session, proposal_ids: Collection[int]) -> set[str]:
    """The people who were sent these proposals."""
    copies = session.scalars(select(Proposal.copies).where(Proposal.id.in_(proposal_ids)))
    return {one for each in copies for one in (each or {"to": []})["to"]}


def lanes_waiting(session: Session, kind: str) -> set[str]:
    """The lanes in which a job of this kind is still to come: another one would only do the same again."""
    query = select(Job.lane).where(Job.kind == kind, Job.state == "open", Job.attempts == 0)
    return {lane for lane in session.scalars(query) if lane}


def requests_of(session: Session, user_id: str, *, limit: int, offset: int) -> list[Request]:
    """Somebody's requests that were not withdrawn, newest first."""
    return list(
        session.scalars(
            select(Request)
            .where(_mine(user_id))
            .options(joinedload(Request.gap), joinedload(Request.account))
            .order_by(Request.created_at.desc(), Request.id.desc())
            .limit(limit)
            .offset(offset)
        )
    )


def count_requests(session: Session, user_id: str) -> int:
    return session.scalar(select(func.count()).select_from(Request).where(_mine(user_id))) or 0


def accounts_of(session: Session, user_id: str) -> list[AskingAccount]:
    """The accounts that somebody owns or looks after and that ask for something, by ARR."""
    mine = (Account.owner_slack_id == user_id) | (Account.csm_slack_id == user_id)
    rows = session.execute(
        select(Account.id, Account.name, Account.arr_minor, Account.arr_currency, Gap, Request.priority)
        .join(Request, Request.account_id == Account.id)
        .join(Gap, Gap.id == Request.gap_id)
        .where(mine, Account.crm_deleted_at.is_(None), Request.withdrawn_at.is_(None))
        .order_by(Account.arr_minor.desc().nulls_last(), Account.id, Gap.id)
    )
    names: dict[int, tuple[str, Money | None]] = {}
    gaps: dict[int, dict[int, AskedGap]] = {}
    for id_, name, minor, currency, gap, priority in rows:
        names[id_] = (name, money(minor, currency))
        known = gaps.setdefault(id_, {}).get(gap.id)
        worst = min((known.priority, priority) if known else (priority,), key=_MOST_SEVERE_FIRST.index)
        gaps[id_][gap.id] = AskedGap(gap.id, gap.title, gap.state, worst)
    return [AskingAccount(id_, name, arr, _by_urgency(gaps[id_])) for id_, (name, arr) in names.items()]


def open_gaps(session: Session, *, area_keys: Collection[str]) -> list[OpenGap]:
    """The open gaps of some areas."""
    query = select(Gap.id, Gap.title, Gap.state).where(Gap.area_key.in_(area_keys), Gap.state.not_in(CLOSED_STATES))
    return [OpenGap(*row) for row in session.execute(query.order_by(Gap.id))]


def _mine(user_id: str) -> ColumnElement[bool]:
    return (Request.requester_id == user_id) & Request.withdrawn_at.is_(None)


def _by_urgency(gaps: Mapping[int, AskedGap]) -> tuple[AskedGap, ...]:
    def key(one: AskedGap) -> tuple[Any, ...]:
        return (not one.state.is_open, _MOST_SEVERE_FIRST.index(one.priority), one.gap_id)

    return tuple(sorted(gaps.values(), key=key))
