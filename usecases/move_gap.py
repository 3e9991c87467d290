"""Move a gap through its life. The only place that changes a gap's state: whoever asked is told from here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.gap_changes import ChangeKind, change_of, way
from domain.keys import gap_key
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean
from domain.transitions import TRANSITIONS
from domain.words import GapState
from storage import audit, gap_moves, issue_links, merges
from storage.database import Database
from storage.gap_moves import GapNow
from storage.jobs import enqueue
from usecases import keep_customers_in
from usecases.issue_jobs import PUSH_LABELS, IssueNamed, lane_of
from usecases.job_kinds import GAP_CHANGED, GapChanged
from usecases.keep_customers_in import Written
from usecases.know_people import KnowPeople
from usecases.take_apart import take_apart

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a gap shall go and why. `wording` is text for customers, without any customer's data in it."""

    gap_id: int
    wanted: GapState
    by: str
    at: datetime
    reason: str | None = None
    merged_into: int | None = None
    wording: str | None = None


def move(session: Session, given: Move) -> None:
    """Move the gap in the caller's transaction: state, audit rows and the promise to tell are kept together.

    Whether `by` may do this is the caller's to check. Raises `NotFound`, `TransitionRefused` or `Overtaken`.
    """
    gap = _found(session, given.gap_id)
    current = gap.state
    for step in way(current=gap.state, wanted=given.wanted):
        is_last = step is given.wanted
        other = given.merged_into if step is GapState.DUPLICATE else None
        if not gap_moves.move(
            session, gap_id=given.gap_id, current=current, wanted=step, merged_into=other, at=given.at
        ):
            raise Overtaken(f"Somebody moved {gap_key(given.gap_id)} a moment ago. Look again.")
        audit.record(
            session.connection(),
            at=given.at,
            actor_id=given.by,
            action="gap.moved",
            subject=f"gap:{given.gap_id}",
            before={"state": current.value},
            after={"state": step.value} | ({"merged_into": other} if other else {}),
            reason=given.reason if is_last else None,
        )
        _take_belongings(session, given, left=current, entered=step)
        current = step
    for issue_id in issue_links.issues_of(session, given.gap_id):
        enqueue(session, PUSH_LABELS, IssueNamed(issue_id=issue_id), lane=lane_of(issue_id))
    kind = change_of(before=gap.state, after=given.wanted)
    if kind is not None:
        tell(
            session,
            gap_id=given.gap_id,
            kind=kind,
            by=given.by,
            at=given.at,
            before=gap.state.value,
            after=given.wanted.value,
            other_gap_id=given.merged_into,
            wording=given.wording,
        )


def _take_belongings(session: Session, given: Move, *, left: GapState, entered: GapState) -> None:
    """What belongs to a gap goes along when it becomes part of another one, and comes back when it is reopened."""
    if entered is GapState.DUPLICATE and given.merged_into is not None:
        merges.carry(
            session, gap_id=given.gap_id, into_id=given.merged_into, state_before=left, by=given.by, at=given.at
        )
    elif left is GapState.DUPLICATE and (merge := merges.latest(session, given.gap_id)) is not None:
        take_apart(session, merge, by=given.by, at=given.at)


def tell(session: Session, *, gap_id: int, kind: ChangeKind, by: str, at: datetime, **more: Any) -> None:
    """Promise that everybody who asked is told of a change: `before`, `after` (dates or states), `wording`."""
    change_id = gap_moves.add_change(session, gap_id=gap_id, kind=kind, by=by, at=at, **more)
    enqueue(session, GAP_CHANGED, GapChanged(change_id=change_id), key=f"gap_change:{change_id}")


@dataclass(frozen=True, slots=True)
class MovableGap:
    """A gap whose state somebody may change, and where it may go from here."""

    gap_id: int
    title: str
    state: GapState
    choices: tuple[GapState, ...]


@dataclass(frozen=True, slots=True)
class MoveGap:
    """A person's move of a gap: product managers, admins and its DRI."""

    database: Database
    people: KnowPeople
    now: Clock

    def open(self, gap_id: int, *, by: str) -> MovableGap:
        """What can be done with the gap; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            gap = self._allowed(session, gap_id, by)
        return MovableGap(gap_id=gap_id, title=gap.title, state=gap.state, choices=choices(gap.state))

    def __call__(
        self, gap_id: int, *, wanted: GapState, by: str, reason: str, wording: str, merged_into: int | None
    ) -> None:
        """Move it; raise `InvalidInput`, `NotAllowed`, `NotFound`, `TransitionRefused` or `Overtaken`."""
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            other = self._checked(session, gap_id, wanted, reason=reason, wording=wording, merged_into=merged_into)
            move(
                session,
                Move(
                    gap_id=gap_id,
                    wanted=wanted,
                    by=by,
                    at=self.now(),
                    reason=clean(reason) or None,
                    merged_into=other,
                    wording=clean(wording) or None,
                ),
            )

    def _allowed(self, session: Session, gap_id: int, by: str) -> GapNow:
        gap = gap_moves.now(session, gap_id)
        self.people.authorised(session, by, Action.MOVE_GAP, owner=gap.dri_id if gap else None)
        return _found(session, gap_id)

    def _checked(
        self,
        session: Session,
        gap_id: int,
        wanted: GapState,
        *,
        reason: str,
        wording: str,
        merged_into: int | None,
    ) -> int | None:
        faults = {
            name: f"Keep it under {LONGEST_TEXT:,} characters."
            for name, text in (("reason", reason), ("wording", wording))
            if len(text) > LONGEST_TEXT
        }
        if wanted is GapState.DECLINED and not clean(reason):
            faults["reason"] = "Say why: everybody who asked will read it."
        if wanted is GapState.DUPLICATE and not self._can_take(session, gap_id, merged_into):
            faults["merged_into"] = "Say which open gap this one is merged into, like GAP-7."
        if faults:
            raise InvalidInput(faults)
        texts = {"reason": Written(clean(reason)), "wording": Written(clean(wording), is_for_customers=True)}
        keep_customers_in.check(session, texts, gap_ids={gap_id} | ({merged_into} if merged_into else set()))
        return merged_into if wanted is GapState.DUPLICATE else None

    def _can_take(self, session: Session, gap_id: int, other: int | None) -> bool:
        target = gap_moves.now(session, other) if other is not None and other != gap_id else None
        return target is not None and target.state.is_open


def choices(state: GapState) -> tuple[GapState, ...]:
    """Where a gap may go from here, in the order of its life; shipping is offered wherever work is open."""
    direct = TRANSITIONS[state]
    return tuple(one for one in GapState if one in direct or (one is GapState.SHIPPED and state.is_open))


def _found(session: Session, gap_id: int) -> GapNow:
    gap = gap_moves.now(session, gap_id)
    if gap is None:
        raise NotFound(f"I do not know {gap_key(gap_id)}.")
    return gap
