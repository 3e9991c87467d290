"""Find the day something is needed by, as sellers say it: the last day that would still do."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from usecases.understanding.found import Found

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar", "february feb februar", "march mar märz", "april apr", "may mai", "june jun juni",
            "july jul juli", "august aug", "september sep sept", "october oct oktober", "november nov",
            "december dec dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "twelve": 12}

_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:,?\s*(?P<year>20\d\d))?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_LEAD = (
    r"(?:\b(?:(?:needed |due |closing |closes )?(?:by|until|till|before|in|on|at|for|from|latest)\s*:?\s+)?(?:the\s+)?)"
)
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(_SMALL)})"
_WEEK, _FRIDAY = 7, 4
_EARLY, _MIDDLE = 10, 15


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day; None for the day of the renewal, which the CRM knows."""

    day: date | None

    @property
    def is_renewal(self) -> bool:
        return self.day is None


def find_deadline(text: str, *, today: date) -> Found[Deadline] | None:
    """The first way of saying a day that makes one from today on; None when there is none."""
    renewal = _BEFORE_RENEWAL.search(text)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            try:
                day = read(match, today)
            except ValueError:
                continue
            if day >= today:
                return Found(Deadline(day), (match.span(),))
    return Found(Deadline(None), (renewal.span(),)) if renewal else None


_BEFORE_RENEWAL = re.compile(
    r"\b(?:before|by|until|till)\s+(?:the|their|its|next)?\s*renewal\b|\bbefore\s+(?:they|it)\s+renews?\b",
    re.IGNORECASE,
)


def _iso(match: re.Match[str], _today: date) -> date:
    return date(int(match["year"]), int(match["number"]), int(match["day"]))


def _slashed(match: re.Match[str], _today: date) -> date:
    """12/15/2026 has its month first; 15/12/2026 cannot, and so it has its day first."""
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    return date(year, second, first) if first > 12 else date(year, first, second)  # noqa: PLR2004


def _named_day(match: re.Match[str], today: date) -> date:
    month = _MONTHS[match["month"].lower()]
    return _coming(today, match["year"], lambda year: date(year, month, int(match["day"])))


def _named_month(match: re.Match[str], today: date) -> date:
    """`in March` is all of March; `before March` ends with February; `mid-March` is the 15th."""
    month = _MONTHS[match["month"].lower()]
    part, lead = (match["part"] or "").strip(" -").lower(), match["lead"].lower()

    def of(year: int) -> date:
        if part == "early" or part.startswith(("beginning", "start")):
            return date(year, month, _EARLY)
        if part.startswith("mid"):
            return date(year, month, _MIDDLE)
        if "before" in lead and not part:
            return date(year, month, 1) - timedelta(days=1)
        return _month_end(year, month)

    return _coming(today, match["year"], of)


def _quarter(match: re.Match[str], today: date) -> date:
    quarter = int(match["quarter"])
    is_before = not match["part"] and "before" in match["lead"].lower()

    def of(year: int) -> date:
        end = _month_end(year, quarter * 3)
        return date(year, quarter * 3 - 2, 1) - timedelta(days=1) if is_before else end

    return _coming(today, match["year"], of)


def _half(match: re.Match[str], today: date) -> date:
    return _coming(today, match["year"], lambda year: _month_end(year, int(match["half"]) * 6))


def _period(match: re.Match[str], today: date) -> date:
    """`next month`, `end of this quarter`: the last day of it, of a working week its Friday."""
    which, unit = (match["which"] or "this").lower(), match["unit"].lower()
    ahead = 1 if which == "next" else 0
    return _period_end(today, unit, ahead=ahead)


def _period_end(today: date, unit: str, *, ahead: int) -> date:
    if unit == "week":
        return today + timedelta(days=_FRIDAY - today.weekday() + _WEEK * ahead)
    if unit == "month":
        return _month_end(today.year, today.month + ahead)
    if unit == "quarter":
        return _month_end(today.year, ((today.month - 1) // 3 + 1 + ahead) * 3)
    return date(today.year + ahead, 12, 31)


def _end_of(match: re.Match[str], today: date) -> date:
    return _period_end(today, {"y": "year", "q": "quarter", "m": "month"}[match["letter"].lower()], ahead=0)


def _ahead(match: re.Match[str], today: date) -> date:
    said, unit = match["count"].lower(), match["unit"].lower()
    count = _SMALL.get(said) or int(said)
    if unit.startswith("day"):
        return today + timedelta(days=count)
    if unit.startswith("week"):
        return today + timedelta(weeks=count)
    months = count * (12 if unit.startswith("year") else 3 if unit.startswith("quarter") else 1)
    end = _month_end(today.year, today.month + months)
    return end.replace(day=min(today.day, end.day))


def _weekday(match: re.Match[str], today: date) -> date:
    """`by Friday` is the coming one; `next Friday` is the one of next week."""
    wanted = _DAYS.index(match["weekday"].lower())
    if (match["which"] or "").lower() == "next":
        return today + timedelta(days=_WEEK - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday()) % _WEEK or _WEEK)


def _single(match: re.Match[str], today: date) -> date:
    match match["word"].lower():
        case "today":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case _:
            return _coming(today, None, lambda year: date(year, 12, 24))


def _coming(today: date, year: str | None, of: Callable[[int], date]) -> date:
    """The day in the year that was said, or the next time that it comes."""
    if year:
        return of(int(year))
    this = of(today.year)
    return this if this >= today else of(today.year + 1)


def _month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond December belong to later years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _readers() -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]]:
    part = r"(?P<part>(?:(?:the )?(?:end|beginning|start|middle) of |early |mid[ -]|late ))?"
    lead = r"(?P<lead>\b(?:(?:needed |due )?(?:by|until|till|before|in|on|for|from|latest)\s*:?\s+)?(?:the )?)"
    of_month = (
        r"(?P<lead>\b(?:(?:needed |due |closing |closes )?(?:by|until|till|before|in|for|from)\s*:?\s+)(?:the )?)"
    )
    table = (
        (rf"{_LEAD}?\b(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b", _iso),
        (rf"{_LEAD}?\b(?P<day>\d{{1,2}})\.\s?(?P<number>\d{{1,2}})\.\s?(?P<year>20\d\d)\b", _iso),
        (rf"{_LEAD}?\b(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/(?P<year>20\d\d)\b", _slashed),
        (rf"{_LEAD}?\b{_DAY}\s+(?:of )?{_MONTH}{_YEAR}", _named_day),
        (rf"{_LEAD}?\b{_MONTH}\s+{_DAY}(?!\d)(?!\s*(?:k|m|people|seats))\b{_YEAR}", _named_day),
        (rf"{lead}{part}\bq(?P<quarter>[1-4])\b{_YEAR}", _quarter),
        (rf"{_LEAD}?\bh(?P<half>[12])\b{_YEAR}", _half),
        (rf"{_LEAD}?\be\.?o\.?(?P<letter>[yqm])\b", _end_of),
        (
            rf"{_LEAD}?\b(?:(?:the )?end of (?:the )?(?P<which>this|next)?\s?(?P<unit>week|month|quarter|year))\b",
            _period,
        ),
        (rf"{_LEAD}?\b(?P<which>this|next)\s(?P<unit>week|month|quarter|year)\b", _period),
        (rf"\b(?:in|within)\s+(?:the next )?{_COUNT}\s(?P<unit>days?|weeks?|months?|quarters?|years?)\b", _ahead),
        (rf"{_LEAD}?\b(?P<which>next|this)?\s?\b(?P<weekday>{'|'.join(_DAYS)})\b", _weekday),
        (rf"{_LEAD}?\b(?P<word>today|tomorrow|christmas|xmas)\b", _single),
        # "May" and "march" are words too: a month alone has to be introduced, or has a year.
        (rf"{of_month}{part}{_MONTH}{_YEAR}", _named_month),
        (rf"(?P<lead>){part.removesuffix('?')}{_MONTH}{_YEAR}", _named_month),
        (rf"(?P<lead>)(?P<part>)\b{_MONTH}\s+(?P<year>20\d\d)\b", _named_month),
    )
    for pattern, read in table:
        yield re.compile(pattern, re.IGNORECASE), read


_READERS = tuple(_readers())
