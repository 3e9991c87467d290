"""The parts of the Home tab that have pages, and one page of such a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Section(StrEnum):
    """Parts of the tab that can be longer than it is. Buttons carry these words: never rename one."""

    QUESTIONS = "questions"
    APPROVALS = "approvals"
    QUEUE = "queue"
    NOBODYS = "nobodys"
    ACCOUNTS = "accounts"
    REQUESTS = "requests"


SIZES: Mapping[Section, int] = {
    Section.QUESTIONS: 5,
    Section.APPROVALS: 5,
    Section.QUEUE: 10,
    Section.NOBODYS: 5,
    Section.ACCOUNTS: 10,
    Section.REQUESTS: 10,
}
"""Rows a page. Together with headers and buttons they stay below the hundred blocks that Slack shows."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the rows of a part; the first page is 0."""

    rows: tuple[T, ...] = ()
    number: int = 0
    size: int = 1
    total: int = 0

    @property
    def first(self) -> int:
        """The place of the first row, from 1."""
        return self.number * self.size + 1

    @property
    def last(self) -> int:
        return self.number * self.size + len(self.rows)

    @property
    def has_next(self) -> bool:
        return self.last < self.total


NOTHING: Page[Any] = Page()


def turned_to(section: Section, pages: Mapping[str, Any], *, total: int) -> int:
    """The page that a part is turned to; one beyond its end is its last one."""
    wanted = pages.get(section.value, 0)
    last = max(0, -(-total // SIZES[section]) - 1)
    return min(max(wanted, 0), last) if isinstance(wanted, int) else 0


def page_of(section: Section, pages: Mapping[str, Any], rows: Sequence[T]) -> Page[T]:
    size, number = SIZES[section], turned_to(section, pages, total=len(rows))
    return Page(tuple(rows[number * size : (number + 1) * size]), number, size, len(rows))
