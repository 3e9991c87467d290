"""What only planners and above may set on an issue: labels, milestone, dates, people, weight, health."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sandbox.gitlab.quick_actions import Command
from sandbox.gitlab.world import Item, World


def change(world: World, item: Item, wanted: Mapping[str, Any]) -> None:
    """Set what is asked for in the API's words; unknown words, and those of a higher tier, are ignored."""
    for word, setter in _SETTERS.items():
        if word in wanted:
            setter(world, item, wanted[word])


def of_command(command: Command) -> dict[str, Any]:
    """What a quick action sets, in the API's words; nothing for those that this GitLab only strips."""
    setting = _COMMANDS.get(command.name)
    return setting(command) if setting else {}


def _labels(world: World, item: Item, labels: Any) -> None:
    item.labels[:] = []
    _add(world, item, labels)


def _add(world: World, item: Item, labels: Any) -> None:
    """Labels of one scope (`scope::value`) exclude each other, but not in Free. Unknown ones come to be."""
    for label in _listed(labels):
        scope, colons, _ = label.rpartition("::")
        if colons and world.tier != "free":
            item.labels[:] = [one for one in item.labels if one.rpartition("::")[0] != scope]
        if label not in item.labels:
            item.labels.append(label)
        world.labels.add(label)


def _remove(_: World, item: Item, labels: Any) -> None:
    gone = set(_listed(labels))
    item.labels[:] = [label for label in item.labels if label not in gone]


def _milestone(world: World, item: Item, milestone_id: Any) -> None:
    item.milestone = next((one for one in world.milestones if one.id == milestone_id), None)


def _due(_: World, item: Item, day: Any) -> None:
    item.due = date.fromisoformat(day) if day else None


def _confidential(_: World, item: Item, value: Any) -> None:
    item.confidential = bool(value)


def _assignees(world: World, item: Item, ids: Any) -> None:
    item.assignees[:] = [world.user(one) for one in ids]


def _weight(world: World, item: Item, value: Any) -> None:
    if world.tier != "free":
        item.weight = value


def _health(world: World, item: Item, value: Any) -> None:
    if world.tier == "ultimate":
        item.health = value


def _listed(labels: str | Iterable[str]) -> list[str]:
    """The API takes lists and comma-separated text."""
    found = labels.split(",") if isinstance(labels, str) else labels
    return [label.strip() for label in found if label.strip()]


_SETTERS: dict[str, Callable[[World, Item, Any], None]] = {
    "labels": _labels,
    "add_labels": _add,
    "remove_labels": _remove,
    "milestone_id": _milestone,
    "due_date": _due,
    "confidential": _confidential,
    "assignee_ids": _assignees,
    "weight": _weight,
    "health_status": _health,
}
_COMMANDS: dict[str, Callable[[Command], dict[str, Any]]] = {
    "label": lambda command: {"add_labels": command.labels},
    "labels": lambda command: {"add_labels": command.labels},
    "unlabel": lambda command: {"remove_labels": command.labels},
    "remove_label": lambda command: {"remove_labels": command.labels},
    "relabel": lambda command: {"labels": command.labels},
    "confidential": lambda _: {"confidential": True},
    "weight": lambda command: {"weight": int(command.argument)} if command.argument.isdigit() else {},
    "clear_weight": lambda _: {"weight": None},
    "health_status": lambda command: {"health_status": command.argument},
}
