"""Make two gaps one, the other way round, or two again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.gap_changes import ChangeKind
from domain.keys import gap_key
from domain.lost_seats import SeatFate
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line
from domain.words import GapState
from storage import audit, gap_moves, gaps, merges, top10, triage
from storage.database import Database
from storage.models import Merge
from usecases import change_top10
from usecases.know_people import KnowPeople
from usecases.move_gap import Move, move, tell
from usecases.take_apart import push, take_apart


@dataclass(frozen=True, slots=True)
class MergedGap:
    """A gap that is part of another one, and may be taken out again."""

    merge_id: int
    gap_id: int
    title: str
    requests: int


@dataclass(frozen=True, slots=True)
class MergeGaps:
    """For product managers, admins, and the DRI of the gap that goes."""

    database: Database
    people: KnowPeople
    now: Clock

    def merge(self, gap_id: int, *, into: int, by: str, reason: str = "") -> None:
        """Make the gap part of another one: requests, followers, links and its Top 10 place go along.

        Raises `InvalidInput`, `NotAllowed`, `NotFound`, `TransitionRefused` or `Overtaken`.
        """
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            self.join(session, gap_id, into=into, by=by, reason=reason, at=self.now())

    def undo(self, merge_id: int, *, by: str) -> SeatFate:
        """Take the gap out again, as it was, and say what became of its place in the Top 10.

        Raises `NotAllowed`, `NotFound`, `NotUndone` or `Overtaken`.
        """
        with self.database.write() as session:
            return self._undo(session, self._found(session, merge_id, by), by=by, at=self.now())

    def swap(self, merge_id: int, *, by: str) -> None:
        """Let the other of the two survive; raise what `undo` and `merge` do."""
        at = self.now()
        with self.database.write() as session:
            merge = self._found(session, merge_id, by)
            self._undo(session, merge, by=by, at=at)
            self._allowed(session, merge.into_id, by)
            self.join(session, merge.into_id, into=merge.gap_id, by=by, reason="the other one survives", at=at)

    def merge_of(self, gap_id: int, *, by: str) -> int:
        """The id of the merge that the gap is part of another one by; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            self._allowed(session, gap_id, by)
            merge = merges.latest(session, gap_id)
        if merge is None:
            raise NotFound(f"{gap_key(gap_id)} is not part of another gap.")
        return merge.id

    def merged_into(self, gap_id: int, *, by: str) -> list[MergedGap]:
        """The gaps that are part of this one by merges that still stand, newest first."""
        with self.database.read() as session:
            self._allowed(session, gap_id, by)
            return [
                MergedGap(merge.id, merge.gap_id, title, len(merge.moved["requests"]))
                for merge, title in merges.into(session, gap_id)
            ]

    def join(self, session: Session, gap_id: int, *, into: int, by: str, reason: str, at: datetime) -> None:
        """The same as `merge` in the caller's transaction, for somebody who may."""
        survivor = gaps.living_gap(session.connection(), into)
        if survivor is None or survivor == gap_id:
            raise InvalidInput({"merged_into": "Say which open gap this one is merged into, like GAP-7."})
        wanted = Move(
            gap_id=gap_id,
            wanted=GapState.DUPLICATE,
            by=by,
            at=at,
            reason=clean_line(reason) or None,
            merged_into=survivor,
        )
        move(session, wanted)
        top10.take_turn(session)
        change_top10.official(session, at=at)
        push(session, survivor)

    def _undo(self, session: Session, merge: Merge, *, by: str, at: datetime) -> SeatFate:
        gap = gap_moves.now(session, merge.gap_id)
        if gap is None or gap.merged_into_id != merge.into_id:
            raise Overtaken("This merge was undone already.")
        if not gap_moves.move(
            session,
            gap_id=merge.gap_id,
            current=GapState.DUPLICATE,
            wanted=_state_after(session, merge),
            merged_into=None,
            at=at,
        ):
            raise Overtaken("This merge was undone already.")
        fate = take_apart(session, merge, by=by, at=at)
        audit.record(
            session.connection(),
            at=at,
            actor_id=by,
            action="gap.unmerged",
            subject=f"gap:{merge.gap_id}",
            after={"from": merge.into_id, "merge": merge.id},
        )
        tell(session, gap_id=merge.gap_id, kind=ChangeKind.REOPENED, by=by, at=at, other_gap_id=merge.into_id)
        return fate

    def _found(self, session: Session, merge_id: int, by: str) -> Merge:
        merge = merges.find(session, merge_id)
        self._allowed(session, merge.gap_id if merge else 0, by)
        if merge is None:
            raise NotFound("You may not do this, or it does not exist.")
        if merge.undone_at is not None:
            raise Overtaken("This merge was undone already.")
        return merge

    def _allowed(self, session: Session, gap_id: int, by: str) -> None:
        gap = gap_moves.now(session, gap_id)
        self.people.authorised(session, by, Action.MOVE_GAP, owner=gap.dri_id if gap else None)
        if gap is None:
            raise NotFound(f"I do not know {gap_key(gap_id)}.")


def _state_after(session: Session, merge: Merge) -> GapState:
    """What it was; but what waited for an answer that has come meanwhile does not wait for it again."""
    is_answered = not triage.open_questions(session, gap_id=merge.gap_id)
    return GapState.TRIAGE if merge.state_before is GapState.NEEDS_INFO and is_answered else merge.state_before
