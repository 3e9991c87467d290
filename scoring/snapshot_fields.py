"""Read typed fields out of JSON objects, and say where in the file something is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

_Value = TypeVar("_Value")
_Word = TypeVar("_Word", bound=StrEnum)


class InvalidSnapshot(ValueError):
    """The file does not say what a ranking needs; `place` is where."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object."""

    values: Mapping[str, object]
    at: str

    @classmethod
    def of(cls, found: object, *, at: str) -> "Fields":
        if not isinstance(found, dict):
            raise InvalidSnapshot(at, "expected an object")
        return cls(found, at)

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def section(self, name: str) -> "Fields":
        return Fields.of(self.values.get(name), at=f"{self.at}.{name}")

    def part(self, name: str) -> "Fields":
        """A section that may be left out: then it has no fields."""
        return self.section(name) if self.has(name) else Fields({}, f"{self.at}.{name}")

    def rows(self, name: str) -> Iterator["Fields"]:
        """The objects of a list; a list that is not there is empty."""
        found = self.values.get(name, [])
        if not isinstance(found, list):
            raise InvalidSnapshot(f"{self.at}.{name}", "expected a list")
        for place, row in enumerate(found):
            yield Fields.of(row, at=f"{self.at}.{name}[{place}]")

    def list(self, name: str) -> "list[object]":
        found = self.values.get(name)
        if not isinstance(found, list):
            raise InvalidSnapshot(f"{self.at}.{name}", "expected a list")
        return found

    def text(self, name: str) -> str:
        found = self.values.get(name)
        if not isinstance(found, str):
            raise InvalidSnapshot(f"{self.at}.{name}", "expected text")
        return found

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def flag(self, name: str, *, otherwise: bool) -> bool:
        found = self.values.get(name)
        if found is None:
            return otherwise
        if not isinstance(found, bool):
            raise InvalidSnapshot(f"{self.at}.{name}", "expected true or false")
        return found

    def day(self, name: str) -> date:
        return self._parsed(name, date.fromisoformat, expected="a day like 2026-01-05")

    def optional_day(self, name: str) -> date | None:
        return self.day(name) if self.has(name) else None

    def number(self, name: str) -> Fraction:
        """An exact number, written as a number, as decimal text, or as a ratio like "2/5"."""
        found = self.values.get(name)
        if isinstance(found, bool) or not isinstance(found, str | int | Decimal):
            raise InvalidSnapshot(f"{self.at}.{name}", "expected a number")
        try:
            return Fraction(found)
        except (ValueError, ZeroDivisionError, OverflowError, InvalidOperation):
            raise InvalidSnapshot(f"{self.at}.{name}", f"{found} is not a number") from None

    def optional_number(self, name: str) -> Fraction | None:
        return self.number(name) if self.has(name) else None

    def word(self, name: str, words: type[_Word], *, also: Mapping[str, _Word] | None = None) -> _Word:
        """One of the product's words; `also` are other people's names for them."""
        found = self.text(name).strip()
        known = (also or {}).get(found.lower())
        if known is not None:
            return known
        for candidate in (found, found.lower(), found.upper()):
            if candidate in words.__members__.values():
                return words(candidate)
        raise InvalidSnapshot(f"{self.at}.{name}", f"{found!r} is not one of {', '.join(words)}")

    def _parsed(self, name: str, parse: Callable[[str], _Value], *, expected: str) -> _Value:
        try:
            return parse(self.text(name))
        except InvalidSnapshot:
            raise
        except ValueError:
            raise InvalidSnapshot(f"{self.at}.{name}", f"expected {expected}") from None
