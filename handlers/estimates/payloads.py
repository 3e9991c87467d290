"""What the forms of estimates carry, and what was filled in."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import NotFound
from handlers.estimates import ids
from usecases.estimate_gap import EstimateFields

_ID = Field(ge=1, le=2**63 - 1)


class FormOf(BaseModel):
    """The gap that a form is about, and the version of its estimate that was seen."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    gap_id: int = _ID
    version: int = Field(default=0, ge=0)

    @classmethod
    def read(cls, metadata: str | None) -> "FormOf":
        try:
            return cls.model_validate_json(metadata or "")
        except ValidationError as unreadable:
            raise NotFound("This form is too old for me, and nothing was stored. Please start again.") from unreadable


class Filled:
    """The inputs of a form, by their names."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        values = (view.get("state") or {}).get("values", {})
        self._values: dict[str, Any] = {name: one for block in values.values() for name, one in block.items()}

    def text(self, field: ids.Field) -> str:
        return str(self._values.get(field, {}).get("value") or "")

    def choice(self, field: ids.Field) -> str | None:
        chosen = self._values.get(field, {}).get("selected_option")
        return str(chosen["value"]) if chosen else None

    def estimate(self) -> EstimateFields:
        return EstimateFields(
            effort=self.text(ids.Field.EFFORT),
            reach=self._own(ids.Field.REACH),
            impact=self._own(ids.Field.IMPACT),
            confidence=self._own(ids.Field.CONFIDENCE),
            themes=self.text(ids.Field.THEMES),
        )

    def _own(self, field: ids.Field) -> str | None:
        """A value of somebody's own, or None for the suggested one."""
        chosen = self.choice(field)
        return None if chosen == ids.AS_SUGGESTED else chosen

    @property
    def deal_id(self) -> int:
        chosen = self.choice(ids.Field.DEAL) or ""
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) <= 18 else 0  # noqa: PLR2004  64 bits
