"""Ways to spoil a payload: a value of another type or size, a missing key, a doubled part, something unheard of."""

import copy
from random import Random
from typing import Any

Payload = dict[str, Any]
Path = tuple[Any, ...]

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1e308,
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "<!channel>",
    "=cmd()",
    "x" * 40_000,
    "'; DROP TABLE request; --",
    "new:",
    "account:99999999999999999999",
    "join:0",
    "٣",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"id": 5},
    {"value": {"value": []}},
)


def spoiled(payload: Payload, random: Random) -> Payload:
    """A copy with one to three things wrong."""
    found = copy.deepcopy(payload)
    for _ in range(random.randint(1, 3)):
        paths = [path for path in _paths(found) if path]
        _spoil(found, random.choice(paths), random)
    return found


def _paths(value: Any, path: Path = ()) -> list[Path]:
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += _paths(inner, (*path, key))
    return found


def _spoil(payload: Payload, path: Path, random: Random) -> None:
    *way, last = path
    parent: Any = payload
    for step in way:
        parent = parent[step]
    match random.randint(0, 4):
        case 0:
            del parent[last]
        case 1 if isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        case 2 if isinstance(parent, dict):
            parent[str(last) + "x"] = parent.pop(last)
        case _:
            parent[last] = copy.deepcopy(random.choice(VALUES))
