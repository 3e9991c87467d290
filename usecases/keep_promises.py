"""Dates that were promised to customers: noted on a request, and compared with the tracker's milestones every night."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound
from domain.gap_changes import ChangeKind
from domain.policy import Action
from domain.ports import Clock
from storage import audit, gap_moves, issue_links, notices, requests
from storage.database import Database
from storage.jobs import Attempt
from storage.models import Promise
from storage.notices import PromisedDate
from usecases.change_top10 import BY_RULE
from usecases.job_kinds import SlotCame
from usecases.know_people import KnowPeople
from usecases.tell_of_changes import TellOfChanges


@dataclass(frozen=True, slots=True)
class PromisableRequest:
    """A request that somebody may note a promise on."""

    request_id: int
    account: str


@dataclass(frozen=True, slots=True)
class KeepPromises:
    """Notes promises, and warns requester, DRI and who promised when the tracker says later."""

    database: Database
    people: KnowPeople
    tell: TellOfChanges
    now: Clock

    def choices(self, gap_id: int, *, by: str) -> list[PromisableRequest]:
        """The requests of a gap that this person may change; raise `NotAllowed`, or `NotFound` when there is none."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_GAP)
            found = requests.of_gap(session, gap_id)
        mine = [one for one in found if one.requester_id == by or {"admin", "pm"} & actor.roles]
        if not mine:
            raise NotFound("You have no request for this gap that a promise could be noted on.")
        return [PromisableRequest(one.id, one.account.name) for one in mine[:100]]

    def note(self, request_id: int, *, promised_on: str | None, promised_by: str | None, by: str) -> None:
        """Note who promised what date; raise `InvalidInput`, `NotAllowed` or `NotFound`."""
        at = self.now()
        with self.database.write() as session:
            request = requests.find(session, request_id)
            owner = request.requester_id if request else None
            self.people.authorised(session, by, Action.CHANGE_REQUEST, owner=owner)
            if request is None or request.withdrawn_at is not None:
                raise NotFound("You may not do this, or it does not exist.")
            day, who = _date(promised_on, today=at.date()), promised_by or by
            notices.promise(
                session,
                Promise(
                    request_id=request_id, promised_on=day, promised_by=who, noted_by=by, noted_at=at, warned_due=None
                ),
            )
            audit.record(
                session.connection(),
                at=at,
                actor_id=by,
                action="promise.noted",
                subject=f"request:{request_id}",
                after={"promised_on": day.isoformat(), "promised_by": who},
            )

    def check(self, attempt: Attempt[SlotCame]) -> None:
        """Handler of the nightly job: a milestone that is due later than promised is told once for each new date."""
        with self.database.write() as session:
            promised = notices.promises(session)
            links = issue_links.of_gaps(session, {one.gap_id for one in promised})
            for one in promised:
                dues = [link.issue.milestone_due for link in links.get(one.gap_id, ()) if link.issue]
                latest = max((due for due in dues if due is not None), default=None)
                if latest is not None and latest > one.promised_on and latest != one.warned_due:
                    self._warn(session, one, latest)
            attempt.complete(session)

    def _warn(self, session: Session, one: PromisedDate, due: date) -> None:
        at = self.now()
        change_id = gap_moves.add_change(
            session,
            gap_id=one.gap_id,
            kind=ChangeKind.PROMISE_SLIPS,
            by=BY_RULE,
            at=at,
            before=one.promised_on.isoformat(),
            after=due.isoformat(),
        )
        notices.note_warned(session, one.request_id, due=due)
        change = gap_moves.change(session, change_id)
        if change is not None:
            who = {one.requester_id, one.promised_by, *([one.dri_id] if one.dri_id else [])}
            self.tell.tell_only(session, change=change, user_ids=sorted(who), at=at)


def _date(text: str | None, *, today: date) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError as unreadable:
        raise InvalidInput({"promised_on": "Choose a date, like 2027-03-31."}) from unreadable
    if day < today:
        raise InvalidInput({"promised_on": "Choose a date from today on."})
    return day
