"""The Home tab, put together: what it shows, and how it is kept up to date."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Every
from bot.schedule import Schedule
from domain.ports import Clock
from handlers.home.listeners import HomeListeners
from handlers.home.pages import HomePages
from storage.database import Database
from storage.jobs import JobKind
from usecases import home_job_kinds, job_kinds
from usecases.know_people import KnowPeople
from usecases.rank_gaps import RankGaps
from usecases.show_home import MyApproval, ShowHome
from usecases.tend_homes import TendHomes

LOOKED_AT_EVERY = timedelta(seconds=20)
"""However much happens, a tab is drawn once in that time."""


@dataclass(frozen=True, slots=True)
class Homes:
    """The verbs, each built once."""

    show: ShowHome
    tend: TendHomes
    since: datetime


def build_homes(
    *,
    database: Database,
    policy: Policy,
    people: KnowPeople,
    rank: RankGaps,
    waiting_for: Callable[[Session, str], Sequence[MyApproval]],
    now: Clock,
) -> Homes:
    organisation = policy.organisation()
    return Homes(
        show=ShowHome(
            database=database,
            people=people,
            rank=rank,
            organisation=organisation,
            now=now,
            waiting_for=waiting_for,
        ),
        tend=TendHomes(database=database, people=people, organisation=organisation, now=now),
        since=now(),
    )


def home_listeners(use: Homes) -> HomeListeners:
    return HomeListeners(homes=use.tend)


def home_handlers(use: Homes, *, client: WebClient) -> Mapping[JobKind[Any], Handler]:
    pages = HomePages(client=client, show_home=use.show, homes=use.tend)
    return {
        job_kinds.SHOW_HOME: pages.show,
        home_job_kinds.REFRESH_HOME: pages.refresh,
        home_job_kinds.LOOK_AT_HOMES: use.tend.look,
    }


def home_schedules(use: Homes) -> list[Schedule[Any]]:
    """Asked every second: a job that would find nothing to do is not even promised."""
    if not use.tend.is_behind():
        return []
    return [
        Schedule(
            name="home.look",
            recurrence=Every(period=LOOKED_AT_EVERY),
            kind=home_job_kinds.LOOK_AT_HOMES,
            payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
            catch_up=LOOKED_AT_EVERY,
            since=use.since,
        )
    ]
