"""The shape in which the catalogue of gaps is written down."""

from dataclasses import dataclass
from typing import Literal

Audience = Literal["broad", "enterprise", "small", "regulated", "emea", "apac"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapDraft:
    """One gap as its product manager words it, and the words customers use for it.

    `heat` (5 = everybody asks) decides how many requests it gets, `audience` whose. `same_as` names the title of the
    gap it was merged into.
    """

    area: str
    title: str
    problem: str
    heat: int
    audience: Audience
    state: str
    months: float | None
    use_cases: tuple[str, ...]
    workarounds: tuple[str, ...]
    same_as: str | None = None
