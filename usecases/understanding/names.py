"""Find whose need it is: the account's name in the sentence, however it is cut, cased or misspelt."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from domain.text import LEGAL_FORMS, folded, word_set
from usecases.understanding.found import Found, Span

SHORTEST_WORD = 3
SHORTEST_MISSPELT = 5
ALIKE = 84.0
"""Of two words, by rapidfuzz: one letter in six may be wrong."""


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account that may be meant."""

    account_id: int
    name: str


Lookup = Callable[[Sequence[str]], Iterable[NamedAccount]]
"""Accounts with a word in their name that starts like one of these (folded) words, or with their first letters."""


@dataclass(frozen=True, slots=True)
class Names:
    """What was found: one account, several that fit alike, or a name that nobody knows."""

    accounts: tuple[NamedAccount, ...] = ()
    unknown: str | None = None


_WORD = re.compile(r"[^\W_]+(?:[.'-](?=[^\W_])[^\W_]+)*")
_AND = frozenset({"and", "und", "et", "y", "the"})
# Too common to look a name up by; capitals at the start of a sentence say nothing either.
_COMMON = word_set(
    "a about add again all also am an and any are as asap ask asked asking asks at audit because been before but by "
    "can cannot client could customer data deal do does for from get going had has have hello help hey hi how i if in "
    "is it its just like lose log lot need needed needs new next nice no not now of off ok on one only or our out over "
    "please priority prospect really renewal request requested requests risk said say says she so some still support "
    "talked than thanks that the their them then there they this to today total under until up us use user users very "
    "want wanted wants was way we were what when which who will with without would yes you your feature end month year "
    "quarter call account accounts blocker blocked must"
)
_BEFORE = re.compile(
    r"(?:^|[\n.!?;,:|(-]\s*|\b(?:for|at|from|with|about|of|lose|losing|unless|customer|client|prospect|account|hey|hi|"
    r"and|because|if|that|without [\w -]+|says?|file)\s+(?:that )?)(?:the )?$",
    re.IGNORECASE,
)
_VERB = (
    r"(?:needs?|wants?|requires?|asks?|asked|is|are|has|have|will|would|misses|lacks?|cannot|can't|insists?|requested)"
)
_AFTER = re.compile(rf"^\s*(?:[,:|;.(-]|'s?\b|{_VERB}\b|deal\b|renewal\b|$)", re.IGNORECASE)
_PROPER = r"[A-ZÀ-ÞŁŻŚĆ][\w&'.-]*(?:\s+(?:&\s+|und\s+|and\s+|of\s+)?[A-ZÀ-ÞŁŻŚĆ][\w&'.-]*){0,4}"
_UNKNOWN = (
    re.compile(rf"\b(?:customer|client|prospect|account)\s+(?P<name>{_PROPER})"),
    re.compile(rf"(?:^|[.!?]\s+)(?P<name>{_PROPER})(?:'s? \w+)?\s+{_VERB}\b"),
    re.compile(rf"\b(?:for|at|with)\s+(?P<name>{_PROPER})\s*(?::|,|$|\.)"),
    re.compile(rf"^(?P<name>{_PROPER})\s*:"),
)
_NOBODY = word_set(
    "they we i it he she you customer the our my this that there one priority arr impact title feature need needs "
    "request please hi hello hey nobody everybody everyone somebody someone all users"
)


@dataclass(frozen=True, slots=True)
class _Token:
    words: tuple[str, ...]
    span: Span
    is_capital: bool


@dataclass(frozen=True, slots=True)
class _Match:
    score: tuple[float, ...]
    span: Span
    account: NamedAccount


def find_account(text: str, *, lookup: Lookup, taken: Sequence[Span] = ()) -> Found[Names]:
    """Who it is about. `taken` are places that say something else."""
    tokens = [one for one in _tokens(text) if not any(a <= one.span[0] < b for a, b in taken)]
    beginnings = sorted({word for one in tokens for word in one.words if _is_telling(word)})
    matches = [match for one in lookup(beginnings) if (match := _match(one, tokens, text))] if beginnings else []
    if not matches:
        return _unknown(text)
    best = max(match.score for match in matches)
    chosen = [match for match in matches if match.score == best]
    first = min(match.span for match in chosen)
    accounts = sorted({m.account for m in chosen if m.span == first}, key=lambda one: (one.name, one.account_id))
    return Found(Names(accounts=tuple(accounts)), (first,))


def is_common(word: str) -> bool:
    """Tell whether a (folded) word is too usual to be taken for a name by itself."""
    return len(word) == 1 or word in _COMMON


def _is_telling(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and word not in _COMMON


def _tokens(text: str) -> list[_Token]:
    """Words with their places; a possessive 's is none of the name."""
    found = []
    for match in _WORD.finditer(text):
        said = re.sub(r"'s$", "", match[0])
        words = tuple(_spelt(word) for word in folded(said).split())
        if words and not set(words) <= _AND:
            end = match.start() + len(said)
            found.append(_Token(words=words, span=(match.start(), end), is_capital=match[0][:1].isupper()))
    return found


def _spelt(word: str) -> str:
    """One spelling for umlauts that are written out and for those that lost their dots."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def name_words(name: str) -> tuple[str, ...]:
    """A name's telling words, legal form aside."""
    words = [_spelt(word) for word in folded(name).split() if word not in _AND]
    core = [word for word in words if word not in LEGAL_FORMS]
    return tuple(core or words)


def _match(account: NamedAccount, tokens: Sequence[_Token], text: str) -> _Match | None:
    """The best place of this name in the sentence."""
    name = name_words(account.name)
    flat = [(word, token) for token in tokens for word in token.words]
    found: list[_Match] = []
    for at in range(len(flat)):
        for start in range(min(len(name), 3)):
            match = _run(account, name[start:], flat[at:], text, is_start=start == 0, whole=len(name))
            if match:
                found.append(match)
    return max(found, key=lambda one: (one.score, -one.span[0]), default=None)


def _run(
    account: NamedAccount,
    name: tuple[str, ...],
    flat: Sequence[tuple[str, _Token]],
    text: str,
    *,
    is_start: bool,
    whole: int,
) -> _Match | None:
    """How many words of the name follow each other from here, and how well."""
    alike = []
    for wanted, (word, _) in zip(name, flat, strict=False):
        likeness = _likeness(wanted, word)
        if not likeness:
            break
        alike.append(likeness)
    if not alike or (len(alike) == 1 and not _is_telling(flat[0][0])):
        return None
    span = (flat[0][1].span[0], flat[len(alike) - 1][1].span[1])
    is_whole = is_start and len(alike) == whole
    is_placed = bool(_BEFORE.search(text, 0, span[0])) or bool(_AFTER.match(text[span[1] :]))
    if len(alike) == 1 and not (is_placed or flat[0][1].is_capital):
        return None
    if len(alike) == 1 and not is_start and not is_placed:
        return None
    sure = sum(alike) / len(alike)
    return _Match(score=(len(alike), float(is_placed), float(is_whole), sure), span=span, account=account)


def _likeness(wanted: str, word: str) -> float:
    """1 for the same word, a little less for a misspelt one, 0 for another."""
    if wanted == word:
        return 1.0
    if min(len(word), len(wanted)) < SHORTEST_MISSPELT or word in _COMMON or word[0] != wanted[0]:
        return 0.0
    ratio = fuzz.ratio(wanted, word, score_cutoff=ALIKE)
    return ratio / 100 if ratio else 0.0


def _unknown(text: str) -> Found[Names]:
    """A name in an account's place that no account has."""
    for pattern in _UNKNOWN:
        for match in pattern.finditer(text):
            name = match["name"].rstrip(".,:'")
            if folded(name).split()[:1] and folded(name).split()[0] not in _NOBODY:
                return Found(Names(unknown=name), (match.span("name"),))
    return Found(Names())
