"""Slack's JSON of the forms around proposals, read into our types."""

from collections.abc import Mapping
from typing import Any

from domain.errors import NotFound
from handlers.feature_request.payloads import FormState, view_key
from handlers.top10.ids import Field
from usecases.propose_top10 import Wish


def wish(body: Mapping[str, Any]) -> Wish:
    """Read a submitted proposal. Its key is the view's own id, so a repeated submission is the same proposal."""
    values = _values(body)
    return Wish(
        key=view_key(body),
        by=body["user"]["id"],
        type=_chosen(values, Field.TYPE),
        gap_id=_number(_chosen(values, Field.GAP)),
        instead_of=_number(_chosen(values, Field.INSTEAD_OF)),
        until=_string(values.get(Field.UNTIL, {}).get("selected_date")),
        order=text(body, Field.ORDER),
        reason=text(body, Field.REASON),
    )


def text(body: Mapping[str, Any], field: Field) -> str:
    return _string(_values(body).get(field, {}).get("value")) or ""


def has_looked(body: Mapping[str, Any]) -> bool:
    return bool(_values(body).get(Field.LOOKED, {}).get("selected_options"))


def proposal_id(body: Mapping[str, Any]) -> int:
    """The proposal that a form is about: a hint, which the use case checks."""
    found = _number(str(body["view"].get("private_metadata") or ""))
    if found is None:
        raise NotFound("This form is too old for me. Please start again.")
    return found


def by_block(faults: Mapping[str, str]) -> dict[str, str]:
    """Each input's block has its name."""
    known = {field.value for field in Field}
    return {name if name in known else Field.REASON.value: sentence for name, sentence in faults.items()}


def _values(body: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    return FormState.read(body.get("view") or {}).values


def _chosen(values: Mapping[str, Mapping[str, Any]], field: Field) -> str | None:
    option = values.get(field, {}).get("selected_option")
    return _string(option.get("value")) if isinstance(option, dict) else None


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: str | None) -> int | None:
    is_number = value is not None and value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004  64 bits
    return int(value) if is_number and value is not None else None
