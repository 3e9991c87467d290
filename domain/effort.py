"""How much work a gap is: person-months, or the weight that its GitLab issue has."""

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.errors import Refusal

MOST_MONTHS = 600
_MONTHS = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:m|mo|pm|months?|person[- ]?months?)?", re.IGNORECASE | re.ASCII)
_WEIGHT = re.compile(r"(?:weight|w)\s*:?\s*(\d{1,4})|(\d{1,4})\s*(?:w|weight|points?|sp)", re.IGNORECASE | re.ASCII)
_NONE = {"", "-", "?", "none", "unknown"}


class NotAnEffort(Refusal):
    """The text says no amount of work; the sentence tells what would."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Months of the team that has to do it, and the weight they were worked out from."""

    months: Decimal
    weight: int | None = None

    @property
    def text(self) -> str:
        return f"weight {self.weight}" if self.weight is not None else f"{self.months.normalize():f} months"


def read_effort(text: str, *, months_per_weight: Decimal) -> Effort | None:
    """Read `3`, `2.5 months`, `weight 5`; nothing and 0 mean that nobody knows. Raise `NotAnEffort`."""
    typed = text.strip()
    if typed.lower() in _NONE:
        return None
    weight = _WEIGHT.fullmatch(typed)
    months = _MONTHS.fullmatch(typed)
    if weight:
        points = int(weight[1] or weight[2])
        found = Effort(points * months_per_weight, points)
    elif months:
        found = Effort(Decimal(months[1].replace(",", ".")))
    else:
        raise NotAnEffort("Write person-months like 3 or 2.5, or a GitLab weight like “weight 5”.")
    if found.months > MOST_MONTHS:
        raise NotAnEffort(f"That is more than {MOST_MONTHS} months. Is it a typing error?")
    return found if found.months else None
