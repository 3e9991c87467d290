"""What the buttons of a conversation carry. All of it is a hint: the use case checks whose conversation it is."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import NotFound

LARGEST_ID = 2**63 - 1


class TurnButton(BaseModel):
    """The conversation a button belongs to, and what it chooses."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    conversation: int = Field(alias="c", ge=1, le=LARGEST_ID)
    choice: str = Field(alias="v", default="", max_length=200)

    @classmethod
    def of(cls, conversation: int, choice: str = "") -> str:
        return cls(c=conversation, v=choice).model_dump_json(by_alias=True)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "TurnButton":
        """Read the pressed button, or the chosen option; raise `NotFound` for one that we did not write."""
        action = body["actions"][0]
        option = action.get("selected_option") or {}
        try:
            return cls.model_validate_json(str(action.get("value") or option.get("value") or ""))
        except ValidationError as unreadable:
            raise NotFound("This button is too old for me. Please start again.") from unreadable


class DraftMetadata(BaseModel):
    """What the form of a draft carries along."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    conversation: int = Field(ge=1, le=LARGEST_ID)
    ts: str | None = None

    @classmethod
    def read(cls, text: str | None) -> "DraftMetadata":
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError as unreadable:
            raise NotFound("This form is too old for me, and nothing was stored. Please start again.") from unreadable


def message_ts(body: Mapping[str, Any]) -> str | None:
    """The message whose button was pressed, so that it is redrawn in its place."""
    found = (body.get("container") or {}).get("message_ts") or (body.get("message") or {}).get("ts")
    return found if isinstance(found, str) else None
