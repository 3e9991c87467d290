"""Payloads that are right, for tests to break."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Text") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Text*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one") -> Json:
    return {"text": plain(value), "value": value}


def button(**changes: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **changes}


def section(**changes: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **changes}


def actions(*elements: Json, **changes: Any) -> Json:
    return {"type": "actions", "elements": list(elements or [button()]), **changes}


def text_input(**changes: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "value", **changes}


def field(element: Json | None = None, **changes: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element or text_input(), **changes}


def select(**changes: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": [option("one"), option("two")], **changes}


def modal(*blocks: Json, **changes: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": list(blocks), **changes}


def home(*blocks: Json, **changes: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **changes}


def message(*blocks: Json, **changes: Any) -> Json:
    return {"text": "Summary", "blocks": list(blocks), **changes}


def rich_text(*elements: Json) -> Json:
    line = {"type": "rich_text_section", "elements": list(elements or [{"type": "text", "text": "Text"}])}
    return {"type": "rich_text", "elements": [line]}


def chart(**changes: Any) -> Json:
    return {
        "type": "data_visualization",
        "title": "ARR",
        "chart": {"type": "pie", "segments": [{"label": "Auth", "value": 3}]},
        **changes,
    }


def table(*cells: Json, **changes: Any) -> Json:
    return {"type": "table", "rows": [list(cells or [{"type": "raw_text", "text": "a"}])], **changes}
