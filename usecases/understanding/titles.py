"""Find what is missing: the few words that are left when money, dates and who it is for are taken out."""

import re
from collections.abc import Sequence

from domain.text import clean_line, shortened, word_set
from usecases.understanding.found import Span

LONGEST = 150

_NEED = (
    r"(?:keeps? asking for|(?:is|are|am|'re|'s) (?:asking|waiting|looking) for|ask(?:s|ed)? (?:again )?for|"
    r"(?:asks?|asked) whether we (?:support|have)|wants? to know when we (?:get|have)|requested|requests|requires?|"
    r"(?:is|are|'s|'re) (?:blocked by (?:missing )?|missing)|misse?s?(?: at [\w ]+ is)?|lacks?|the lack of|insists? on|"
    r"would (?:love|like)(?: to have)?|wants? to have|(?:really |only |just |urgently )?(?:needs?|wants?)(?: for)?:?|"
    r"brauch(?:en|t)|veut|wünsch(?:en|t)|(?:stuck|hangs?|depends?|waits?|waiting) (?:on|for)|"
    r"can(?:'t|not)? (?:go live|work|renew|start|launch|operate) (?:without|w/o)|without|w/o|"
    r"unless we (?:ship|have|get|add)|"
    r"if (?:there (?:is|was|were)|we (?:had|have))(?: no)?|(?:there is|there's|we have|they have|have) no|"
    r"over the missing|only (?:sign|signs|buy|buys) with|no(?= [a-z])|with(?= data)|please add|add|"
    r"(?:could|can) we (?:get|have)|if(?= \w+ \w+ (?:could|can)\b))"
)
_AFTER_NEED = re.compile(rf"(?:^|(?<=[\s,;:.(|-])){_NEED}\s+(?=\S)", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"[;\n|()?!]|,(?=\s)|\.(?=\s|$)|\s-+\s|:(?=\s)|"
    r"\s(?:because|since|as their|otherwise|or (?:they|else|we)|before|until|unless|so (?:that|they|we)|in order to|"
    r"if (?:not|they|we)|but|and (?:it|yes|they|this|that)(?:'s| is)?|it(?:'s| is)|which is|"
    r"to (?:close|sign|win|renew)|"
    r"(?<!when )(?:they|he|she|we)(?:'d|'ll)?|would (?!like)|"
    r"(?:is|are|isn't|aren't) (?:killing|a|an|the|there|not there|their|not)|"
    r"for (?:their|the|a) (?:renewal|deal|rfp|tender|\S*\d\S*)|asap|again|please|keeps?|within|needed)(?=\s|$|[.,;:])",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:[\s,.;:|()-]|(?:feature request|request|title|feature|what is missing|need|needs|it's about|"
    r"for|that|and|the|an?|to have|some|any|une?|eine?n?|yes on|have|with|of|we need|hey|hi|please|called|"
    r"says?|said|is|are|our|in|by|can|could)(?=[\s:,.]|$))+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[\s,.;:|(-]|(?<=[\s,.;:])(?:for|at|by|in|on|of|with|and|or|a|an|the|is|are|it|it's|was|be|to|their|his|her|its|"
    r"from|about|around|as|because|due|needed|until|before|but|not|also|this|that|would|says?|worth|next|they|asap|isn't|"
    r"there|will|customer|team|s)(?=$|\s*$))+$",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"\w\w")
_EMPTY = word_set(
    "arr impact priority needed by around deal renewal risk unhappy hello hi hey thanks please feature request yes no "
    "they are is it this today account customer at in and the a to of for i we want file talked with call worth "
    "pay pays their them our us on about renews renew need needs new"
)
_LABEL = re.compile(r"(?:^|\n)\s*(?:title|feature|what is missing|needs?)\s*:\s*(?P<said>[^\n]+)", re.IGNORECASE)
_FILING = re.compile(
    r"\b(?:i (?:want|need|would like|'d like) to )?(?:file|report|log|submit)(?: an?)?(?: new)?"
    r"(?: (?:feature|gap|product) requests?| requests?| that)\b(?:\s+that)?",
    re.IGNORECASE,
)


def find_title(text: str, *, taken: Sequence[Span]) -> str:
    """The title in the writer's own words; empty when nothing telling is left."""
    label = _LABEL.search(text)
    if label and "\n" in text:
        return _trimmed(label["said"])
    masked = _masked(text, taken)
    for match in _AFTER_NEED.finditer(masked):
        if found := _usable(_clause(masked, match.end())):
            return found
    for part in _parts(masked):
        if found := _usable(part):
            return found
    return ""


# Stands where something else was understood. Not a word, not a space: it ends a clause.
_TAKEN = "\x00"


def _masked(text: str, taken: Sequence[Span]) -> str:
    letters = list(text)
    for start, end in [*taken, *(match.span() for match in _FILING.finditer(text))]:
        letters[start:end] = _TAKEN * (end - start)
    return "".join(letters)


def _clause(masked: str, start: int) -> str:
    """From here to where the next thing begins."""
    rest = masked[start:].lstrip(_TAKEN + " ")
    boundary = _BOUNDARY.search(rest)
    end = min(boundary.start() if boundary else len(rest), _first_taken(rest))
    return rest[:end]


def _first_taken(text: str) -> int:
    at = text.find(_TAKEN)
    return at if at >= 0 else len(text)


def _parts(masked: str) -> list[str]:
    """The pieces between punctuation and what was understood, in order."""
    pieces: list[str] = []
    for part in re.split(_TAKEN + "+", masked):
        pieces += _BOUNDARY.split(part)
    return pieces


def _usable(piece: str) -> str:
    trimmed = _trimmed(piece)
    words = re.findall(r"\w+", trimmed.lower())
    return trimmed if _LETTERS.search(trimmed) and not set(words) <= _EMPTY else ""


def _trimmed(piece: str) -> str:
    line = clean_line(piece.replace(_TAKEN, " "))
    previous = None
    while line != previous:
        previous = line
        line = _TRAILING.sub("", _LEADING.sub("", line)).strip()
    return shortened(line, LONGEST)
