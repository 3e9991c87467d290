"""What the buttons and forms of the list carry, and what was filled in."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import NotFound
from domain.gap_query import LONGEST_PAGE, USUAL_PAGE, quoted
from handlers.top_gaps import ids

LONGEST_BLOCK_ID = 255


class PageLink(BaseModel):
    """Where a page button leads. The state is in the button: it survives every restart."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    page: int = Field(default=0, ge=0, le=10_000)
    size: int = Field(default=USUAL_PAGE, ge=1, le=LONGEST_PAGE)
    """Of buttons that were made before there were queries."""
    query: str | None = Field(default=None, max_length=1_500)
    is_table: bool = False

    @classmethod
    def read(cls, value: str | None) -> "PageLink":
        try:
            return cls.model_validate_json(value or "")
        except ValidationError as unreadable:
            raise NotFound("This button is too old for me. Type `/top-gaps` again.") from unreadable

    @property
    def text(self) -> str:
        """The query as it would be typed."""
        return str(self.size) if self.query is None else self.query

    def dump(self) -> str:
        return self.model_dump_json(exclude_defaults=True)


class FormOrigin(BaseModel):
    """What a form over a list has to know of it: the query, and where the list can be replaced."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    query: str = ""
    response_url: str = ""
    is_table: bool = False

    @classmethod
    def read(cls, metadata: str | None) -> "FormOrigin":
        try:
            return cls.model_validate_json(metadata or "{}")
        except ValidationError as unreadable:
            raise NotFound("This form is too old for me. Type `/top-gaps` again.") from unreadable

    def dump(self) -> str:
        return self.model_dump_json()


def row_block_id(gap_id: int, query: str) -> str:
    """The line's id carries the query, so that its menu explains the list it is in; one too long is left out."""
    named = f"gap.{gap_id}|{query}"
    return named if len(named) <= LONGEST_BLOCK_ID else f"gap.{gap_id}"


def chosen_row(action: dict[str, Any]) -> tuple[ids.Row, int, str]:
    """What was chosen in a line's menu, of which gap, in the list of which query; raise `NotFound`."""
    verb, _, number = str((action.get("selected_option") or {}).get("value") or "").partition(":")
    if verb not in set(ids.Row) or not (number.isascii() and number.isdigit() and len(number) <= 18):  # noqa: PLR2004  64 bits
        raise NotFound("This menu is too old for me. Type `/top-gaps` again.")
    query = str(action.get("block_id") or "").partition("|")[2]
    return ids.Row(verb), int(number), query


def typed_query(state: dict[str, Any]) -> str:
    """The filled-in filters as somebody would have typed them; the reader of queries judges them."""
    values: dict[str, Any] = {name: one for block in state.get("values", {}).values() for name, one in block.items()}
    parts = [
        f"{name}:{','.join(quoted(one) for one in chosen)}"
        for field, name in _TYPED.items()
        if (chosen := list(_chosen(values.get(field) or {}, splits=field in _SEVERAL)))
    ]
    words, size = (
        next(_chosen(values.get(field) or {}, splits=False), "") for field in (ids.Field.WORDS, ids.Field.SIZE)
    )
    return " ".join([*parts, words, size]).strip()


_TYPED = {
    ids.Field.AREA: "area",
    ids.Field.PRIORITY: "priority",
    ids.Field.IMPACT: "impact",
    ids.Field.STATUS: "status",
    ids.Field.SEGMENT: "segment",
    ids.Field.REGION: "region",
    ids.Field.ACCOUNT: "account",
    ids.Field.OWNER: "owner",
    ids.Field.THEME: "theme",
    ids.Field.LINKED: "linked",
    ids.Field.SINCE: "since",
    ids.Field.UNTIL: "until",
    ids.Field.MODEL: "model",
    ids.Field.SORT: "sort",
}
_SEVERAL = {ids.Field.SEGMENT, ids.Field.REGION, ids.Field.ACCOUNT, ids.Field.OWNER, ids.Field.THEME}


def _chosen(value: dict[str, Any], *, splits: bool) -> Iterator[str]:
    """What one input holds: chosen options, or text, with commas between several."""
    options = value.get("selected_options")
    if options is None and value.get("selected_option"):
        options = [value["selected_option"]]
    if options is not None:
        return iter([str(one["value"]) for one in options])
    text = str(value.get("value") or "").replace('"', " ").strip() if splits else str(value.get("value") or "").strip()
    pieces = [piece.strip() for piece in text.split(",")] if splits else [text]
    return iter([piece for piece in pieces if piece])
