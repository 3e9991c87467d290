"""Know who acts: the one place that turns a user id into somebody with rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from domain.organisation import Organisation
from domain.people import Actor, PersonKind
from domain.policy import Action, authorise, may
from domain.ports import Clock
from storage import people
from storage.database import Database
from storage.models import Person


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """What Slack says of a user, in our words."""

    id: str
    team_id: str
    name: str
    kind: PersonKind
    time_zone: str | None


@dataclass(frozen=True, slots=True)
class KnowPeople:
    """The mirror of people, and the rights that follow from it right now."""

    database: Database
    organisation: Organisation
    now: Clock

    def actor(self, session: Session, user_id: str) -> Actor:
        """Who this is, within the caller's transaction, so that rights and effect belong to one moment."""
        groups = people.groups_of(session, user_id) if self.organisation.groups else ()
        return self.organisation.actor(user_id=user_id, kind=people.kind_of(session, user_id), groups=groups)

    def authorised(self, session: Session, user_id: str, action: Action, *, owner: str | None = None) -> Actor:
        """Who this is, if they may do it; raise `NotAllowed` otherwise."""
        actor = self.actor(session, user_id)
        authorise(actor, action, owner=owner)
        return actor

    def may(self, session: Session, user_id: str, action: Action) -> bool:
        """Tell whether this person may do it, to show them no button that refuses."""
        return may(self.actor(session, user_id), action)

    def kinds_of(self, user_ids: Sequence[str]) -> frozenset[PersonKind]:
        """What these people are, `UNKNOWN` for whom Slack never mentioned."""
        with self.database.read() as session:
            known = people.kinds_of(session, user_ids)
        return frozenset(known.get(user_id, PersonKind.UNKNOWN) for user_id in user_ids)

    def remember(self, profiles: Iterable[SlackProfile]) -> None:
        """Keep what Slack says of these people now."""
        at = self.now()
        with self.database.write() as session:
            people.remember(
                session,
                [
                    Person(
                        id=profile.id,
                        team_id=profile.team_id,
                        name=profile.name,
                        kind=profile.kind,
                        time_zone=profile.time_zone,
                        seen_at=at,
                    )
                    for profile in profiles
                ],
            )

    def remember_group(self, group_id: str, user_ids: Iterable[str]) -> None:
        """Keep who is in a user group now."""
        with self.database.write() as session:
            people.set_group(session, group_id=group_id, user_ids=user_ids)

    def is_stale(self, *, after: timedelta) -> bool:
        """Tell whether Slack was last asked longer ago than `after`, or never."""
        with self.database.read() as session:
            newest = people.newest_sighting(session)
        return newest is None or self.now() - newest > after
