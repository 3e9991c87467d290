"""Taking requests in by conversation, and triage, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.attempts import Handler
from bot.recurrence import Every
from bot.schedule import Schedule
from storage.database import Database
from storage.jobs import JobKind
from usecases import intake_job_kinds as kinds
from usecases.job_kinds import SlotCame
from usecases.tend_index import TendIndex


@dataclass(frozen=True, slots=True)
class Intake:
    """The verbs, each built once."""

    tend_index: TendIndex


def build_intake(*, database: Database) -> Intake:
    return Intake(tend_index=TendIndex(database=database))


def intake_handlers(use: Intake) -> Mapping[JobKind[Any], Handler]:
    return {kinds.TEND_INDEX: use.tend_index}


def intake_schedules() -> list[Schedule[Any]]:
    return [
        Schedule(
            name="gaps.index",
            recurrence=Every(period=timedelta(minutes=2)),
            kind=kinds.TEND_INDEX,
            payload=lambda slot: SlotCame(slot=slot.label),
        )
    ]
