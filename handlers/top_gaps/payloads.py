"""What `/top-gaps` is followed by, and what its page buttons carry."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import NotFound, Refusal

USUAL_SIZE = 10
LONGEST_SIZE = 20


class PageLink(BaseModel):
    """Where a page button leads. The state is in the button: it survives every restart."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    page: int = Field(default=0, ge=0, le=10_000)
    size: int = Field(default=USUAL_SIZE, ge=1, le=LONGEST_SIZE)

    @classmethod
    def read(cls, value: str | None) -> "PageLink":
        try:
            return cls.model_validate_json(value or "")
        except ValidationError as unreadable:
            raise NotFound("This button is too old for me. Type `/top-gaps` again.") from unreadable

    def dump(self) -> str:
        return self.model_dump_json()


class UnknownFilter(Refusal):
    """The text after the command says something that is not understood."""


def wanted_size(text: str) -> int:
    """Read the `[n]` of `/top-gaps [n]`; raise `UnknownFilter` with what works."""
    words = text.split()
    if not words:
        return USUAL_SIZE
    if len(words) == 1 and words[0].isascii() and words[0].isdigit() and 1 <= int(words[0][:6]) <= LONGEST_SIZE:
        return int(words[0])
    raise UnknownFilter(
        f"I understand `/top-gaps` and `/top-gaps 5` (up to {LONGEST_SIZE} a page). Filters are on their way."
    )
