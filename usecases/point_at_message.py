"""Make a request from a message that somebody points at: by a shortcut, by a reaction, or by mentioning us below it."""

from dataclasses import dataclass

from domain.ports import Clock
from storage import inbox
from storage.conversations import Origin
from storage.database import Database
from storage.jobs import enqueue
from usecases.converse import Converse, Heard
from usecases.intake_job_kinds import READ_MESSAGE, MessagePointedAt
from usecases.turn_away import TurnAway


@dataclass(frozen=True, slots=True)
class PointAtMessage:
    """Whoever points has the rights, and the message's author the credit."""

    database: Database
    converse: Converse
    turn_away: TurnAway
    reaction: str | None
    now: Clock

    def by_shortcut(self, *, text: str, origin: Origin, by: str, key: str) -> int:
        """Open a conversation whose card is a form; return its id. Raise `NotAllowed`."""
        heard = Heard(user_id=by, channel_id=origin.channel_id, ts=origin.ts, thread_ts=origin.thread_ts, text=text)
        return self.converse.start(heard, key=key, origin=origin, is_told=False)

    def by_reaction(self, name: str, *, by: str, channel_id: str, ts: str, key: str) -> None:
        """Promise to read the message; other reactions mean nothing to us."""
        if self.reaction is None or name.partition("::")[0] != self.reaction:
            return
        if self.turn_away.is_stranger(by):
            self.turn_away(by, door="reaction", channel_id=channel_id)
            return
        self.by_mention(by=by, channel_id=channel_id, ts=ts, key=key)

    def by_mention(self, *, by: str, channel_id: str, ts: str, key: str) -> None:
        """Promise to read the message with this `ts` on behalf of a member."""
        with self.database.write() as session:
            if inbox.first_time(session.connection(), key=key, at=self.now()):
                wanted = MessagePointedAt(user_id=by, channel_id=channel_id, ts=ts, key=f"read:{key}"[:200])
                enqueue(session, READ_MESSAGE, wanted)

    def read(self, wanted: MessagePointedAt, *, text: str, origin: Origin, channel_id: str) -> int:
        """Open the conversation about a message that was read; it goes on in `channel_id`."""
        heard = Heard(
            user_id=wanted.user_id,
            channel_id=channel_id,
            ts=f"{origin.ts}:{origin.channel_id}",
            thread_ts=None,
            text=text,
        )
        return self.converse.start(heard, key=wanted.key, origin=origin)
