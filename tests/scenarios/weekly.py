"""A policy whose weekly day is far off, so that no test meets it by accident; tests say themselves that it has come."""

from datetime import timedelta
from typing import Any

from bot import clock
from bot.policy_file import WEEKDAYS
from storage.jobs import enqueue
from tests.scenarios.office import Office
from usecases.job_kinds import DIGEST_DUE, RUN_TOP10, DigestDue, PeriodCame

COUNCIL, WORKING_GROUP = "C0COUNCIL", "C0WGTOPGAPS"


def far_off() -> str:
    return WEEKDAYS[(clock.now() + timedelta(days=3)).weekday()]


def governed() -> dict[str, Any]:
    return {"top10": {"channel": COUNCIL, "day": far_off()}}


def with_digest(**more: Any) -> dict[str, Any]:
    return governed() | {"digests": [{"channel": WORKING_GROUP, "day": far_off()} | more]}


def monday(office: Office, period: str = "2026-W48") -> None:
    """Let the rule of the Top 10 run for a week."""
    with office.database.write() as session:
        enqueue(session, RUN_TOP10, PeriodCame(period=period))
    office.settle()


def digest_day(office: Office, *, period: str = "2026-W48") -> None:
    """Let every subscription's digest be due."""
    with office.database.write() as session:
        for wanted in office.bot._use.digests.post.subscriptions():
            enqueue(session, DIGEST_DUE, DigestDue(subscription=wanted.key, period=period))
    office.settle()
