"""Let requests follow their customers: to the account that another one was merged into, or that the CRM has by now."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.ports import Clock
from storage import audit, mirror_state, moving
from storage.database import Database

ACTOR = "salesforce"
"""Who moves requests in the history: nobody in Slack."""
# Merges into merged accounts; a longer chain, or a circle, is left alone.
_LONGEST_CHAIN = 20


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
        """Our id of each account that was typed by hand → the only one of the CRM with its name."""
        with self.database.read() as session:
            typed = moving.unverified_with_requests(session)
            candidates: dict[str, list[tuple[int, str]]] = {}
            for name, id_, key in moving.called(session, {name for _, name in typed}):
                candidates.setdefault(name, []).append((id_, key))
        return {origin: candidates[name][0] for origin, name in typed if len(candidates.get(name, ())) == 1}

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
