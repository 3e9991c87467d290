"""What a message to us is about, asked in order: an answer to triage, a gap, a request, or nothing of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from domain.ports import Clock
from storage import inbox
from storage.database import Database
from storage.jobs import enqueue
from usecases.converse import Converse, Heard
from usecases.intake_job_kinds import UNFURL_GAP, GapNamed
from usecases.point_at_message import PointAtMessage
from usecases.turn_away import TurnAway

_GAP_KEY = re.compile(r"\bGAP-(\d{1,9})\b", re.IGNORECASE)
_MOST_GAPS = 3
SHOWN_AGAIN_AFTER = timedelta(hours=1)
_FEW_WORDS = 6
_REQUEST_WORD = re.compile(r"\b(?:file|log|note|take|report|request|this)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HearMessage:
    """Whoever it concerns takes it."""

    database: Database
    converse: Converse
    point: PointAtMessage
    turn_away: TurnAway
    answer_question: Callable[[Heard, str], bool]
    add_to_answer: Callable[[Heard, str], bool]
    now: Clock

    def __call__(self, heard: Heard, *, key: str) -> bool:
        """Take the message; False when it is for nobody here. Whoever is no full member is turned away."""
        if self.turn_away.is_stranger(heard.user_id):
            door = "message" if heard.is_private else "mention"
            self.turn_away(heard.user_id, door=door, channel_id=heard.channel_id)
            return True
        return (
            self.answer_question(heard, key)
            or self._names_gaps(heard, key)
            or self.add_to_answer(heard, key)
            or (self.converse.take(heard, key=key) if heard.is_private else self._points(heard, key))
        )

    def _names_gaps(self, heard: Heard, key: str) -> bool:
        """Show the gaps that a short message names, each once an hour in a thread."""
        named = list(dict.fromkeys(int(number) for number in _GAP_KEY.findall(heard.text)))[:_MOST_GAPS]
        if not named or len(heard.text.split()) > _FEW_WORDS + len(named):
            return False
        with self.database.write() as session:
            if inbox.first_time(session.connection(), key=key, at=self.now()):
                for gap_id in named:
                    self._promise(session, heard, gap_id)
        return True

    def _promise(self, session: Session, heard: Heard, gap_id: int) -> None:
        thread = heard.thread_ts or heard.ts
        wanted = GapNamed(gap_id=gap_id, user_id=heard.user_id, channel_id=heard.channel_id, thread_ts=thread)
        key = f"unfurl:{gap_id}:{heard.channel_id}:{thread}"
        if inbox.rested(session, key=key, at=self.now(), rest=SHOWN_AGAIN_AFTER):
            enqueue(session, UNFURL_GAP, wanted)

    def _points(self, heard: Heard, key: str) -> bool:
        """A mention that tells of a need means itself; “@gapbot file this” below somebody’s message means that one.

        What we understood goes to whoever mentioned us: a card names the customer, and a channel is read by many.
        """
        is_below = heard.thread_ts is not None and heard.thread_ts != heard.ts
        with self.database.read() as session:
            says_it = self.converse.hear.tells_need(session, heard.text)
        if says_it:
            ts = heard.ts
        elif is_below and _REQUEST_WORD.search(heard.text):
            ts = heard.thread_ts or heard.ts
        else:
            return False
        self.point.by_mention(by=heard.user_id, channel_id=heard.channel_id, ts=ts, key=key)
        return True
