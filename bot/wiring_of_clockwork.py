"""What happens by the clock whatever the bot is used for: looking at people, mirroring the CRM, tidying up."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.recurrence import Daily, Every
from bot.schedule import Schedule
from usecases import job_kinds


def mirror_schedules(*, changes_every: timedelta) -> list[Schedule[Any]]:
    """Changes now and then; at night everything, since formulas and old deletions leave no trace of a change.

    They share a lane: one at a time, however many processes there are.
    """
    return [
        Schedule(
            name="salesforce.changes",
            recurrence=Every(period=changes_every),
            kind=job_kinds.MIRROR_CUSTOMERS,
            payload=lambda slot: job_kinds.MirrorWanted(wanted_at=slot.at),
            lane="salesforce",
        ),
        Schedule(
            name="salesforce.everything",
            recurrence=Daily(at=time(1, 30), zone=ZoneInfo("UTC")),
            kind=job_kinds.MIRROR_CUSTOMERS,
            payload=lambda slot: job_kinds.MirrorWanted(wanted_at=slot.at, is_full=True),
            lane="salesforce",
        ),
    ]


def own_schedules() -> list[Schedule[Any]]:
    return [
        Schedule(
            name="people.look",
            recurrence=Every(period=timedelta(hours=6)),
            kind=job_kinds.LOOK_AT_EVERYBODY,
            payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
        ),
        Schedule(
            name="storage.tidy",
            recurrence=Daily(at=time(3, 30), zone=ZoneInfo("UTC")),
            kind=job_kinds.TIDY_UP,
            payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
        ),
    ]
