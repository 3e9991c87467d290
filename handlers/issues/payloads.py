"""What the forms about issues send back."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import NotFound
from handlers.issues.ids import CHOSEN, PASTED, SEARCH, Field

LONGEST_VALUE = 150
"""Characters that Slack keeps in the value of an option."""


class FormOf(BaseModel):
    """Which gap a form is about."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    gap_id: int = 0

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "FormOf":
        try:
            return cls.model_validate_json(str(view.get("private_metadata") or ""))
        except ValidationError as unreadable:
            raise NotFound("This form is too old for me, and nothing was changed. Please start again.") from unreadable

    def dump(self) -> str:
        return self.model_dump_json()


def question_id(view: Mapping[str, Any]) -> int:
    """Which question a form answers: a hint, which the use case checks; there is no question 0."""
    return _number(str(view.get("private_metadata") or "")) or 0


def chosen_value(view: Mapping[str, Any]) -> str:
    """The value of the issue that was chosen, in either of the two choices; empty without one."""
    return next((value for field in (Field.FOUND, Field.ISSUE) if (value := _option(view, field))), "")


def chosen_project(view: Mapping[str, Any]) -> str:
    return _option(view, Field.PROJECT)


def typed(view: Mapping[str, Any], field: Field) -> str:
    """What is in a text field."""
    return str(_element(view, field).get("value") or "")


def chosen_block(view: Mapping[str, Any]) -> str:
    """The block that a fault of the choice belongs to, as the view has it now."""
    names = [str(block.get("block_id", "")) for block in view.get("blocks") or () if isinstance(block, Mapping)]
    return next((name for name in names if name.startswith((Field.FOUND, Field.ISSUE))), Field.ADDRESS.value)


def issue_id(value: str) -> int | None:
    """The number of a chosen issue; None for any other choice."""
    return _number(value.removeprefix(CHOSEN)) if value.startswith(CHOSEN) else None


def reference(value: str) -> str | None:
    return value.removeprefix(PASTED) if value.startswith(PASTED) else None


def search_words(value: str) -> str | None:
    return value.removeprefix(SEARCH) if value.startswith(SEARCH) else None


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004  64 bits
    return int(text) if is_number else None


def _option(view: Mapping[str, Any], field: Field) -> str:
    option = _element(view, field).get("selected_option")
    return str(option.get("value") or "") if isinstance(option, Mapping) else ""


def _element(view: Mapping[str, Any], field: Field) -> Mapping[str, Any]:
    """The state of an input, whatever its block is called."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    for inputs in (values or {}).values():
        found = inputs.get(field.value) if isinstance(inputs, Mapping) else None
        if isinstance(found, Mapping):
            return found
    return {}
