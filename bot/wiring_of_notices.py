"""What becomes of gaps, composed: moving them, telling those who asked, keeping promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Daily, hourly
from bot.schedule import Schedule
from domain.ports import Clock
from handlers.audience import Audience
from handlers.messenger import Messenger
from handlers.notices.listeners import NoticeListeners
from handlers.notices.sender import NoticeSender
from storage.database import Database
from storage.jobs import JobKind
from usecases import job_kinds
from usecases.keep_promises import KeepPromises
from usecases.know_people import KnowPeople
from usecases.move_gap import MoveGap
from usecases.tell_of_changes import TellOfChanges


@dataclass(frozen=True, slots=True)
class Notices:
    """The verbs around what becomes of gaps."""

    move_gap: MoveGap
    tell: TellOfChanges
    promises: KeepPromises


def build_notices(
    *,
    database: Database,
    policy: Policy,
    people: KnowPeople,
    fill_seats: Callable[[Session], object],
    now: Clock,
) -> Notices:
    """`fill_seats` is what the Top 10 does when a gap may have been closed."""
    tell = TellOfChanges(
        database=database, people=people, organisation=policy.organisation(), fill_seats=fill_seats, now=now
    )
    return Notices(
        move_gap=MoveGap(database=database, people=people, now=now),
        tell=tell,
        promises=KeepPromises(database=database, people=people, tell=tell, now=now),
    )


def notice_handlers(use: Notices, *, messenger: Messenger, client: WebClient) -> Mapping[JobKind[Any], Handler]:
    audience = Audience(client=client, people=use.tell.people)
    sender = NoticeSender(tell=use.tell, messenger=messenger, client=client, audience=audience)
    return {
        job_kinds.GAP_CHANGED: use.tell.fan_out,
        job_kinds.SEND_NOTICES: sender.send,
        job_kinds.NOTE_CHANGE_IN_THREAD: sender.note_in_thread,
        job_kinds.NOTE_CHANGE_AT_ORIGIN: sender.note_at_origin,
        job_kinds.DELIVER_NOTICES: use.tell.deliver_daily,
        job_kinds.CHECK_PROMISES: use.promises.check,
    }


def notice_listeners(use: Notices) -> NoticeListeners:
    return NoticeListeners(move_gap=use.move_gap, promises=use.promises, tell=use.tell)


def notice_schedules() -> list[Schedule[Any]]:
    """Everybody's morning comes at its own hour; the tracker is looked at while people sleep."""
    return [
        Schedule(
            name="notices.deliver",
            recurrence=hourly(minute=2),
            kind=job_kinds.DELIVER_NOTICES,
            payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
            catch_up=timedelta(hours=1),
        ),
        Schedule(
            name="promises.check",
            recurrence=Daily(at=time(4, 30), zone=ZoneInfo("UTC")),
            kind=job_kinds.CHECK_PROMISES,
            payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
        ),
    ]
