"""What Slack's own client refuses before a modal is submitted."""

import re

from sandbox.slack.elements import Values, is_empty, value_key
from sandbox.slack.json_types import Json

REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_LONGEST_INPUT = 3_000


def input_errors(blocks: list[Json], values: Values) -> dict[str, str]:
    """Return a sentence for each input block that cannot be submitted as it is."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = values.get(block["block_id"], {}).get(element["action_id"], {})
        sentence = _missing(block, value) or _unfit(element, value)
        if sentence:
            errors[block["block_id"]] = sentence
    return errors


def _missing(block: Json, value: Json) -> str | None:
    return None if block.get("optional") or not is_empty(value) else REQUIRED


def _unfit(element: Json, value: Json) -> str | None:
    content = value.get(value_key(element["type"]))
    if not isinstance(content, str) or not content:
        return None
    match element["type"]:
        case "plain_text_input":
            return _wrong_length(element, content)
        case "number_input":
            return _wrong_number(element, content)
        case "email_text_input" if not _EMAIL.fullmatch(content):
            return "Please enter a valid email address."
        case "url_text_input" if not _URL.fullmatch(content):
            return "Please enter a valid URL."
    return None


def _wrong_length(element: Json, text: str) -> str | None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", _LONGEST_INPUT)
    if len(text) < shortest:
        return f"Please enter at least {shortest} characters."
    if len(text) > longest:
        return f"Please enter no more than {longest} characters."
    return None


def _wrong_number(element: Json, text: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, text):
        return "Please enter a valid number."
    if "min_value" in element and float(text) < float(element["min_value"]):
        return f"Please enter a number no less than {element['min_value']}."
    if "max_value" in element and float(text) > float(element["max_value"]):
        return f"Please enter a number no more than {element['max_value']}."
    return None
