"""The weekly digests, composed: their use cases, jobs, listeners and clock."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from slack_sdk import WebClient

from bot.attempts import Handler
from bot.policy_file import WEEKDAYS, Policy, weekly
from bot.recurrence import Slot, Weekly
from bot.schedule import Schedule
from domain.digest import Subscription, week_of
from domain.errors import Refusal
from domain.ports import Clock
from handlers.audience import Audience
from handlers.digest.listeners import DigestListeners
from handlers.digest.poster import DigestPoster
from handlers.files import Files
from handlers.messenger import Messenger
from storage.database import Database
from storage.jobs import JobKind
from usecases import job_kinds
from usecases.digest_filters import DigestFilters
from usecases.eligible import Eligible
from usecases.know_people import KnowPeople
from usecases.list_gaps import ListGaps
from usecases.post_digests import PostDigests
from usecases.run_top10 import RunTop10
from usecases.subscribe import Subscribe


@dataclass(frozen=True, slots=True)
class Digests:
    """The verbs of digests."""

    post: PostDigests
    subscribe: Subscribe


def build_digests(
    *,
    database: Database,
    policy: Policy,
    people: KnowPeople,
    list_gaps: ListGaps,
    rank_today: Callable[[], object],
    now: Clock,
) -> Digests:
    organisation = policy.organisation()
    filtered = DigestFilters(list_gaps=list_gaps, areas=organisation.areas)
    eligible = Eligible(people=people, quorum=policy.top10.as_quorum())
    return Digests(
        post=PostDigests(
            database=database,
            configured=policy.subscriptions(),
            eligible=eligible,
            filtered=filtered,
            rank_today=rank_today,
            now=now,
        ),
        subscribe=Subscribe(database=database, people=people, organisation=organisation, now=now),
    )


def digest_poster(use: Digests, policy: Policy, *, messenger: Messenger, client: WebClient) -> DigestPoster:
    return DigestPoster(
        digests=use.post,
        messenger=messenger,
        audience=Audience(client=client, people=use.subscribe.people),
        organisation=policy.organisation(),
        files=Files(client=client, messenger=messenger),
    )


def digest_handlers(
    use: Digests, policy: Policy, *, messenger: Messenger, client: WebClient
) -> Mapping[JobKind[Any], Handler]:
    poster = digest_poster(use, policy, messenger=messenger, client=client)
    return {
        job_kinds.DIGEST_DUE: use.post.due,
        job_kinds.POST_DIGEST: poster.post,
        job_kinds.TELL_OF_DIGEST: poster.tell_owner,
    }


def digest_listeners(use: Digests) -> DigestListeners:
    return DigestListeners(subscribe=use.subscribe)


def digest_schedules(use: Digests) -> list[Schedule[Any]]:
    """One a subscription, asked anew at each look, since they come and go."""
    return [_schedule(wanted) for wanted in use.post.subscriptions()]


def _schedule(wanted: Subscription) -> Schedule[Any]:
    def due(slot: Slot) -> job_kinds.DigestDue:
        return job_kinds.DigestDue(subscription=wanted.key, period=period_of(slot))

    return Schedule(
        name=f"digest.{wanted.key}",
        recurrence=recurrence_of(wanted),
        kind=job_kinds.DIGEST_DUE,
        payload=due,
        since=wanted.since,
    )


def recurrence_of(wanted: Subscription) -> Weekly:
    return weekly(day=WEEKDAYS[wanted.weekday], at=wanted.at, zone=wanted.time_zone)


def period_of(slot: Slot) -> str:
    """The week that a slot belongs to: one digest a week, however its hour is changed."""
    return week_of(date.fromisoformat(slot.label[:10]))


def run_now(
    use: Digests, run_top10: RunTop10, policy: Policy, *, at: datetime, channel: str | None, again: bool
) -> Iterator[str]:
    """Do what the schedules would do at this minute, and say what that was. `channel` leaves the others out.

    Digests and the weekly rule of the Top 10 are claimed by period, so it does no harm to run this often or anywhere.
    """
    for wanted in chosen(use, channel=channel):
        period = period_of(recurrence_of(wanted).latest(at))
        digest_id = use.post.claim(wanted, period=period, again=again)
        fate = "is on its way" if digest_id is not None else "was posted already, or is being posted"
        yield f"Digest of {period} for {wanted.channel}: {fate}."
    if channel is None and policy.top10.channel is not None:
        period = week_of(date.fromisoformat(policy.top10.weekly().latest(at).label[:10]))
        proposals = run_top10(period)
        yield f"Top 10 of {period}: " + (f"{len(proposals)} proposed." if proposals else "nothing to propose.")


def chosen(use: Digests, *, channel: str | None) -> list[Subscription]:
    """The subscriptions of a channel, or all; raise a `Refusal` when there is none."""
    found = [one for one in use.post.subscriptions() if channel in {None, one.channel}]
    if not found and channel is not None:
        raise Refusal(f"No digest is subscribed for {channel}: add it to [[digests]], or type /top-gaps subscribe.")
    return found
