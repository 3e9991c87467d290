"""Let a language model guess what the rules found nothing of. What it guesses stands on the card as a guess."""

from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.orm import Session

from domain.language_model import LanguageModel, NoAnswer
from storage import conversations
from storage.conversations import OPEN
from storage.database import Database
from storage.jobs import Attempt
from usecases import keep_customers_in
from usecases.converse import Converse
from usecases.hear_needs import HearNeeds
from usecases.intake_job_kinds import TurnTaken
from usecases.understanding.amounts import says_money
from usecases.understanding.anonymous import anonymous
from usecases.understanding.draft import Draft
from usecases.understanding.guessed import INSTRUCTION, Reading, fills, read_guess
from usecases.understanding.reading import LONGEST_TEXT

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessTheRest:
    """Handler of the job. Nobody waits for it: the card is there before, with what the rules understood."""

    database: Database
    converse: Converse
    hear: HearNeeds
    model: LanguageModel = field(repr=False)
    shares_customers: bool
    """Whether the model may read customers' names and amounts; else they are cut out before."""

    def __call__(self, attempt: Attempt[TurnTaken]) -> None:
        """Ask once, and add what is empty. A conversation that somebody went on with is left alone."""
        taken = attempt.payload
        with self.database.read() as session:
            found = conversations.find(session, taken.conversation_id)
            if found is None or found.state != OPEN or found.version != taken.version:
                return
            draft = Draft.model_validate(found.draft)
            text = self._shown(session, draft.use_case[:LONGEST_TEXT])
        if not text:
            return
        try:
            reading = read_guess(self.model.answer(instruction=INSTRUCTION, text=text))
        except NoAnswer as nothing:
            log.warning("model.no_answer", reason=nothing.reason)
            return
        changes = self._changes(reading, draft, text)
        if changes:
            self.converse.add_guesses(taken.conversation_id, changes, version=taken.version)

    def _shown(self, session: Session, said: str) -> str:
        """The text as the model may read it; nothing when we cannot be sure of it."""
        if self.shares_customers:
            return said
        text = anonymous(
            said,
            lookup=self.hear.lookup(session),
            known_words=lambda words: conversations.said_of_gaps(session, words),
        )
        is_safe = not says_money(text) and keep_customers_in.named(session, text, gap_ids=()) is None
        return text if is_safe else ""

    def _changes(self, reading: Reading, draft: Draft, text: str) -> dict[str, Any]:
        changes = dict(fills(reading, draft, text=text, today=self.hear.today()))
        if self.shares_customers and reading.account and not draft.names_somebody:
            with self.database.read() as session:
                changes |= self.hear.named(session, reading.account, said=text)
        return changes
