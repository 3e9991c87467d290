"""Let requests follow their customers: to the account that another one was merged into, or that the CRM has by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.ports import Clock
from domain.text import spellings
from storage import audit, mirror_state, moving
from storage.database import Database

ACTOR = "salesforce"
"""Who moves requests in the history: nobody in Slack."""
# Merges into merged accounts; a longer chain, or a circle, is left alone.
_LONGEST_CHAIN = 20
_AT_ONCE = 500
"""Names a query: each has two dozen spellings, and SQLite takes 32,766 values."""


@dataclass(slots=True, kw_only=True)
class Moved:
    """How many requests were moved, and from how many accounts of each sort."""

    requests: int = 0
    merged: int = 0
    adopted: int = 0


@dataclass(frozen=True, slots=True)
class AdoptAccounts:
    """Move live requests, each once, and write each move down."""

    database: Database
    now: Clock

    def __call__(self, *, holder: str) -> Moved:
        """Follow merges first: an account that was merged away is not one that the CRM has."""
        moved = Moved()
        for origin, target in self._merges().items():
            count = self._move(origin, target, reason="The accounts were merged in the CRM.", holder=holder)
            moved.requests += count
            moved.merged += bool(count)
        for origin, (target, key) in self._appeared().items():
            reason = "The account is in the CRM by now."
            count = self._move(origin, target, reason=reason, holder=holder, points_to=key)
            moved.requests += count
            moved.adopted += bool(count)
        return moved

    def _merges(self) -> Mapping[int, int]:
        """Our id of each merged account that is still asked for → our id of the one that survived."""
        survivors: dict[int, int] = {}
        with self.database.read() as session:
            for origin, key in moving.merged_with_requests(session):
                found = moving.master(session, key)
                for _ in range(_LONGEST_CHAIN):
                    if found is None or found.master_id is None:
                        break
                    found = moving.master(session, found.master_id)
                if found is not None and found.master_id is None and not found.is_deleted:
                    survivors[origin] = found.id
        return survivors

    def _appeared(self) -> Mapping[int, tuple[int, str]]:
        """Our id of each account that was typed by hand → the only one of the CRM that can be meant."""
        with self.database.read() as session:
            typed = moving.unverified_with_requests(session)
            candidates: dict[str, list[tuple[int, str]]] = {}
            for start in range(0, len(typed), _AT_ONCE):
                names = {spelling for _, name in typed[start : start + _AT_ONCE] for spelling in spellings(name)}
                for name, id_, key in moving.called(session, names):
                    if (id_, key) not in candidates.setdefault(name, []):
                        candidates[name].append((id_, key))
        meant = {origin: _meant(name, candidates) for origin, name in typed}
        return {origin: found[0] for origin, found in meant.items() if len(found) == 1}

    def _move(self, origin: int, target: int, *, reason: str, holder: str, points_to: str | None = None) -> int:
        at = self.now()
        with self.database.write() as session:
            mirror_state.keep_turn(session, holder=holder, at=at)
            moved = moving.move_requests(session, origin=origin, target=target, at=at)
            if points_to is not None:
                moving.point_to(session, origin, salesforce_id=points_to)
            for request_id in moved:
                audit.record(
                    session.connection(),
                    at=at,
                    actor_id=ACTOR,
                    action="request.moved",
                    subject=f"request:{request_id}",
                    before={"account": origin},
                    after={"account": target},
                    reason=reason,
                )
        return len(moved)


def _meant(name: str, candidates: Mapping[str, Sequence[tuple[int, str]]]) -> Sequence[tuple[int, str]]:
    """The accounts of exactly this name; where there are none, those of the same name with another legal form."""
    exact = candidates.get(name, ())
    return exact or [one for spelling in sorted(spellings(name)) for one in candidates.get(spelling, ())]
