"""Take a merged gap out again: what went along comes back, and its seat in the Top 10 where nobody decided since."""

from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import Overtaken, Refusal
from domain.keys import gap_key
from domain.lost_seats import Edition, SeatFate, give_back
from domain.words import GapState
from storage import gap_moves, issue_links, merges, top10
from storage.models import Merge
from usecases import change_top10
from usecases.promise_pushes import promise_pushes


class NotUndone(Refusal):
    """The merge cannot be undone now; the text says what has to be undone first."""


def take_apart(session: Session, merge: Merge, *, by: str, at: datetime) -> SeatFate:
    """Return what the gap brought along, in the transaction that opens it again; raise `NotUndone` or `Overtaken`."""
    survivor = gap_moves.now(session, merge.into_id)
    if survivor is not None and survivor.state is GapState.DUPLICATE:
        other = gap_key(survivor.merged_into_id or 0)
        raise NotUndone(f"{gap_key(merge.into_id)} itself became part of {other}. Undo that first.")
    if not merges.give_back(session, merge, by=by, at=at):
        raise Overtaken("This merge was undone already.")
    for gap_id in (merge.gap_id, merge.into_id):
        push(session, gap_id)
    return _give_seat_back(session, merge, at=at)


def push(session: Session, gap_id: int) -> None:
    """Promise that GitLab hears of it: what is written there counts requests and shows states."""
    for issue_id in issue_links.issues_of(session, gap_id):
        promise_pushes(session, issue_id)


def _give_seat_back(session: Session, merge: Merge, *, at: datetime) -> SeatFate:
    number = merge.moved.get("top10")
    if number is None:  # a merge of before seats were kept
        return SeatFate.NEVER_LOST
    top10.take_turn(session)
    editions = top10.since(session, number)
    on_any = {gap_id for one in editions for gap_id in one.gap_ids}
    fate, seats = give_back(
        [Edition(one.seats, is_decided=one.proposal_id is not None) for one in editions],
        gap_id=merge.gap_id,
        heir=merge.into_id,
        closed=top10.closed_among(session, on_any),
    )
    if fate is SeatFate.GIVEN_BACK:
        cause = f"{gap_key(merge.gap_id)} is no longer part of {gap_key(merge.into_id)}"
        change_top10.put(session, seats, base=editions[-1], by=change_top10.BY_RULE, at=at, cause=cause)
    return fate
