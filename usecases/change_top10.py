"""What every change of the official list has in common. All of it happens in the caller's transaction, by turns."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from domain import top10 as rules
from domain.keys import gap_key
from domain.quorum import ProposalState, Quorum
from domain.top10 import Change, NoLongerFits, Seat, Seats
from storage import audit, top10
from storage.jobs import enqueue
from storage.models import Proposal
from storage.top10 import Published
from usecases.figures import Figures, SecondLook
from usecases.job_kinds import (
    ANNOUNCE_TOP10,
    PROPOSAL_CHANGED,
    PROPOSAL_OPENED,
    ListPublished,
    ProposalMoved,
)

BY_RULE = "gapbot"
"""Who acts where nobody did: the weekly rule, the clock, a closed gap."""
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_FIGURES: TypeAdapter[dict[str, Figures]] = TypeAdapter(dict[str, Figures])


def change_of(proposal: Proposal) -> Change:
    return _CHANGE.validate_python(proposal.change)


def figures_of(proposal: Proposal) -> Mapping[int, Figures]:
    """The numbers of the day on which it was proposed."""
    return {int(gap_id): one for gap_id, one in _FIGURES.validate_python(proposal.figures).items()}


def second_looks(proposal: Proposal) -> Mapping[int, SecondLook]:
    """The gaps that would gain by it, and whose place leans on few people who were busy lately."""
    figures = figures_of(proposal)
    looks = {gap_id: figures[gap_id].second_look for gap_id in sorted(change_of(proposal).lifts) if gap_id in figures}
    return {gap_id: look for gap_id, look in looks.items() if look is not None}


def official(session: Session, *, at: datetime) -> Published:
    """The list of this moment. Closed gaps leave it first: that is nobody's decision."""
    now = top10.latest(session)
    gone = top10.closed_among(session, now.gap_ids)
    if not gone:
        return now
    seats = _inherited(now.seats, heirs=top10.heirs(session, gone))
    keys = ", ".join(gap_key(gap_id) for gap_id in now.gap_ids if gap_id in gone)
    cause = f"{keys} closed" if len(gone) > 1 else f"{keys} is closed"
    return put(session, rules.without(seats, gone), base=now, by=BY_RULE, at=at, cause=cause[:200])


def _inherited(seats: Seats, *, heirs: Mapping[int, int]) -> Seats:
    """A gap that became part of another one leaves its seat to it, unless that one has a better seat already."""
    taken: set[int] = set()
    after: list[Seat] = []
    for seat in seats:
        gap_id = heirs.get(seat.gap_id, seat.gap_id)
        if gap_id not in taken:
            taken.add(gap_id)
            after.append(replace(seat, gap_id=gap_id))
    return tuple(after)


def put(
    session: Session,
    seats: Seats,
    *,
    base: Published,
    by: str,
    at: datetime,
    proposal_id: int | None = None,
    cause: str | None = None,
) -> Published:
    """Publish the next version, and close the proposals that do not fit it any more."""
    number = base.number + 1
    top10.publish(session, seats, number=number, at=at, proposal_id=proposal_id, cause=cause)
    audit.record(
        session.connection(),
        at=at,
        actor_id=by,
        action="top10.published",
        subject=f"top10:{number}",
        before={"gaps": list(base.gap_ids)},
        after={"gaps": [seat.gap_id for seat in seats]} | ({"proposal": proposal_id} if proposal_id else {}),
        reason=cause,
    )
    enqueue(session, ANNOUNCE_TOP10, ListPublished(number=number), key=f"top10:{number}:announce")
    for one in top10.open_proposals(session):
        if one.id != proposal_id and not fits(session, seats, change_of(one)):
            end(session, one, state=ProposalState.OVERTAKEN, by=BY_RULE, at=at)
    return top10.version(session, number)


def fits(session: Session, seats: Seats, change: Change) -> bool:
    try:
        result(session, seats, change)
    except NoLongerFits:
        return False
    return True


def result(session: Session, seats: Seats, change: Change) -> Seats:
    """The list after the change; raise `NoLongerFits`, also for a gap that was closed."""
    after = rules.applied(seats, change)
    gone = top10.closed_among(session, [seat.gap_id for seat in after])
    if gone:
        raise NoLongerFits(f"{gap_key(min(gone))} was closed meanwhile.")
    return after


def end(session: Session, proposal: Proposal, *, state: ProposalState, by: str, at: datetime) -> bool:
    """Close an open proposal; False when somebody was faster."""
    values = {"state": state.value, "decided_at": at}
    if not top10.step(session, proposal_id=proposal.id, expected_version=proposal.version, values=values):
        return False
    audit.record(
        session.connection(),
        at=at,
        actor_id=by,
        action=f"proposal.{state.value}",
        subject=f"proposal:{proposal.id}",
    )
    changed(session, proposal.id)
    return True


def changed(session: Session, proposal_id: int) -> None:
    """Promise that every copy of the proposal is edited."""
    enqueue(session, PROPOSAL_CHANGED, ProposalMoved(proposal_id=proposal_id), lane=f"proposal:{proposal_id}")


def propose(
    session: Session,
    change: Change,
    *,
    base: Published,
    figures: Mapping[int, Figures],
    quorum: Quorum,
    reason: str | None,
    by: str | None,
    at: datetime,
) -> int | None:
    """Open a proposal and promise to show it; None when the same change is open already."""
    touched = {*change.touches, *base.gap_ids}
    proposal_id = top10.add_proposal(
        session,
        base_number=base.number,
        change_key=change.key,
        change=_CHANGE.dump_python(change, mode="json"),
        figures={str(gap_id): asdict(figures[gap_id]) for gap_id in touched if gap_id in figures},
        reason=reason,
        proposed_by=by,
        at=at,
        expires_at=at + quorum.expires_after,
    )
    if proposal_id is None:
        return None
    audit.record(
        session.connection(),
        at=at,
        actor_id=by or BY_RULE,
        action="proposal.opened",
        subject=f"proposal:{proposal_id}",
        after={"change": change.key},
        reason=reason,
    )
    moved = ProposalMoved(proposal_id=proposal_id)
    enqueue(session, PROPOSAL_OPENED, moved, key=f"proposal:{proposal_id}:opened", lane=f"proposal:{proposal_id}")
    return proposal_id
