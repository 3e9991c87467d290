"""When a gap was asked for, given where it is in its life and when the account was there to ask."""

from datetime import date, datetime, time, timedelta
from random import Random

from sandbox.book.dice import office_time
from sandbox.book.rows import Account

# How many days ago, at most and at least, a gap in this state was asked for.
_WINDOWS = {
    "new": (9, 1), "triage": (42, 2), "needs_info": (70, 8), "backlog": (480, 1), "awaiting_demand": (400, 20),
    "planned": (500, 1), "in_progress": (520, 4), "shipped": (560, 160), "declined": (500, 120),
    "duplicate": (420, 60), "transferred": (400, 60),
}  # fmt: skip
TYPED_DAYS_AGO = 45
"""The accounts that are not in the CRM were typed in this long ago."""
CHURNED_DAYS_AGO = 320
"""Those who left did so at most this long ago, and asked before."""


def could_ask(account: Account, *, state: str) -> bool:
    """Tell whether the account existed, and was still with us, while such a gap was asked for."""
    oldest, newest = _WINDOWS[state]
    if not account.verified:
        return newest < TYPED_DAYS_AGO
    return account.kind != "churned" or oldest > CHURNED_DAYS_AGO


def asked_at(account: Account, *, state: str, left: date | None, again: bool, as_of: date, random: Random) -> datetime:
    """More of late than long ago; what is said again is said late, and nobody asks after leaving."""
    oldest, newest = _WINDOWS[state]
    if not account.verified:
        oldest = min(oldest, TYPED_DAYS_AGO - 3)
    if left is not None:
        newest = max(newest, (as_of - left).days)
    share = random.random() ** (3.2 if again else 1.7)
    return office_time(as_of - timedelta(days=newest + round(share * (oldest - newest))), random=random)


def later(then: datetime, *, as_of: date, random: Random) -> datetime:
    """A moment between then and yesterday."""
    yesterday = datetime.combine(as_of - timedelta(days=1), time(12, tzinfo=then.tzinfo))
    if yesterday <= then:
        return then
    return (then + (yesterday - then) * random.random()).replace(microsecond=0)
