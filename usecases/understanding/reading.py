"""Read a sentence about a customer's need into the fields of a request."""

from dataclasses import dataclass
from datetime import date

from domain.money import Money
from domain.text import clean
from domain.words import Impact, Priority
from usecases.understanding.amounts import find_amount
from usecases.understanding.dates import Deadline, find_deadline
from usecases.understanding.found import Found, Span, plain
from usecases.understanding.names import Lookup, Names, find_account
from usecases.understanding.titles import find_title
from usecases.understanding.words import find_impact, find_priority

LONGEST_TEXT = 1000
"""Characters that are read: a need is said early, and patterns look at each place more than once."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the sentence says; what it does not say is None or empty, never guessed."""

    names: Names
    title: str
    priority: Priority | None
    impact: Impact | None
    arr: Money | None
    deadline: Deadline | None


def understand(text: str, *, lookup: Lookup, today: date, default_currency: str) -> Understood:
    """Read the text. `today` is the writer's day; amounts without a currency are in `default_currency`."""
    said = plain(clean(text)[:LONGEST_TEXT])
    amount = find_amount(said, default_currency=default_currency)
    deadline = find_deadline(said, today=today)
    priority = find_priority(said)
    account = find_account(said, lookup=lookup, taken=_spans(amount, deadline))
    unnamed = _without(said, account.spans)
    impact = find_impact(unnamed if account.value.accounts else said)
    title = find_title(said, taken=_spans(amount, deadline, priority, impact, account))
    return Understood(
        names=account.value,
        title=title,
        priority=priority.value if priority else None,
        impact=impact.value if impact else None,
        arr=amount.value if amount else None,
        deadline=deadline.value if deadline else None,
    )


def _spans(*found: Found[object] | None) -> list[Span]:
    return sorted(span for one in found if one for span in one.spans)


def _without(text: str, spans: tuple[Span, ...]) -> str:
    """The text with these places blanked by a capital letter each: “we lose X” still reads as losing somebody."""
    for start, end in spans:
        text = text[:start] + "X" * (end - start) + text[end:]
    return text
