"""Read what was filled in: every field is checked, and every fault is a sentence beside its field."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from domain.errors import InvalidInput, Refusal
from domain.money import Money, parse_money
from domain.text import clean, clean_line, shortened
from domain.words import Impact, Priority
from usecases.current_rates import Rates

T = TypeVar("T")

TITLE_LENGTH = 150
TEXT_LENGTH = 3000
_LONGEST_WAIT = timedelta(days=365 * 5)
_LETTER_OR_DIGIT = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFields:
    """The fields as a person left them; nothing here has been believed yet."""

    title: str
    use_case: str = ""
    workaround: str = ""
    priority: str | None
    impact: str | None
    arr: str = ""
    needed_by: str | None = None
    opportunity_id: int | None = None
    gitlab_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFields:
    """The same, believed."""

    title: str
    use_case: str | None
    workaround: str | None
    priority: Priority
    impact: Impact
    arr: Money | None
    needed_by: date | None
    opportunity_id: int | None
    gitlab_url: str | None


class FieldFault(Refusal):
    """One field is wrong; the text says how to put it right."""


@dataclass(slots=True)
class Faults:
    """Collects a sentence per field, so that a person sees all faults at once."""

    by_field: dict[str, str] = field(default_factory=dict)

    def caught(self, name: str, read: Callable[[], T]) -> T | None:
        """The value, or None with the fault noted under `name`."""
        try:
            return read()
        except Refusal as fault:
            self.by_field[name] = fault.sentence
            return None

    def raise_if_any(self) -> None:
        if self.by_field:
            raise InvalidInput(self.by_field)


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What the checks need to know of this installation."""

    rates: Rates
    gitlab_url: str | None = None

    def check(self, given: RequestFields, *, currency: str | None, today: date) -> CheckedFields:
        """Return the checked fields; raise `InvalidInput`. `currency` is the account's, for amounts that name none."""
        faults = Faults()
        title = faults.caught("title", lambda: _title(given.title))
        use_case = faults.caught("use_case", lambda: _text(given.use_case))
        workaround = faults.caught("workaround", lambda: _text(given.workaround))
        priority = faults.caught("priority", lambda: _choice(Priority, given.priority, "Choose how badly it’s needed."))
        impact = faults.caught("impact", lambda: _choice(Impact, given.impact, "Choose what is at stake."))
        arr = faults.caught("arr", lambda: self.amount(given.arr, currency=currency))
        needed_by = faults.caught("needed_by", lambda: _date(given.needed_by, today=today))
        gitlab_url = faults.caught("gitlab_url", lambda: self.issue_url(given.gitlab_url))
        if priority is Priority.P0 and workaround:
            faults.by_field["workaround"] = "P0 means that there is no workaround. Clear this, or choose P1."
        faults.raise_if_any()
        if title is None or priority is None or impact is None:
            raise AssertionError("a missing field without a fault")
        return CheckedFields(
            title=title,
            use_case=use_case,
            workaround=workaround,
            priority=priority,
            impact=impact,
            arr=arr,
            needed_by=needed_by,
            opportunity_id=given.opportunity_id,
            gitlab_url=gitlab_url,
        )

    def amount(self, text: str, *, currency: str | None) -> Money | None:
        """Read an amount; None when there is none; raise a `Refusal` for anything that cannot be ranked."""
        if not clean_line(text):
            return None
        rates = self.rates()
        money = parse_money(clean_line(text), default_currency=currency or rates.reporting)
        if not rates.knows(money.currency):
            raise FieldFault(f"I have no exchange rate for {money.currency}. Use {', '.join(rates.known)}.")
        return money

    def issue_url(self, text: str) -> str | None:
        """Read the address of a GitLab issue or epic; None when there is none."""
        url = clean_line(text)
        if not url:
            return None
        host = urlsplit(self.gitlab_url).hostname if self.gitlab_url else None
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and parts.hostname and not (parts.username or parts.password)
        except ValueError:
            usable = None
        if not usable or len(url) > 1000:  # noqa: PLR2004  the column's width
            raise FieldFault("Paste the issue’s address, like https://gitlab.example.com/group/project/-/issues/7.")
        if host and parts.hostname != host:
            raise FieldFault(f"That address is not on {host}, the GitLab that I am connected to.")
        return url


def _title(text: str) -> str:
    line = clean_line(text)
    if not _LETTER_OR_DIGIT.search(line):
        raise FieldFault("Say in a few words what is missing.")
    if len(line) > TITLE_LENGTH:
        raise FieldFault(f"Keep it under {TITLE_LENGTH} characters ({len(line)} now); details fit under “Use case”.")
    return line


def with_more(text: str | None, more: str) -> str:
    """A text with more at its end, no longer than a form can show: what is older gives way."""
    added = shortened(more, TEXT_LENGTH)
    room = TEXT_LENGTH - len(added) - len("\n\n")
    return f"{shortened(text, room)}\n\n{added}" if text and room > 0 else added


def _text(text: str) -> str | None:
    cleaned = clean(text)
    if len(cleaned) > TEXT_LENGTH:
        raise FieldFault(f"Keep it under {TEXT_LENGTH:,} characters ({len(cleaned):,} now).")
    return cleaned or None


def _choice(of: Callable[[str], T], given: str | None, sentence: str) -> T:
    try:
        return of(given or "")
    except ValueError as unknown:
        raise FieldFault(sentence) from unknown


def _date(text: str | None, *, today: date) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as unreadable:
        raise FieldFault("Choose a date, like 2027-03-31.") from unreadable
    if not today <= day <= today + _LONGEST_WAIT:
        raise FieldFault("Choose a date from today on, within five years.")
    return day
