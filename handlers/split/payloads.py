"""What was chosen in the form. An unknown value is ignored, never believed."""

from collections.abc import Mapping
from typing import Any

from handlers.feature_request.payloads import FormState
from handlers.split.ids import Field


def chosen_requests(view: Mapping[str, Any]) -> list[int]:
    """Hints, which the use case checks."""
    options = FormState.read(view).values.get(Field.REQUESTS, {}).get("selected_options")
    values = [str(one.get("value")) for one in options if isinstance(one, dict)] if isinstance(options, list) else []
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) <= 18]  # noqa: PLR2004  64 bits


def typed_title(view: Mapping[str, Any]) -> str:
    value = FormState.read(view).values.get(Field.TITLE, {}).get("value")
    return value if isinstance(value, str) else ""
