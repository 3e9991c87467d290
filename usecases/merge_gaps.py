"""Make two gaps one, the other way round, or two again; and move chosen requests to a gap of their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken, Refusal
from domain.gap_changes import ChangeKind
from domain.keys import gap_key
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line, names_customer
from domain.words import GapState
from storage import audit, gap_index, gap_moves, gaps, merges, requests, top10
from storage.database import Database
from storage.models import Merge
from usecases import change_top10
from usecases.know_people import KnowPeople
from usecases.move_gap import Move, move, tell
from usecases.request_fields import TITLE_LENGTH


class NotUndone(Refusal):
    """The merge cannot be undone now; the text says what has to be undone first."""


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
            self._merge(session, gap_id, into=into, by=by, reason=reason, at=self.now())

    def undo(self, merge_id: int, *, by: str) -> None:
        """Take the gap out again, as it was; raise `NotAllowed`, `NotFound`, `NotUndone` or `Overtaken`."""
        with self.database.write() as session:
            self._undo(session, self._found(session, merge_id, by), by=by, at=self.now())

    def swap(self, merge_id: int, *, by: str) -> None:
        """Let the other of the two survive; raise what `undo` and `merge` do."""
        at = self.now()
        with self.database.write() as session:
            merge = self._found(session, merge_id, by)
            self._undo(session, merge, by=by, at=at)
            self._allowed(session, merge.into_id, by)
            self._merge(session, merge.into_id, into=merge.gap_id, by=by, reason="the other one survives", at=at)

    def split(self, gap_id: int, *, request_ids: Collection[int], title: str, by: str) -> int:
        """Open a gap of its own for chosen requests; return its id. Raise `InvalidInput`, `NotAllowed`, `NotFound`."""
        at, line = self.now(), clean_line(title)
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            old = gaps.find(session, gap_id)
            chosen = [one for one in requests.of_gap(session, gap_id) if one.id in set(request_ids)]
            if old is None:
                raise NotFound(f"I do not know {gap_key(gap_id)}.")
            if not chosen:
                raise InvalidInput({"requests": "Choose the requests that are about something else."})
            if not line or len(line) > TITLE_LENGTH:
                raise InvalidInput(
                    {"title": f"Say in a few words what is missing, in up to {TITLE_LENGTH} characters."}
                )
            if any(names_customer(line, one.account.name) for one in chosen):
                raise InvalidInput({"title": "Leave the customer’s name out: a gap’s title is read by everyone."})
            connection = session.connection()
            new = gaps.open_gap(
                connection, title=line, problem=None, area_key=old.area_key, dri_id=old.dri_id, by=by, at=at
            )
            gap_index.index_gap(connection, gap_id=new, title=line, problem=None)
            merges.move_requests(session, [one.id for one in chosen], to=new, only_from=gap_id)
            parts = {"into": new, "requests": sorted(one.id for one in chosen)}
            _note(session, action="gap.split", gap_id=gap_id, by=by, at=at, after=parts)
        return new

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

    def _merge(self, session: Session, gap_id: int, *, into: int, by: str, reason: str, at: datetime) -> None:
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

    def _undo(self, session: Session, merge: Merge, *, by: str, at: datetime) -> None:
        gap, survivor = gap_moves.now(session, merge.gap_id), gap_moves.now(session, merge.into_id)
        if gap is None or survivor is None or gap.merged_into_id != merge.into_id:
            raise Overtaken("This merge was undone already.")
        if survivor.state is GapState.DUPLICATE:
            other = gap_key(survivor.merged_into_id or 0)
            raise NotUndone(f"{gap_key(merge.into_id)} itself became part of {other}. Undo that first.")
        if not merges.give_back(session, merge, by=by, at=at) or not gap_moves.move(
            session,
            gap_id=merge.gap_id,
            current=GapState.DUPLICATE,
            wanted=merge.state_before,
            merged_into=None,
            at=at,
        ):
            raise Overtaken("This merge was undone already.")
        undone = {"from": merge.into_id, "merge": merge.id}
        _note(session, action="gap.unmerged", gap_id=merge.gap_id, by=by, at=at, after=undone)
        tell(session, gap_id=merge.gap_id, kind=ChangeKind.REOPENED, by=by, at=at, other_gap_id=merge.into_id)

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


def _note(session: Session, *, action: str, gap_id: int, by: str, at: datetime, after: Mapping[str, Any]) -> None:
    audit.record(session.connection(), at=at, actor_id=by, action=action, subject=f"gap:{gap_id}", after=dict(after))
