"""Keep customers out of what people write for many readers: why they propose, reject or decline, and words to forward.

It is looked at when it is saved and again whenever it is shown: an account can come into the CRM in between. Accounts
that ask for the gap are found by part of their name already, all others by the whole of it (legal form aside) or by
their domain.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.errors import InvalidInput
from domain.text import folded, spellings
from storage import account_names
from usecases.understanding.amounts import says_money, says_worth
from usecases.understanding.names import NamedAccount, find_account, is_common, name_words

LEFT_OUT = "(There are words about this that I leave out: they name a customer.)"
LONGEST_NAME = 5
"""In words, legal form aside: longer names are never written out."""
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A text that many will read. Words for customers may speak of money as long as it is nobody's ARR."""

    text: str
    is_for_customers: bool = False


def check(session: Session, texts: Mapping[str, Written], *, gap_ids: Collection[int]) -> None:
    """Raise `InvalidInput` with a sentence for each field that says too much."""
    found = {field: _fault(session, written, gap_ids) for field, written in texts.items() if written.text}
    faults = {field: sentence for field, sentence in found.items() if sentence}
    if faults:
        raise InvalidInput(faults)


def shown(session: Session, text: str | None, *, gap_ids: Collection[int]) -> str | None:
    """The text, or that there is one which is not for these readers."""
    return LEFT_OUT if text and named(session, text, gap_ids=gap_ids) else text


def named(session: Session, text: str, *, gap_ids: Collection[int]) -> str | None:
    """The words of the text that name a customer, as far as we know our customers now."""
    asking = [NamedAccount(*row) for row in account_names.asking(session, gap_ids)]
    partly = find_account(text, lookup=lambda words: _alike(asking, words))
    if partly.value.accounts:
        ((start, end),) = partly.spans
        return text[start:end]
    names = {spelling for run in _runs(folded(text).split()) for spelling in spellings(run)}
    domains = {one.lower().removeprefix("www.") for one in _DOMAIN.findall(text)}
    return next(iter(account_names.called(session, names, domains=domains)), None)


def _fault(session: Session, written: Written, gap_ids: Collection[int]) -> str | None:
    name = named(session, written.text, gap_ids=gap_ids)
    if name is not None:
        return f"“{name}” is a customer’s name. People read this who must not see it: write “a customer” instead."
    if written.is_for_customers:
        return "Leave out what a customer is worth: this goes to customers." if says_worth(written.text) else None
    if says_money(written.text):
        return "Leave amounts of money out: who reads this may not see them. The numbers stand beside it."
    return None


def _alike(asking: Sequence[NamedAccount], words: Sequence[str]) -> Iterator[NamedAccount]:
    starts = {word[:3] for word in words}
    return (one for one in asking if any(word[:3] in starts for word in name_words(one.name)))


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Every run of words that could be a name."""
    for start, first in enumerate(words):
        if not is_common(first):
            yield first
        yield from (" ".join(words[start:end]) for end in range(start + 2, start + LONGEST_NAME + 1))
