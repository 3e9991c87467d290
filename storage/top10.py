"""The governed Top 10 as it is stored: versions that never change, proposals, and what was said about them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from domain.people import Role
from domain.quorum import ProposalState, Word
from domain.top10 import Pin, Seat, Seats
from storage.gaps import living_gap
from storage.models import AuditRow, Decision, Gap, Proposal, Top10Entry, Top10Run, Top10Version

# Any number will do as long as nobody else takes it.
_TURN = 7_101_010
_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Published:
    """One version of the list; number 0, without seats, stands for a list that nobody has published yet."""

    number: int
    seats: Seats
    published_at: datetime | None = None
    proposal_id: int | None = None
    cause: str | None = None

    @property
    def gap_ids(self) -> tuple[int, ...]:
        return tuple(seat.gap_id for seat in self.seats)


def take_turn(session: Session) -> None:
    """Let one transaction at a time change the list or decide about it. On SQLite every writer waits for its turn."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def latest(session: Session) -> Published:
    """The official list."""
    return _published(session.scalar(_versions().order_by(Top10Version.number.desc()).limit(1)))


def version(session: Session, number: int) -> Published:
    """An older list; number 0 is the empty one before the first."""
    return _published(session.scalar(_versions().where(Top10Version.number == number)))


def since(session: Session, number: int) -> list[Published]:
    """The list as it was at a version, and every later one; number 0 is the empty one before the first."""
    rows = session.scalars(_versions().where(Top10Version.number >= number).order_by(Top10Version.number))
    return [*([_published(None)] if number == 0 else []), *(_published(row) for row in rows)]


def publish(
    session: Session,
    seats: Seats,
    *,
    number: int,
    at: datetime,
    proposal_id: int | None = None,
    cause: str | None = None,
) -> None:
    """Store a new version. A second one with this number fails on its unique number."""
    row = Top10Version(number=number, published_at=at, proposal_id=proposal_id, cause=cause)
    session.add(row)
    session.flush()
    session.add_all(
        Top10Entry(
            version_id=row.id,
            position=place,
            gap_id=seat.gap_id,
            pinned_until=seat.pin.until if seat.pin else None,
            pinned_by=seat.pin.by if seat.pin else None,
            pin_reason=seat.pin.reason if seat.pin else None,
        )
        for place, seat in enumerate(seats, start=1)
    )
    session.flush()


def add_proposal(
    session: Session,
    *,
    base_number: int,
    change_key: str,
    change: Mapping[str, Any],
    figures: Mapping[str, Any],
    reason: str | None,
    proposed_by: str | None,
    at: datetime,
    expires_at: datetime,
) -> int | None:
    """Store an open proposal and return its id; None when the same change is open already."""
    added = session.execute(
        _INSERT[session.connection().dialect.name](Proposal)
        .values(
            state=ProposalState.OPEN.value,
            base_number=base_number,
            change_key=change_key,
            change=dict(change),
            figures=dict(figures),
            reason=reason,
            proposed_by=proposed_by,
            created_at=at,
            expires_at=expires_at,
            version=1,
        )
        .on_conflict_do_nothing()
        .returning(Proposal.id)
    ).first()
    return int(added[0]) if added else None


def proposal(session: Session, proposal_id: int) -> Proposal | None:
    return session.get(Proposal, proposal_id, populate_existing=True)


def open_proposals(session: Session) -> list[Proposal]:
    """Those that can still be decided, oldest first."""
    return list(
        session.scalars(select(Proposal).where(Proposal.state == ProposalState.OPEN.value).order_by(Proposal.id))
    )


def rejected_since(session: Session, since: datetime) -> list[Proposal]:
    return list(
        session.scalars(
            select(Proposal).where(Proposal.state == ProposalState.REJECTED.value, Proposal.decided_at > since)
        )
    )


def step(session: Session, *, proposal_id: int, expected_version: int, values: Mapping[str, Any] | None = None) -> bool:
    """Change an open proposal if nobody did since `expected_version`; False when somebody was faster."""
    result = session.execute(
        update(Proposal)
        .where(
            Proposal.id == proposal_id,
            Proposal.version == expected_version,
            Proposal.state == ProposalState.OPEN.value,
        )
        .values(**(values or {}), version=expected_version + 1)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def note_copies(session: Session, proposal_id: int, copies: Iterable[str]) -> None:
    """Remember where the proposal was sent: each copy is edited in place later."""
    session.execute(
        update(Proposal)
        .where(Proposal.id == proposal_id)
        .values(copies={"to": list(copies)})
        .execution_options(synchronize_session=False)
    )


def add_decision(
    session: Session, *, proposal_id: int, role: Role, approved: bool, reason: str | None, by: str, at: datetime
) -> None:
    """Store one role's word; a second one fails on the unique role."""
    session.execute(
        insert(Decision).values(
            proposal_id=proposal_id, role=role, approved=approved, reason=reason, decided_by=by, decided_at=at
        )
    )


def decisions(session: Session, proposal_id: int) -> list[Decision]:
    """What was said about a proposal, in order."""
    return list(session.scalars(select(Decision).where(Decision.proposal_id == proposal_id).order_by(Decision.id)))


def words(session: Session, proposal_id: int) -> list[Word]:
    return [Word(role=one.role, by=one.decided_by, approved=one.approved) for one in decisions(session, proposal_id)]


def add_remark(session: Session, *, proposal_id: int, by: str, said: str, at: datetime) -> int:
    """Keep what somebody said about a proposal, in its history; return the row's id."""
    row = AuditRow(at=at, actor_id=by, action="proposal.discussed", subject=f"proposal:{proposal_id}", reason=said)
    session.add(row)
    session.flush()
    return row.id


def remark(session: Session, audit_id: int) -> str:
    row = session.get(AuditRow, audit_id)
    return (row.reason or "") if row else ""


def begin_run(session: Session, *, period: str, at: datetime, leaders: Collection[int]) -> bool:
    """Claim one period's run of the rule; False when it was run already."""
    added = session.execute(
        _INSERT[session.connection().dialect.name](Top10Run)
        .values(period=period, ran_at=at, leaders={"gaps": list(leaders)})
        .on_conflict_do_nothing()
        .returning(Top10Run.period)
    ).first()
    return added is not None


def leaders_of_last_run(session: Session, *, before: datetime) -> tuple[int, ...]:
    """The gaps that led the ranking at the last run before this moment."""
    found = session.scalar(
        select(Top10Run.leaders).where(Top10Run.ran_at < before).order_by(Top10Run.ran_at.desc()).limit(1)
    )
    return tuple(found["gaps"]) if found else ()


def closed_among(session: Session, gap_ids: Collection[int]) -> set[int]:
    """Those of the gaps that are not open any more."""
    states = session.execute(select(Gap.id, Gap.state).where(Gap.id.in_(gap_ids)))
    return {gap_id for gap_id, state in states if not state.is_open}


def heirs(session: Session, gap_ids: Collection[int]) -> dict[int, int]:
    """What those of the gaps that were merged are part of today, where that is open."""
    found = {gap_id: living_gap(session.connection(), gap_id) for gap_id in gap_ids}
    return {gap_id: heir for gap_id, heir in found.items() if heir is not None}


def titles(session: Session, gap_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Gap.id, Gap.title).where(Gap.id.in_(gap_ids)))
    return {row.id: row.title for row in rows}


def _versions() -> Any:
    return select(Top10Version).options(selectinload(Top10Version.entries))


def _published(row: Top10Version | None) -> Published:
    if row is None:
        return Published(number=0, seats=())
    return Published(
        number=row.number,
        seats=tuple(_seat(entry) for entry in row.entries),
        published_at=row.published_at,
        proposal_id=row.proposal_id,
        cause=row.cause,
    )


def _seat(entry: Top10Entry) -> Seat:
    if entry.pinned_until is None or entry.pinned_by is None:
        return Seat(entry.gap_id)
    pin = Pin(by=entry.pinned_by, reason=entry.pin_reason or "", until=entry.pinned_until)
    return Seat(entry.gap_id, pin)
