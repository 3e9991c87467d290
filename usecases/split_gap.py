"""Move the requests that are about something else to a gap of their own, and back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.gap_changes import ChangeKind
from domain.keys import gap_key
from domain.people import Actor
from domain.policy import Action, may
from domain.ports import Clock
from domain.text import clean_line
from domain.words import Priority
from storage import audit, gap_index, gap_moves, gaps, inbox, merges, requests
from storage.database import Database
from storage.jobs import enqueue
from storage.models import Gap, Request
from usecases import keep_customers_in
from usecases.intake_job_kinds import SHOW_TRIAGE, GapToTriage
from usecases.know_people import KnowPeople
from usecases.merge_gaps import MergeGaps
from usecases.move_gap import tell
from usecases.request_fields import TITLE_LENGTH
from usecases.take_apart import push

MOST_OFFERED = 100
_SPLIT_OFF = "gap.split_off"


@dataclass(frozen=True, slots=True)
class Movable:
    """A request that can be moved. `account` is None for somebody who may decide about gaps and not see customers."""

    request_id: int
    account: str | None
    title: str
    priority: Priority
    requester_id: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class SplittableGap:
    """What the form shows: the newest requests; `total` counts all."""

    gap_id: int
    title: str
    requests: tuple[Movable, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SplitOff:
    """What came of it: a new gap with so many requests."""

    gap_id: int
    title: str
    requests: int
    origin_id: int


@dataclass(frozen=True, slots=True)
class SplitGap:
    """For product managers, admins, and the DRI of the gap."""

    database: Database
    people: KnowPeople
    merging: MergeGaps
    now: Clock

    def open(self, gap_id: int, *, by: str, words: str = "") -> SplittableGap:
        """The gap's requests, or those of accounts with these words; raise `InvalidInput`, `NotAllowed` or `NotFound`.

        A gap that one request asks for cannot be split: there would be nothing left of it.
        """
        with self.database.read() as session:
            actor = self._allowed(session, gap_id, by)
            gap, filed = _found(session, gap_id), requests.of_gap(session, gap_id)
            if len(filed) < 2:  # noqa: PLR2004  one to go, one to stay
                raise InvalidInput({"requests": f"{gap_key(gap_id)} has fewer than two requests: nothing to split."})
            lines = [_movable(one, actor) for one in filed]
        fitting = [one for one in lines if words.casefold() in f"{one.account or ''} {one.title}".casefold()]
        return SplittableGap(gap_id, gap.title, tuple(fitting[:MOST_OFFERED]), len(filed))

    def __call__(self, gap_id: int, *, request_ids: Collection[int], title: str, by: str, key: str) -> SplitOff:
        """Open a gap of its own for chosen requests, once for a `key`.

        Raises `InvalidInput`, `NotAllowed`, `NotFound`, or `Overtaken` when this form was sent before.
        """
        at, line = self.now(), clean_line(title)
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            old, filed = _found(session, gap_id), requests.of_gap(session, gap_id)
            chosen = [one for one in filed if one.id in set(request_ids)]
            _check(line, chosen, filed, named=keep_customers_in.named(session, line, gap_ids={gap_id}))
            if not inbox.first_time(session.connection(), key=key, at=at):
                raise Overtaken("This was done already: you sent the form twice.")
            new = self._move(session, old, chosen, title=line, by=by, at=at)
        return SplitOff(new, line, len(chosen), gap_id)

    def undo(self, new_gap_id: int, *, by: str) -> int:
        """Join a gap that was split off to where it came from, with what it got since; return that gap.

        It is a merge like any other, and can itself be undone. Raises what `MergeGaps.merge` does.
        """
        at = self.now()
        with self.database.write() as session:
            self._allowed(session, new_gap_id, by)
            rows = audit.history(session, f"gap:{new_gap_id}")
            origin = next((row.after["from"] for row in rows if row.action == _SPLIT_OFF and row.after), None)
            target = gaps.living_gap(session.connection(), origin) if origin else None
            if origin is None:
                raise NotFound(f"{gap_key(new_gap_id)} was not split off another gap.")
            if target is None:
                raise InvalidInput({"into": f"{gap_key(origin)} is closed. Reopen it first."})
            if target == new_gap_id:
                raise InvalidInput({"into": f"{gap_key(origin)} has become part of {gap_key(new_gap_id)}."})
            reason = f"split off {gap_key(origin)} by mistake"
            self.merging.join(session, new_gap_id, into=target, by=by, reason=reason, at=at)
        return target

    def _move(
        self, session: Session, old: Gap, chosen: Collection[Request], *, title: str, by: str, at: datetime
    ) -> int:
        connection = session.connection()
        new = gaps.open_gap(
            connection, title=title, problem=None, area_key=old.area_key, dri_id=old.dri_id, by=by, at=at
        )
        gap_index.index_gap(connection, gap_id=new, title=title, problem=None)
        ids = sorted(one.id for one in chosen)
        if merges.move_requests(session, ids, to=new, only_from=old.id) != len(ids):
            raise Overtaken("Somebody moved some of these requests a moment ago. Look again.")
        for gap_id, action, after in (
            (old.id, "gap.split", {"into": new, "requests": ids}),
            (new, _SPLIT_OFF, {"from": old.id, "requests": ids}),
        ):
            audit.record(connection, at=at, actor_id=by, action=action, subject=f"gap:{gap_id}", after=after)
        enqueue(session, SHOW_TRIAGE, GapToTriage(gap_id=new), key=f"triage:{new}:new", lane=f"triage:{new}")
        tell(session, gap_id=new, kind=ChangeKind.SPLIT_OFF, by=by, at=at, other_gap_id=old.id)
        push(session, old.id)
        return new

    def _allowed(self, session: Session, gap_id: int, by: str) -> Actor:
        gap = gap_moves.now(session, gap_id)
        return self.people.authorised(session, by, Action.MOVE_GAP, owner=gap.dri_id if gap else None)


def _found(session: Session, gap_id: int) -> Gap:
    gap = gaps.find(session, gap_id)
    if gap is None:
        raise NotFound(f"I do not know {gap_key(gap_id)}.")
    return gap


def _movable(request: Request, actor: Actor) -> Movable:
    return Movable(
        request_id=request.id,
        account=request.account.name if may(actor, Action.SEE_CUSTOMERS) else None,
        title=request.title,
        priority=request.priority,
        requester_id=request.requester_id,
        filed_at=request.created_at,
    )


def _check(line: str, chosen: Collection[Request], filed: Collection[Request], *, named: str | None) -> None:
    faults = {}
    if not chosen:
        faults["requests"] = "Choose the requests that are about something else."
    elif len(chosen) == len(filed):
        faults["requests"] = "Leave at least one: a gap that nobody asks for would stay behind."
    if not line or len(line) > TITLE_LENGTH:
        faults["title"] = f"Say in a few words what is missing, in up to {TITLE_LENGTH} characters."
    elif named:
        faults["title"] = f"“{named}” is a customer’s name. Leave it out: a gap’s title is read by everyone."
    if faults:
        raise InvalidInput(faults)
