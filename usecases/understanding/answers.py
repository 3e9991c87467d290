"""Read what somebody answers: a command, a correction, or the answer to what was asked."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz, process

from domain.money import NotMoney, parse_money
from domain.text import clean, clean_line, folded, shortened
from domain.words import Impact, Priority
from usecases.request_fields import TEXT_LENGTH
from usecases.understanding.amounts import find_amount
from usecases.understanding.dates import find_deadline
from usecases.understanding.draft import Draft, Part, said
from usecases.understanding.found import Span, plain
from usecases.understanding.names import Lookup, Names, find_account
from usecases.understanding.reading import LONGEST_TEXT
from usecases.understanding.titles import LONGEST
from usecases.understanding.words import find_impact, find_priority


class Command(StrEnum):
    """What a whole message can ask for."""

    CANCEL = "cancel"
    START_OVER = "start_over"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Answer:
    """A command, or the draft's new values by name; neither when the message said nothing that is understood."""

    command: Command | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    names: Names | None = None

    @property
    def is_empty(self) -> bool:
        return self.command is None and not self.changes and self.names is None


def _said(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


_COMMANDS = {
    Command.CANCEL: _said(
        r"(?:please )?(?:cancel|never ?mind|forget (?:it|that|about it)|stop|abort|discard|drop it|leave it)",
        r"(?: (?:it|this|that|please|the request))*",
    ),
    Command.START_OVER: _said(
        r"(?:please |let's |let me )?(?:start (?:over|again|from scratch)|restart|from scratch|reset|begin again|",
        r"another one|(?:a )?new (?:one|request))(?: please)?",
    ),
    Command.FILE: _said(
        r"(?:yes|yep|yeah|ok|okay|sure|fine|perfect|great|correct|right|exactly|looks (?:good|right)|",
        r"that's (?:it|right)|file(?: it| this| that)?|submit(?: it)?|send(?: it)?|go(?: ahead)?|do it|done|please|",
        r"thanks|thank you|confirm(?:ed)?|[ ,.!])+",
    ),
}

_OPENING = re.compile(
    r"^(?:\s*(?:no|nope|sorry|actually|wait|hm+|well|oh|correction|please|and|also|ah)\b[\s,.:!-]*)+", re.IGNORECASE
)
# "not churn, it's a new deal": what comes before the comma is what it is not.
_NOT_THIS = re.compile(
    r"\b(?:not|isn't|instead of)\s+(?:an?\s+|the\s+)?[^,.;]{1,40}?(?:[,.;]|\bbut\b)\s*", re.IGNORECASE
)
_INSTEAD = re.compile(r"\s+(?:instead of|rather than|and not|not)\s+.*$", re.IGNORECASE)
_IS = r"\s*(?:is|should be|should say|to|=|:|would be|->)\s*(?:now )?"
_SETTERS = {
    "title": _said(
        rf"^(?:(?:change |set |make )?(?:the )?(?:title|name|feature){_IS}|call it:? |",
        r"rename (?:it )?(?:to )?)(?P<said>.+)$",
    ),
    "use_case": _said(
        rf"^(?:add to )?(?:the )?(?:use[ -]?case|details?|context|reason|why){_IS}(?P<said>.+)$",
    ),
    "workaround": _said(rf"^(?:the |their |a )?work-?around{_IS}(?P<said>.+)$"),
}
_ACCOUNT = re.compile(
    rf"^(?:(?:the )?(?:account|customer|client){_IS}|(?:it's|it is|this is|that's|i mean|i meant|make it|for|about)"
    r"(?: for| about)?\s+)(?P<said>.+)$",
    re.IGNORECASE,
)
_SAYS_ACCOUNT = re.compile(r"(?:the )?(?:account|customer|client)\b", re.IGNORECASE)
_WITHOUT = re.compile(
    r"\b(?:no(?! work)|remove|delete|clear|drop|forget|skip)\s+(?:the |a |an |any )?"
    r"(?P<what>date|deadline|needed by|arr|amount|money|workaround|use[ -]?case|details)\b",
    re.IGNORECASE,
)
_CLEARED = {
    "date": "needed_by", "deadline": "needed_by", "needed by": "needed_by", "arr": "arr", "amount": "arr",
    "money": "arr", "workaround": "workaround", "use case": "use_case", "use-case": "use_case", "usecase": "use_case",
    "details": "use_case",
}  # fmt: skip
_EMPTY: dict[str, dict[str, Any]] = {
    "needed_by": {"needed_by": None, "by_renewal": False},
    "arr": {"arr": ""},
    "workaround": {"workaround": ""},
    "use_case": {"use_case": ""},
}
_QUOTES = "\"'`“”‘’ ."
ALIKE = 80.0


def read_answer(
    text: str, *, draft: Draft, asked: Part | None, lookup: Lookup, today: date, default_currency: str
) -> Answer:
    """What the message changes in the draft; `asked` is what the bot asked last."""
    whole = plain(clean(text)[: TEXT_LENGTH + LONGEST_TEXT])
    message = whole[:LONGEST_TEXT]
    if command := command_in(message):
        return Answer(command=command)
    rest = _OPENING.sub("", message) or message
    if setter := _setter(_OPENING.sub("", whole)):
        return Answer(changes=setter)
    if cleared := _WITHOUT.search(message):
        return Answer(changes=dict(_EMPTY[_CLEARED[cleared["what"].lower()]]))
    if asked is Part.TITLE:
        return Answer(changes={"title": shortened(clean_line(rest), LONGEST)})
    read = _signals(rest, draft, lookup=lookup, today=today, default_currency=default_currency)
    return read if not read.is_empty or asked is None else _plainly(rest, asked)


def command_in(message: str) -> Command | None:
    """What a whole message asks for, or agrees to; None for one that says more."""
    bare = message.strip(" .!")
    return next((command for command, pattern in _COMMANDS.items() if pattern.fullmatch(bare)), None)


def _setter(message: str) -> dict[str, Any]:
    for name, pattern in _SETTERS.items():
        if match := pattern.match(message):
            value = clean(match["said"]).strip(_QUOTES)
            cut = shortened(clean_line(value), LONGEST) if name == "title" else shortened(value, TEXT_LENGTH)
            return {name: cut} if value else {}
    return {}


def _signals(message: str, draft: Draft, *, lookup: Lookup, today: date, default_currency: str) -> Answer:
    """Every field that the message speaks of by itself."""
    wanted = _INSTEAD.sub("", _NOT_THIS.sub("", message)) or message
    changes: dict[str, Any] = {}
    taken: list[Span] = []
    currency = _currency_of(draft.arr) or default_currency
    if amount := find_amount(wanted, default_currency=currency):
        changes["arr"] = said(amount.value)
        taken += amount.spans
    if deadline := find_deadline(wanted, today=today):
        changes |= {"needed_by": deadline.value.day, "by_renewal": deadline.value.is_renewal}
        taken += deadline.spans
    if priority := find_priority(wanted):
        changes["priority"] = priority.value
        if draft.workaround and priority.value is Priority.P0:
            changes["workaround"] = ""
        taken += priority.spans
    # "before the renewal" is a date; that the renewal is at stake has to be said again.
    if impact := find_impact(_blank(wanted, taken)):
        changes["impact"] = impact.value
        taken += impact.spans
    return Answer(changes=changes, names=_names(wanted, taken, lookup))


def _names(message: str, taken: list[Span], lookup: Lookup) -> Names | None:
    """Another account, where the message is about one: a word in passing does not move a request."""
    match = _ACCOUNT.match(message)
    found = find_account(message, lookup=lookup, taken=taken).value
    if found.accounts:
        return found if match or not taken else None
    if match and _SAYS_ACCOUNT.match(message):
        return Names(unknown=clean_line(match["said"]).strip(_QUOTES))
    return None


def _blank(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _currency_of(amount: str) -> str | None:
    try:
        return parse_money(amount, default_currency="XXX").currency if amount else None
    except NotMoney:
        return None


def _plainly(message: str, asked: Part) -> Answer:
    """The whole message as the answer to what was asked."""
    line = clean_line(message)
    match asked:
        case Part.ACCOUNT:
            return Answer(names=Names(unknown=line.strip(_QUOTES)[:120])) if re.search(r"\w\w", line) else Answer()
        case Part.PRIORITY:
            return _chosen("priority", line, {one: f"{one.label} {one.test}" for one in Priority})
        case Part.IMPACT:
            return _chosen("impact", line, {one: one.label for one in Impact})
        case _:
            return Answer()


def _chosen(name: str, line: str, labels: dict[Any, str]) -> Answer:
    texts = {value: folded(label) for value, label in labels.items()}
    best = process.extractOne(folded(line), texts, scorer=fuzz.partial_ratio, score_cutoff=ALIKE)
    enough = len(folded(line)) >= 4  # noqa: PLR2004  "no" is in every label
    return Answer(changes={name: best[2]}) if best and enough else Answer()
