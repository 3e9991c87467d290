"""A text without its customer: for a reader outside of the company who may know neither who it is nor what they pay.

What is left out is replaced by a placeholder in brackets, so that the sentence still reads as one. Capitalised words
are kept only where gaps are named with them or where every sentence has them: people's names are on no list.
"""

import re
from collections.abc import Callable, Collection

from domain.text import folded, word_set
from usecases.understanding.amounts import find_amount
from usecases.understanding.found import Span, plain
from usecases.understanding.names import Lookup, find_account, is_common, name_words

CUSTOMER, AMOUNT, NAME, ADDRESS, NUMBER = "[customer]", "[amount]", "[name]", "[address]", "[number]"
PLACEHOLDER = re.compile(r"\[(?:customer|amount|name|address|number)\]")
MOST_CUTS = 12
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)*|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE
)
_NUMBER = re.compile(r"\+?\d(?:[\d ()/.,-]{2,}\d)|\d{4,}")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"20[2-4]\d")
_ID = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{9,}\b")
_CAPITALISED = re.compile(r"(?<![\w\[])(?:[A-ZÀ-ÞŁŻŚĆ][\w'-]*[a-zà-ÿłżśćńęą][\w'-]*)")
_ORDINARY = word_set(
    "january february march april june july august september october november december jan feb mar apr jun jul aug sep "
    "sept oct nov dec monday tuesday wednesday thursday friday saturday sunday blocker deal customers total they their "
    "them it s we re"
)

KnownWords = Callable[[Collection[str]], Collection[str]]
"""Which of these (folded) words gaps are named with."""


def anonymous(text: str, *, lookup: Lookup, known_words: KnownWords) -> str:
    """The text with placeholders for customers, amounts, addresses, names and numbers."""
    said = plain(text)
    for pattern, placeholder in ((_ADDRESS, ADDRESS), (_ID, NUMBER)):
        said = pattern.sub(placeholder, said)
    said = _repeatedly(said, lambda rest: _account(rest, lookup) or _whole_name(rest, lookup), CUSTOMER)
    said = _repeatedly(said, _amount, AMOUNT)
    said = _NUMBER.sub(lambda match: match[0] if _YEAR.fullmatch(match[0]) else NUMBER, said)
    return _without_names(said, known_words)


def _account(text: str, lookup: Lookup) -> Span | None:
    spans = find_account(text, lookup=lookup, taken=_placeholders(text)).spans
    return spans[0] if spans and not PLACEHOLDER.search(text[slice(*spans[0])]) else None


def _whole_name(text: str, lookup: Lookup) -> Span | None:
    """A customer's whole name, legal form aside, wherever it stands and however it is cased."""
    words = [(name_words(match[0]), match.span()) for match in _WORD.finditer(text)]
    said = [(word, span) for parts, span in words for word in parts]
    for account in lookup(sorted({word for word, _ in said if not is_common(word)})):
        name = name_words(account.name)
        for at in range(len(said) - len(name) + 1):
            if tuple(word for word, _ in said[at : at + len(name)]) == name and not is_common(" ".join(name)):
                return said[at][1][0], said[at + len(name) - 1][1][1]
    return None


def _amount(text: str) -> Span | None:
    found = find_amount(text, default_currency="USD")
    return found.spans[0] if found else None


def _placeholders(text: str) -> list[Span]:
    return [match.span() for match in PLACEHOLDER.finditer(text)]


def _repeatedly(text: str, find: Callable[[str], Span | None], placeholder: str) -> str:
    """Cut what is found until nothing is. A text with more of it than can be cut says nothing worth reading."""
    for _ in range(MOST_CUTS):
        span = find(text)
        if span is None:
            return text
        text = f"{text[: span[0]]}{placeholder}{text[span[1] :]}"
    return ""


def _without_names(text: str, known_words: KnownWords) -> str:
    words = {folded(match[0]) for match in _CAPITALISED.finditer(text)}
    strange = {word for word in words if not is_common(word) and word not in _ORDINARY}
    strange -= set(known_words(strange))
    return _CAPITALISED.sub(lambda match: NAME if folded(match[0]) in strange else match[0], text)
