"""One digest a subscription and period: claimed in one transaction with the promise to post it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from domain.digest import DigestContent, MoneyShown, Subscription
from domain.errors import Refusal
from domain.ports import Clock
from storage import digests, messages
from storage.database import Database
from storage.jobs import Attempt, enqueue
from storage.messages import Posted
from storage.models import Digest
from storage.models import Subscription as SubscriptionRow
from usecases.build_digest import NoRankingYet, build
from usecases.digest_filters import DigestFilters
from usecases.eligible import Eligible
from usecases.job_kinds import (
    POST_DIGEST,
    TELL_OF_DIGEST,
    DigestBuilt,
    DigestDue,
    DigestRefused,
)

_CONTENT: TypeAdapter[DigestContent] = TypeAdapter(DigestContent)


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A digest that is to be posted."""

    digest_id: int
    subscription: str
    channel: str
    content: DigestContent
    is_posted: bool


@dataclass(frozen=True, slots=True)
class PostDigests:
    """Knows who wants a digest, builds it and sees to it that it is posted once.

    `configured` are the subscriptions of the configuration. `rank_today` makes sure that today's ranking is kept.
    """

    database: Database
    configured: tuple[Subscription, ...]
    eligible: Eligible
    filtered: DigestFilters
    rank_today: Callable[[], object]
    now: Clock

    def subscriptions(self) -> list[Subscription]:
        """All that are wanted now: those of the configuration, then those made in Slack."""
        with self.database.read() as session:
            rows = digests.subscriptions(session)
        return [*self.configured, *(as_subscription(row) for row in rows)]

    def due(self, attempt: Attempt[DigestDue]) -> None:
        """Handler of the weekly job. A subscription that was ended meanwhile gets nothing."""
        wanted = next((one for one in self.subscriptions() if one.key == attempt.payload.subscription), None)
        if wanted is not None:
            self.claim(wanted, period=attempt.payload.period)

    def claim(self, wanted: Subscription, *, period: str, again: bool = False) -> int | None:
        """Build and store the digest of a period, and promise to post it; None when there is one already.

        `again` makes another one of the same period.
        """
        with self.database.read() as session:
            if not again and digests.has_period(session, subscription=wanted.key, period=period):
                return None
        content = self.preview(wanted, period=period)
        with self.database.write() as session:
            name = self._next_name(session, wanted, period) if again else period
            digest_id = digests.claim(
                session,
                subscription=wanted.key,
                period=name,
                channel_id=wanted.channel,
                content=_CONTENT.dump_python(content, mode="json"),
                at=self.now(),
            )
            if digest_id is not None:
                key, lane = f"digest:{digest_id}:post", f"channel:{wanted.channel}"
                enqueue(session, POST_DIGEST, DigestBuilt(digest_id=digest_id), key=key, lane=lane)
        return digest_id

    def preview(self, wanted: Subscription, *, period: str) -> DigestContent:
        """What the digest would say now."""
        self.rank_today()
        with self.database.read() as session:
            try:
                found = self.filtered(session, wanted) if wanted.filters else None
                return build(session, wanted, period=period, at=self.now(), found=found)
            except NoRankingYet as nothing:
                raise Refusal("There is no ranking yet: nobody has asked for anything.") from nothing

    def stored(self, digest_id: int) -> StoredDigest | None:
        with self.database.read() as session:
            row = digests.find(session, digest_id)
        return _stored(row) if row else None

    def closed_since(self, content: DigestContent) -> set[int]:
        """Gaps of the digest that were closed after it was built: they are left out."""
        with self.database.read() as session:
            return digests.closed_of(session, [line.gap_id for line in content.lines])

    def account_names(self, content: DigestContent) -> dict[int, str]:
        """For a channel that is shown exact money, and nobody else."""
        named = {account for mover in content.movers for cause in mover.causes for account in cause.accounts[:2]}
        with self.database.read() as session:
            return digests.account_names(session, named)

    def posted(self, marker: str) -> Posted | None:
        with self.database.read() as session:
            return messages.find(session, marker)

    def note_posted(self, digest_id: int, *, attempt: Attempt[Any]) -> None:
        with self.database.write() as session:
            digests.note_posted(session, digest_id, at=self.now())
            attempt.complete(session)

    def note_refused(self, digest_id: int, code: str, *, attempt: Attempt[Any]) -> None:
        """The channel refused the digest: who answers for it is told, unless they were told of the same before."""
        with self.database.write() as session:
            row = digests.find(session, digest_id)
            if row is not None and digests.note_trouble(session, row, code):
                for user_id in self._owners(session, row.subscription):
                    told = DigestRefused(digest_id=digest_id, to=user_id)
                    enqueue(session, TELL_OF_DIGEST, told, key=f"digest:{digest_id}:refused:{user_id}")
            attempt.complete(session)

    def trouble(self, digest_id: int) -> tuple[str, str] | None:
        """Channel and Slack's word for why it was refused."""
        with self.database.read() as session:
            row = digests.find(session, digest_id)
        return (row.channel_id, row.trouble) if row and row.trouble else None

    def _owners(self, session: Session, key: str) -> Sequence[str]:
        owner = next((one.owner for one in self.subscriptions() if one.key == key), None)
        return [owner] if owner else sorted(self.eligible.admins(session))

    def _next_name(self, session: Session, wanted: Subscription, period: str) -> str:
        count = digests.periods_like(session, subscription=wanted.key, period=period)
        return f"{period}+{count + 1}" if count else period


def as_subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        key=f"slack:{row.id}",
        channel=row.channel_id,
        weekday=row.weekday,
        at=row.at,
        time_zone=row.time_zone,
        size=row.size,
        areas=tuple(row.filters.get("areas", ())),
        filters=str(row.filters.get("query", "")),
        money=MoneyShown(row.money),
        owner=row.owner_id,
        since=row.created_at,
    )


def _stored(row: Digest) -> StoredDigest:
    return StoredDigest(
        digest_id=row.id,
        subscription=row.subscription,
        channel=row.channel_id,
        content=_CONTENT.validate_python(row.content),
        is_posted=row.posted_at is not None,
    )
