"""Find the parts of a payload that a person can operate, and what they start with."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from sandbox.slack.ids import Ids
from sandbox.slack.json_types import Json

Values: TypeAlias = dict[str, dict[str, Json]]
"""Slack's `state.values`: block id, action id, the element's value."""

# element type: (key of the value in the state, its empty value, key of the initial value in the element)
_STATEFUL: dict[str, tuple[str, object, str]] = {
    "plain_text_input": ("value", None, "initial_value"),
    "email_text_input": ("value", None, "initial_value"),
    "url_text_input": ("value", None, "initial_value"),
    "number_input": ("value", None, "initial_value"),
    "rich_text_input": ("rich_text_value", None, "initial_value"),
    "static_select": ("selected_option", None, "initial_option"),
    "external_select": ("selected_option", None, "initial_option"),
    "radio_buttons": ("selected_option", None, "initial_option"),
    "checkboxes": ("selected_options", [], "initial_options"),
    "multi_static_select": ("selected_options", [], "initial_options"),
    "multi_external_select": ("selected_options", [], "initial_options"),
    "users_select": ("selected_user", None, "initial_user"),
    "multi_users_select": ("selected_users", [], "initial_users"),
    "channels_select": ("selected_channel", None, "initial_channel"),
    "multi_channels_select": ("selected_channels", [], "initial_channels"),
    "conversations_select": ("selected_conversation", None, "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", [], "initial_conversations"),
    "datepicker": ("selected_date", None, "initial_date"),
    "timepicker": ("selected_time", None, "initial_time"),
    "datetimepicker": ("selected_date_time", None, "initial_date_time"),
    "file_input": ("files", [], "initial_files"),
}
_OPERABLE = {
    *_STATEFUL, "button", "workflow_button", "overflow", "feedback_buttons", "icon_button",
}  # fmt: skip


def value_key(element_type: str) -> str:
    """Return where the state keeps the value of such an element: `value`, `selected_option` and so on."""
    return "selected_option" if element_type == "overflow" else _STATEFUL[element_type][0]


def is_stateful(element: Json) -> bool:
    return element.get("type") in _STATEFUL


def elements_of(block: Json) -> Iterator[Json]:
    """Yield the operable elements of a block, those of cards and containers inside it included."""
    yield from (element for element in _candidates(block) if element.get("type") in _OPERABLE)


def _candidates(block: Json) -> Iterator[Json]:
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            yield block[key]
    for key in ("elements", "actions", "child_blocks"):
        for part in block.get(key) or []:
            if isinstance(part, dict):
                yield part
                if "type" in part and part["type"] not in _OPERABLE:
                    yield from _candidates(part)


def with_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """Return the blocks with the block and action ids that Slack makes up where the app gave none."""
    return [_with_id(block, ids) for block in blocks]


def _with_id(block: Json, ids: Ids) -> Json:
    named = {**block, "block_id": block.get("block_id") or ids.secret("block")[:5]}
    for key in ("element", "accessory"):
        if isinstance(named.get(key), dict):
            named[key] = _with_action_id(named[key], ids)
    if named["type"] in {"actions", "context_actions"}:
        named["elements"] = [_with_action_id(element, ids) for element in named["elements"]]
    return named


def _with_action_id(element: Json, ids: Ids) -> Json:
    if element.get("type") not in _OPERABLE or element.get("action_id"):
        return element
    return {**element, "action_id": ids.secret("action")[:5]}


def initial_values(blocks: list[Json]) -> Values:
    """Return the state a surface has before anybody touched it."""
    values: Values = {}
    for block in blocks:
        for element in filter(is_stateful, elements_of(block)):
            key, empty, initial = _STATEFUL[element["type"]]
            value = {"type": element["type"], key: element.get(initial, empty)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


def carried_values(old: Values, blocks: list[Json]) -> Values:
    """Return the state after an update: inputs that kept their block and action id keep what was typed."""
    values = initial_values(blocks)
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            before = old.get(block_id, {}).get(action_id)
            if before is not None and before.get("type") == value["type"]:
                actions[action_id] = before
    return values


def is_empty(value: Json) -> bool:
    """Tell whether a person left this element alone."""
    return all(content in (None, "", []) for key, content in value.items() if key != "type")


def label_of(block: Json, element: Json) -> str:
    """Return the words a person would use for this element: its label, its text, or its section's text."""
    for holder in (block.get("label"), element.get("text"), block.get("text"), element.get("placeholder")):
        if isinstance(holder, dict):
            return str(holder.get("text", ""))
    return str(element.get("action_id", ""))


def options_of(element: Json) -> list[Json]:
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group.get("options") or [])]


def find_element(blocks: list[Json], *, block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """Return the block and the element with these ids, if they are there."""
    for block in blocks:
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    return None


def text_in(node: Any) -> str:
    """Return all text a reader sees in blocks, joined by spaces."""
    if isinstance(node, list):
        return " ".join(filter(None, map(text_in, node)))
    if not isinstance(node, dict):
        return ""
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return " ".join([*own, *filter(None, (text_in(value) for value in node.values()))])
