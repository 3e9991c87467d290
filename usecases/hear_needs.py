"""Understand what somebody writes to us within the company's data: names from the mirror, the channel's account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from domain.ports import Clock
from domain.text import clean, clean_line, folded, shortened
from storage import conversations
from usecases.current_rates import Rates
from usecases.request_fields import TEXT_LENGTH
from usecases.understanding.answers import Answer, read_answer
from usecases.understanding.draft import AccountChoice, Draft, Part
from usecases.understanding.names import Lookup, NamedAccount, find_account
from usecases.understanding.reading import Understood, understand

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_MARKUP = re.compile(r"<(?:[#!][^>|]*\|([^>]+)|(?:https?:|mailto:)[^>|]*\|([^>]+)|[#!][^>]*)>")
_NEED_WORD = re.compile(
    r"\b(?:needs?|wants?|requires?|ask(?:s|ed|ing)? for|missing|lacks?|would (?:like|love)|requested|insists?)\b",
    re.IGNORECASE,
)
_TO_FILE = re.compile(
    r"\b(?:file|submit|report|log|add|create)\b.{0,30}\b(?:request|feature|gap|need)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class HearNeeds:
    """Reads texts; keeps nothing."""

    rates: Rates
    now: Clock

    def draft(self, session: Session, text: str, *, channel_id: str | None) -> Draft | None:
        """The request that the text speaks of; None when it speaks of none."""
        said = spoken(text)
        found = understand(
            said, lookup=self.lookup(session), today=self.today(), default_currency=self.rates().reporting
        )
        if not speaks_of_a_need(said, found):
            return Draft() if _TO_FILE.search(said) else None
        return self._with_channel(session, _draft(said, found), channel_id)

    def tells_need(self, session: Session, text: str) -> bool:
        """Tell whether the text says by itself what is missing."""
        draft = self.draft(session, text, channel_id=None)
        return draft is not None and bool(draft.title)

    def any_draft(self, session: Session, text: str, *, channel_id: str | None) -> Draft:
        """The same of a message that somebody says is a request, whatever it speaks of."""
        said = spoken(text)
        found = understand(
            said, lookup=self.lookup(session), today=self.today(), default_currency=self.rates().reporting
        )
        return self._with_channel(session, _draft(said, found), channel_id)

    def answer(self, session: Session, text: str, *, draft: Draft, asked: Part | None) -> Answer:
        """What the text changes in the draft."""
        return read_answer(
            spoken(text),
            draft=draft,
            asked=asked,
            lookup=self.lookup(session),
            today=self.today(),
            default_currency=self.rates().reporting,
        )

    def named(self, session: Session, name: str, *, said: str) -> dict[str, Any]:
        """The accounts that a guessed name may mean, to choose from; nothing for one that the text does not say."""
        if not folded(name) or folded(name) not in folded(said):
            return {}
        found = find_account(name, lookup=self.lookup(session)).value.accounts
        if not found:
            return {"unknown_account": clean_line(name)}
        return {"choices": tuple(AccountChoice(account_id=one.account_id, name=one.name) for one in found)}

    def today(self) -> date:
        return self.now().date()

    def lookup(self, session: Session) -> Lookup:
        """How names are looked up among the accounts that we mirror."""
        return _Mirror(session)

    def _with_channel(self, session: Session, draft: Draft, channel_id: str | None) -> Draft:
        """The channel's account where the message names none that we know."""
        if draft.account or draft.choices or draft.unknown_account or channel_id is None:
            return draft
        known = conversations.account_of_channel(session, channel_id)
        return draft.with_accounts([NamedAccount(*known)]) if known else draft


@dataclass(frozen=True, slots=True)
class _Mirror:
    session: Session

    def __call__(self, words: Sequence[str]) -> list[NamedAccount]:
        return [NamedAccount(id_, name) for id_, name in conversations.accounts_worded(self.session, words)]


def spoken(text: str) -> str:
    """What a person reads of Slack's markup: mentions of us left out, links by their label."""
    shown = _MARKUP.sub(lambda match: match[1] or match[2] or "", _MENTION.sub(" ", text))
    return clean(shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def speaks_of_a_need(said: str, found: Understood) -> bool:
    """Tell a need from a greeting or a question to us."""
    if not found.title:
        return False
    names = found.names
    told = (names.accounts, names.unknown, found.priority, found.impact, found.arr, found.deadline)
    return any(told) or bool(_NEED_WORD.search(said))


def _draft(said: str, found: Understood) -> Draft:
    """The whole text is the use case, unless it says nothing beyond the title."""
    more = len(folded(said).split()) > len(folded(found.title).split()) + 2
    title = found.title[:1].upper() + found.title[1:] if found.title.islower() else found.title
    draft = Draft().with_understood(found, use_case=shortened(said, TEXT_LENGTH) if more else "")
    return draft.model_copy(update={"title": title})
