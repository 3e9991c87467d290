"""What a part of the understanding found, and where in the text it stood."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
Span = tuple[int, int]

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """A value, and the places that said it."""

    value: T_co
    spans: tuple[Span, ...] = ()


def plain(text: str) -> str:
    """The text with typewriter quotes, dashes and spaces: as long as before, so that places stay where they are."""
    return text.translate(_PLAIN)


def overlaps(one: Span, others: tuple[Span, ...] | list[Span]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)
