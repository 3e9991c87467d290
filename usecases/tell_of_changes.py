"""Tell everybody who asked what became of a gap: at once, or in one message a day, as each of them wants."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from domain.errors import NotFound
from domain.gap_changes import ChangeKind, NoticeChoice
from domain.organisation import Organisation
from domain.people import PersonKind
from domain.policy import Action
from domain.ports import Clock
from storage import gap_moves, issue_links, merges, messages, notices, people
from storage.database import Database
from storage.jobs import Attempt, enqueue
from storage.messages import Posted
from storage.models import Gap, GapChange, RequestOrigin
from storage.notices import LostDeal
from usecases import keep_customers_in
from usecases.job_kinds import (
    NOTE_CHANGE_AT_ORIGIN,
    NOTE_CHANGE_IN_THREAD,
    SEND_NOTICES,
    ChangeAtOrigin,
    GapChanged,
    NoticesReady,
    SlotCame,
)
from usecases.know_people import KnowPeople

MORNING = 9
"""The hour of the reader's own clock from which the daily message is sent."""
MOST_DEALS = 10


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change as one reader is told of it. `accounts` are theirs: the message goes to them alone."""

    kind: ChangeKind
    gap_id: int
    title: str
    area: str
    before: str | None
    after: str | None
    other_gap_id: int | None
    by: str
    reason: str | None
    wording: str | None
    accounts: tuple[str, ...]
    links: tuple[str, ...]
    win_back: tuple[LostDeal, ...]


@dataclass(frozen=True, slots=True)
class ThreadNote:
    """What is said below a gap's card, or a message that a request came from: no customer is in it."""

    kind: ChangeKind
    gap_id: int
    title: str
    other_gap_id: int | None
    after: str | None
    thread: Posted
    marked: Posted
    """The message that gets the reaction."""


@dataclass(frozen=True, slots=True)
class TellOfChanges:
    """Fans a change out into notices, and gives each message its content."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    fill_seats: Callable[[Session], object]
    now: Clock

    def fan_out(self, attempt: Attempt[GapChanged]) -> None:
        """Store who is to hear of it, promise the urgent messages, and let a closed gap leave the Top 10."""
        at = self.now()
        with self.database.write() as session:
            change = gap_moves.change(session, attempt.payload.change_id)
            if change is not None:
                self._add(session, change, at)
                thread = GapChanged(change_id=change.id)
                enqueue(session, NOTE_CHANGE_IN_THREAD, thread, key=f"gap_change:{change.id}:thread")
                for origin in self._origins(session, change):
                    below = ChangeAtOrigin(change_id=change.id, request_id=origin.request_id)
                    key = origin_marker(change.id, Posted(origin.channel_id, origin.ts))
                    enqueue(session, NOTE_CHANGE_AT_ORIGIN, below, key=key)
                self.fill_seats(session)
            attempt.complete(session)

    def tell_only(self, session: Session, *, change: GapChange, user_ids: Sequence[str], at: datetime) -> None:
        """Tell some people of a change, in the caller's transaction."""
        choices = notices.preferences(session, user_ids)
        wanted = {user_id for user_id in user_ids if choices.get(user_id) != NoticeChoice.OFF}
        kind = ChangeKind(change.kind)

        def is_urgent(user_id: str) -> bool:
            return kind.is_urgent and choices.get(user_id) != NoticeChoice.DAILY

        for user_id in notices.add(session, user_ids=wanted, change_id=change.id, is_urgent=is_urgent, at=at):
            if is_urgent(user_id):
                self._send(session, user_id, f"change:{change.id}")

    def deliver_daily(self, attempt: Attempt[SlotCame]) -> None:
        """Handler of the hourly job: whose morning it is gets what waits for them."""
        with self.database.write() as session:
            for one in notices.waiting(session):
                local = self.now().astimezone(_zone(one.time_zone))
                batch = f"day:{local.date().isoformat()}"
                if local.hour >= MORNING and notices.take_batch(session, user_id=one.user_id, batch=batch):
                    self._send(session, one.user_id, batch)
            attempt.complete(session)

    def told(self, *, user_id: str, batch: str) -> list[ToldChange]:
        """What one message says."""
        with self.database.read() as session:
            found = notices.changes_of(session, user_id=user_id, batch=batch)
            return [self._told(session, user_id, change, gap) for change, gap in found]

    def thread_note(self, change_id: int) -> ThreadNote | None:
        """What the gap's card is answered with; None when it has none."""
        with self.database.read() as session:
            change = gap_moves.change(session, change_id)
            card = messages.find(session, f"gap:{change.gap_id}:card") if change else None
            return self._note(session, change, thread=card, marked=card) if change and card else None

    def origin_note(self, below: ChangeAtOrigin) -> ThreadNote | None:
        """What the message that a request was made from is answered with; None when the request is gone."""
        with self.database.read() as session:
            change = gap_moves.change(session, below.change_id)
            found = notices.origins(session, gap_ids=(), request_ids=[below.request_id])
            if change is None or not found:
                return None
            channel = found[0].channel_id
            thread, marked = Posted(channel, found[0].thread_ts), Posted(channel, found[0].ts)
            return self._note(session, change, thread=thread, marked=marked)

    def prefer(self, choice: str, *, by: str) -> None:
        """Keep how somebody wants to hear of changes; raise `NotAllowed`, or `NotFound` for another word."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.FILE_REQUEST)
            if choice not in set(NoticeChoice):
                raise NotFound("This menu is too old for me. Open the Home tab again.")
            notices.prefer(session, by, choice, at=self.now())

    def follow(self, gap_id: int, *, by: str) -> bool:
        """Follow a gap, or stop it; tell which. Raise `NotAllowed` or `NotFound`."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.SEE_GAP)
            if gap_moves.now(session, gap_id) is None:
                raise NotFound("You may not do this, or it does not exist.")
            if notices.follow(session, gap_id=gap_id, user_id=by, at=self.now()):
                return True
            notices.unfollow(session, gap_id=gap_id, user_id=by)
            return False

    def _add(self, session: Session, change: GapChange, at: datetime) -> None:
        about = gap_moves.merged_into(session, change.gap_id)
        who = notices.concerned(session, about) - {change.actor_id}
        if change.kind == ChangeKind.MERGED:
            # What they asked for has gone along already.
            moved = people.kinds_of(session, merges.people_of(session, change.gap_id))
            who |= {user_id for user_id, kind in moved.items() if kind is PersonKind.MEMBER} - {change.actor_id}
        self.tell_only(session, change=change, user_ids=sorted(who), at=at)

    def _origins(self, session: Session, change: GapChange) -> Sequence[RequestOrigin]:
        """Where the gap's requests were made from. After a merge these are the ones that went along."""
        if change.kind != ChangeKind.MERGED:
            return notices.origins(session, gap_ids=gap_moves.merged_into(session, change.gap_id))
        merge = merges.latest(session, change.gap_id)
        return notices.origins(session, gap_ids=(), request_ids=merge.moved["requests"]) if merge else ()

    def _note(self, session: Session, change: GapChange, *, thread: Posted, marked: Posted) -> ThreadNote | None:
        gap = gap_moves.now(session, change.gap_id)
        if gap is None:
            return None
        kind = ChangeKind(change.kind)
        return ThreadNote(kind, change.gap_id, gap.title, change.other_gap_id, change.after, thread, marked)

    def _send(self, session: Session, user_id: str, batch: str) -> None:
        ready = NoticesReady(user_id=user_id, batch=batch)
        enqueue(session, SEND_NOTICES, ready, key=f"notices:{user_id}:{batch}", lane=f"person:{user_id}")

    def _told(self, session: Session, user_id: str, change: GapChange, gap: Gap) -> ToldChange:
        about = gap_moves.merged_into(session, gap.id)
        is_shipped = change.kind == ChangeKind.SHIPPED
        deals = notices.lost_deals(session, owner_id=user_id, gap_ids=about, limit=MOST_DEALS) if is_shipped else []
        links = issue_links.of_gaps(session, [gap.id]).get(gap.id, [])
        return ToldChange(
            kind=ChangeKind(change.kind),
            gap_id=gap.id,
            title=gap.title,
            area=self.organisation.area_name(gap.area_key),
            before=change.before,
            after=change.after,
            other_gap_id=change.other_gap_id,
            by=change.actor_id,
            reason=keep_customers_in.shown(session, gap_moves.reason_of(session, change), gap_ids=about),
            wording=_forwardable(session, change.wording, about),
            accounts=tuple(notices.accounts_of(session, user_id=user_id, gap_ids=about)),
            links=tuple(link.url for link in links),
            win_back=tuple(deals),
        )


def origin_marker(change_id: int, message: Posted) -> str:
    """What the answer below a message that requests came from is known by, however many came from it."""
    return f"gap_change:{change_id}:below:{message.channel_id}:{message.ts}"


def _forwardable(session: Session, wording: str | None, about: Collection[int]) -> str | None:
    """Nothing to forward is better than another customer's name."""
    return None if wording and keep_customers_in.named(session, wording, gap_ids=about) else wording


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
