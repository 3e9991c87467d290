"""Rules that no shape can carry: what must be unique, what sums up, what belongs together."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.slack.block_kit.problem import Problem
from sandbox.slack.json_types import Json

MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000
# Undocumented; seen at about this size in github.com/slackapi/bolt-js/issues/2509.
MESSAGE_CHARACTERS = 13_200
CHARTS = 2
_ROUTED = {
    "button", "overflow", "static_select", "external_select", "multi_static_select", "multi_external_select",
}  # fmt: skip


def broken_rules(surface: str, blocks: list[Json]) -> Iterator[Problem]:
    """Yield what is wrong with blocks whose shapes are right."""
    yield from (
        _at("/blocks", f"block_id {name} already exists") for name in _repeated(b.get("block_id") for b in blocks)
    )
    focused = 0
    for number, block in enumerate(blocks):
        elements = list(interactive_elements(block))
        focused += sum(bool(element.get("focus_on_load")) for element in elements)
        yield from _block_rules(f"/blocks/{number}", block, elements)
    if focused > 1:
        yield _at("/blocks", "only one element may have focus_on_load")
    if sum(block["type"] == "data_visualization" for block in blocks) > CHARTS:
        yield _at("/blocks", f"no more than {CHARTS} data_visualization blocks allowed")
    yield from _sums(surface, blocks)


def interactive_elements(block: Json) -> Iterator[Json]:
    """Yield the elements of a block that share one space of action ids."""
    holders = block["elements"] if block["type"] in {"actions", "context_actions"} else []
    for element in [*holders, block.get("element"), block.get("accessory"), *(block.get("actions") or [])]:
        if isinstance(element, dict) and element.get("type") != "image":
            yield element


def _block_rules(pointer: str, block: Json, elements: list[Json]) -> Iterator[Problem]:
    for name in _repeated(element.get("action_id") for element in elements):
        yield _at(pointer, f"action_id {name} already exists")
    if block["type"] == "task_card" and block["status"] == "pending":
        yield _at(f"{pointer}/status", "pending is allowed inside a plan only")
    for element in elements:
        yield from _element_rules(pointer, element)


def _element_rules(pointer: str, element: Json) -> Iterator[Problem]:
    if element["type"] in _ROUTED and not element.get("action_id"):
        yield _at(pointer, "missing required field: action_id")
    groups = element.get("option_groups") or []
    offered = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
    if not offered:
        return
    chosen = [*filter(None, [element.get("initial_option")]), *(element.get("initial_options") or [])]
    if any(option not in offered for option in chosen):
        yield _at(pointer, "initial options must be among the options")


def _sums(surface: str, blocks: list[Json]) -> Iterator[Problem]:
    limits = {"markdown": MARKDOWN_CHARACTERS, "table": TABLE_CHARACTERS, "data_table": DATA_TABLE_CHARACTERS}
    for kind, limit in limits.items():
        if sum(_characters(block) for block in blocks if block["type"] == kind) > limit:
            yield _at("/blocks", f"all {kind} blocks together must be less than {limit + 1} characters")
    if surface == "message" and sum(map(_characters, blocks)) > MESSAGE_CHARACTERS:
        yield Problem(pointer="/blocks", text="blocks are too long", code="msg_blocks_too_long")


def _at(pointer: str, text: str) -> Problem:
    return Problem(pointer=pointer, text=text)


def _repeated(names: Iterable[Any]) -> list[str]:
    return sorted(name for name, count in Counter(name for name in names if name).items() if count > 1)


def _characters(node: Any) -> int:
    if isinstance(node, list):
        return sum(map(_characters, node))
    if not isinstance(node, dict):
        return 0
    own = len(node["text"]) if isinstance(node.get("text"), str) else 0
    return own + sum(_characters(value) for value in node.values())
