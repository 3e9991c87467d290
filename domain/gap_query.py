"""What a person wants to see of the ranked list, as a value with one spelling.

Filters that name the same thing twice mean either of it; different filters all have to hold. They choose *requests*:
a gap is listed for, and scored by, the requests that pass.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.words import CLOSED_STATES, GapState, Impact, Priority

LONGEST_PAGE = 20
USUAL_PAGE = 10
MODELS = ("composite", "rank_fusion", "cd3", "rice", "raw_arr", "cipf")
"""The models that people may ask for; a test compares with those that scoring ships."""
OPEN_STATES = tuple(state for state in GapState if state not in CLOSED_STATES)

_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_PLAIN = re.compile(r"[^\s\":=,]+")


class Sort(StrEnum):
    """What the list is ordered by; `RANK` is the model's own order."""

    RANK = "rank"
    ARR = "arr"
    ACCOUNTS = "accounts"
    P0 = "p0"
    NEWEST = "newest"

    @property
    def label(self) -> str:
        return _SORT_LABELS[self]


_SORT_LABELS = {
    Sort.RANK: "Rank",
    Sort.ARR: "ARR",
    Sort.ACCOUNTS: "Number of accounts",
    Sort.P0: "Number of P0s",
    Sort.NEWEST: "Newest first",
}


@dataclass(frozen=True, slots=True)
class Since:
    """A day, or so long ago: what is saved as “30d” moves on with the calendar."""

    day: date | None = None
    days_ago: int = 0
    text: str = ""

    def __str__(self) -> str:
        return self.text

    def on(self, today: date) -> date:
        return self.day or today - timedelta(days=self.days_ago)


def read_since(text: str) -> Since | None:
    """Read `2026-01-31`, `30d`, `2w`, `3m` or `1y`; None for anything else."""
    typed = text.strip().lower()
    ago = _AGO.fullmatch(typed)
    if ago:
        return Since(days_ago=int(ago[1]) * _DAYS[ago[2]], text=f"{int(ago[1])}{ago[2]}")
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return Since(day=day, text=day.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuery:
    """Filters, order, model and length of the list. Equal queries have equal texts, and the other way round."""

    areas: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = ()
    impacts: tuple[Impact, ...] = ()
    accounts: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    states: tuple[GapState, ...] = ()
    linked: bool | None = None
    themes: tuple[str, ...] = ()
    since: Since | None = None
    until: Since | None = None
    model: str | None = None
    sort: Sort = Sort.RANK
    words: tuple[str, ...] = ()
    size: int = USUAL_PAGE

    @property
    def filters(self) -> bool:
        """Tell whether anything is left out of the list."""
        return bool(
            self.areas
            or self.segments
            or self.regions
            or self.priorities
            or self.impacts
            or self.accounts
            or self.owners
            or self.states
            or self.linked is not None
            or self.themes
            or self.since
            or self.until
            or self.words
        )

    def __str__(self) -> str:
        """Write the query as it can be typed, saved and put into a button."""
        return " ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        listed: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("area", self.areas),
            ("segment", self.segments),
            ("region", self.regions),
            ("priority", tuple(self.priorities)),
            ("impact", tuple(self.impacts)),
            ("account", self.accounts),
            ("owner", self.owners),
            ("status", tuple(self.states)),
            ("theme", self.themes),
        )
        yield from (f"{name}:{','.join(map(quoted, values))}" for name, values in listed if values)
        if self.linked is not None:
            yield f"linked:{'yes' if self.linked else 'no'}"
        if self.since:
            yield f"since:{self.since}"
        if self.until:
            yield f"until:{self.until}"
        if self.model:
            yield f"model:{self.model}"
        if self.sort is not Sort.RANK:
            yield f"sort:{self.sort}"
        yield from (f'"{word}"' if _means_more(word) else word for word in self.words)
        if self.size != USUAL_PAGE:
            yield str(self.size)


def quoted(value: str) -> str:
    """Put a value into quotes where it would otherwise fall apart."""
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def _means_more(word: str) -> bool:
    """Tell whether a bare word would be taken for a number, a priority, or several words."""
    return word.isdigit() or word.upper() in {"P0", "P1"} or not _PLAIN.fullmatch(word)
