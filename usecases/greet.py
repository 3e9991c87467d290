"""Answer people who open the app or write to it, and note what Slack says of people: events become promises."""

from dataclasses import dataclass
from typing import TypeVar

from domain.ports import Clock
from storage import inbox
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
from usecases.turn_away import TurnAway

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Greet:
    """Each event is handled once, by the id that Slack gave it, and answered by a job."""

    database: Database
    turn_away: TurnAway
    now: Clock

    def home_opened(self, user_id: str, *, key: str) -> None:
        """A stranger's tab is one sentence, and noted."""
        if self.turn_away.is_stranger(user_id):
            self.turn_away(user_id, door="home")
        self._promise(SHOW_HOME, PersonGreeted(user_id=user_id), key=key)

    def messages_opened(self, user_id: str, channel_id: str, *, key: str) -> None:
        if self.turn_away.is_stranger(user_id):
            self.turn_away(user_id, door="messages")
            return
        self._promise(SUGGEST_PROMPTS, PersonGreeted(user_id=user_id, channel_id=channel_id), key=key)

    def message_received(self, message: MessageReceived, *, key: str) -> None:
        """Answer full members; whoever else writes is turned away."""
        if self.turn_away.is_stranger(message.user_id):
            self.turn_away(message.user_id, door="message", channel_id=message.channel_id)
            return
        self._promise(ANSWER_MESSAGE, message, key=key, lane=f"channel:{message.channel_id}")

    def people_changed(self, user_id: str, *, key: str) -> None:
        self._promise(LOOK_AT_PEOPLE, LookAtPeople(user_id=user_id), key=key)

    def group_changed(self, *, key: str) -> None:
        self._promise(LOOK_AT_EVERYBODY, SlotCame(), key=key)

    def _promise(self, kind: JobKind[P], payload: P, *, key: str, lane: str | None = None) -> None:
        with self.database.write() as session:
            if inbox.first_time(session.connection(), key=key, at=self.now()):
                enqueue(session, kind, payload, lane=lane)
