"""Turn strangers away: each door notes who came, and a person is told why, once."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.people import PersonKind
from domain.ports import Clock
from storage import audit, inbox, people
from storage.database import Database
from storage.jobs import enqueue
from usecases.intake_job_kinds import TELL_STRANGER, StrangerCame
from usecases.job_kinds import LOOK_AT_PEOPLE, LookAtPeople

LONGEST_DOOR, LONGEST_ID = 60, 32
_ANSWERED = frozenset({PersonKind.GUEST, PersonKind.EXTERNAL, PersonKind.UNKNOWN})
"""Who hears why not: bots would answer back, and whoever left reads nothing."""


@dataclass(frozen=True, slots=True)
class TurnAway:
    """Keeps ids alone, never what a stranger wrote. A door is a name of ours, like `command:/gap`."""

    database: Database
    now: Clock

    def is_stranger(self, user_id: str) -> bool:
        """Tell whether this is anybody but a full member of the workspace."""
        with self.database.read() as session:
            return people.kind_of(session, user_id) is not PersonKind.MEMBER

    def __call__(
        self, user_id: str, *, door: str, kind: PersonKind | None = None, channel_id: str | None = None
    ) -> None:
        """Note that somebody was refused, at most once an hour and door, and ask Slack about whom it never mentioned.

        `channel_id` is where they can be told; without it the door itself has answered them.
        """
        user_id = user_id[:LONGEST_ID]
        with self.database.write() as session:
            known = kind or people.kind_of(session, user_id)
            self._note(session, user_id, door[:LONGEST_DOOR], known)
            if known is PersonKind.UNKNOWN:
                self._ask_about(session, user_id)
            if channel_id is not None and known in _ANSWERED:
                came = StrangerCame(user_id=user_id, channel_id=channel_id, kind=known)
                enqueue(session, TELL_STRANGER, came, key=f"told:{user_id}:{known}:{self.now():%Y%m%d}")

    def noted(self, user_id: str, door: str, kind: PersonKind) -> None:
        """Note somebody whom the door itself has answered."""
        self(user_id, door=door, kind=kind)

    def _note(self, session: Session, user_id: str, door: str, kind: PersonKind) -> None:
        at = self.now()
        if inbox.first_time(session.connection(), key=f"refused:{user_id}:{door}:{at:%Y%m%dT%H}", at=at):
            audit.record(
                session.connection(),
                at=at,
                actor_id=user_id,
                action="stranger.refused",
                subject=door,
                after={"kind": kind.value},
            )

    def _ask_about(self, session: Session, user_id: str) -> None:
        """Ask Slack who this is, at most once a minute however often they try."""
        minute = f"{self.now():%Y%m%dT%H%M}"
        enqueue(session, LOOK_AT_PEOPLE, LookAtPeople(user_id=user_id), key=f"stranger:{user_id}:{minute}")
