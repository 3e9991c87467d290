"""Subscribe a channel to the weekly digest, from Slack; end a subscription."""

import re
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from domain.digest import MoneyShown, Subscription
from domain.errors import InvalidInput, NotFound
from domain.gap_query import GapQuery
from domain.organisation import Area, Organisation
from domain.policy import Action
from domain.ports import Clock
from storage import audit, digests, inbox, people
from storage.database import Database
from storage.models import Subscription as SubscriptionRow
from usecases import keep_customers_in
from usecases.digest_filters import read_filters
from usecases.know_people import KnowPeople
from usecases.post_digests import as_subscription
from usecases.read_gap_query import NotUnderstood

SIZES = (5, 10, 15, 20)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWish:
    """What was filled in; nothing here has been believed yet."""

    key: str
    by: str
    channel: str | None
    weekday: str | None
    at: str | None
    time_zone: str
    size: str | None
    filters: str
    """As they could be typed after `/top-gaps`."""
    money: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionForm:
    """What the form starts with, and what there is already."""

    time_zone: str
    areas: tuple[Area, ...]
    existing: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """PMs, leads and admins subscribe channels; each ends their own, admins any."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    now: Clock

    def open(self, *, by: str) -> SubscriptionForm:
        """Raise `NotAllowed`."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SUBSCRIBE)
            rows = digests.subscriptions(session)
            zone = people.time_zone_of(session, by) or "UTC"
        return SubscriptionForm(
            time_zone=zone, areas=self.organisation.areas, existing=tuple(as_subscription(row) for row in rows)
        )

    def __call__(self, wish: DigestWish) -> None:
        """Store the subscription; raise `InvalidInput` or `NotAllowed`. The same key twice stores one."""
        at = self.now()
        with self.database.write() as session:
            self.people.authorised(session, wish.by, Action.SUBSCRIBE)
            query = self._checked(wish)
            _check_words(session, query)
            if not inbox.first_time(session.connection(), key=wish.key, at=at):
                return
            subscription_id = digests.add_subscription(
                session,
                SubscriptionRow(
                    channel_id=wish.channel or "",
                    weekday=int(wish.weekday or 0),
                    at=wish.at or "09:00",
                    time_zone=wish.time_zone,
                    size=int(wish.size or 10),
                    filters={"areas": list(query.areas), "query": str(replace(query, areas=()))},
                    money=wish.money or MoneyShown.BAND.value,
                    owner_id=wish.by,
                    created_at=at,
                ),
            )
            audit.record(
                session.connection(),
                at=at,
                actor_id=wish.by,
                action="digest.subscribed",
                subject=f"subscription:{subscription_id}",
                after={"channel": wish.channel, "money": wish.money, "areas": list(query.areas)},
            )

    def end(self, key: str, *, by: str) -> None:
        """End a subscription; raise `NotAllowed` or `NotFound` in the same words."""
        number = key.removeprefix("slack:")
        subscription_id = int(number) if number.isascii() and number.isdigit() else 0
        with self.database.write() as session:
            actor = self.people.authorised(session, by, Action.SUBSCRIBE)
            row = digests.subscription(session, subscription_id)
            is_theirs = row is not None and (row.owner_id == by or "admin" in actor.roles)
            if not is_theirs or not digests.end_subscription(session, subscription_id, at=self.now()):
                raise NotFound("You may not do this, or it does not exist.")
            audit.record(
                session.connection(),
                at=self.now(),
                actor_id=by,
                action="digest.unsubscribed",
                subject=f"subscription:{subscription_id}",
            )

    def _checked(self, wish: DigestWish) -> GapQuery:
        faults, query = self._faults(wish), GapQuery()
        try:
            query = read_filters(wish.filters, areas=self.organisation.areas)
        except NotUnderstood as unclear:
            faults["filters"] = unclear.sentence
        if faults:
            raise InvalidInput(faults)
        return query

    def _faults(self, wish: DigestWish) -> dict[str, str]:
        checks = {
            "channel": (bool(_CHANNEL.fullmatch(wish.channel or "")), "Choose a channel."),
            "weekday": (wish.weekday in set("0123456"), "Choose a day."),
            "at": (bool(_TIME.fullmatch(wish.at or "")), "Choose a time, like 09:00."),
            "time_zone": (wish.time_zone in available_timezones(), "Write a time zone like Europe/Berlin."),
            "size": (wish.size in {str(size) for size in SIZES}, "Choose how many gaps."),
            "money": (wish.money in set(MoneyShown), "Choose how much money is shown."),
        }
        return {name: sentence for name, (is_fine, sentence) in checks.items() if not is_fine}


def _check_words(session: Session, query: GapQuery) -> None:
    """The channel reads its filters; those for accounts are the only ones that it is not shown."""
    name = keep_customers_in.named(session, " ".join((*query.words, *query.themes)), gap_ids=())
    if name is not None:
        raise InvalidInput(
            {"filters": f"“{name}” is a customer’s name, and the channel would read it: use `account:`."}
        )
