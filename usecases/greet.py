"""Answer people who open the app or write to it, and note what Slack says of people: events become promises."""

from dataclasses import dataclass
from typing import TypeVar

from domain.people import PersonKind
from domain.ports import Clock
from storage import inbox, people
from storage.database import Database
from storage.jobs import JobKind, enqueue
from usecases.job_kinds import (
    ANSWER_MESSAGE,
    LOOK_AT_EVERYBODY,
    LOOK_AT_PEOPLE,
    SHOW_HOME,
    SUGGEST_PROMPTS,
    LookAtPeople,
    MessageReceived,
    PersonGreeted,
    SlotCame,
)

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Greet:
    """Each event is handled once, by the id that Slack gave it, and answered by a job."""

    database: Database
    now: Clock

    def home_opened(self, user_id: str, *, key: str) -> None:
        self._promise(SHOW_HOME, PersonGreeted(user_id=user_id), key=key)

    def messages_opened(self, user_id: str, channel_id: str, *, key: str) -> None:
        self._promise(SUGGEST_PROMPTS, PersonGreeted(user_id=user_id, channel_id=channel_id), key=key)

    def message_received(self, message: MessageReceived, *, key: str) -> None:
        """Answer full members; whoever else writes gets silence in shared places, as they get nothing anywhere."""
        with self.database.read() as session:
            kind = people.kind_of(session, message.user_id)
        if kind is PersonKind.UNKNOWN:
            self.ask_about(message.user_id)
        if kind is PersonKind.MEMBER:
            self._promise(ANSWER_MESSAGE, message, key=key, lane=f"channel:{message.channel_id}")

    def people_changed(self, user_id: str, *, key: str) -> None:
        self._promise(LOOK_AT_PEOPLE, LookAtPeople(user_id=user_id), key=key)

    def group_changed(self, *, key: str) -> None:
        self._promise(LOOK_AT_EVERYBODY, SlotCame(), key=key)

    def ask_about(self, user_id: str) -> None:
        """Ask Slack who this is, at most once a minute however often they try."""
        minute = f"{self.now():%Y%m%dT%H%M}"
        with self.database.write() as session:
            enqueue(session, LOOK_AT_PEOPLE, LookAtPeople(user_id=user_id), key=f"stranger:{user_id}:{minute}")

    def _promise(self, kind: JobKind[P], payload: P, *, key: str, lane: str | None = None) -> None:
        with self.database.write() as session:
            if inbox.first_time(session.connection(), key=key, at=self.now()):
                enqueue(session, kind, payload, lane=lane)
