"""On which database a test runs: on both where SQL is the subject, and always in CI; else on one of them.

A test of what the bot says and decides runs the same lines on either database, and a suite that people wait for is
run less often. So `make test` gives each of these tests one database by the name of the test, half of them each;
`--every-database` (`make check`) gives them both.
"""

import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

_KINDS = ("database", "database_kind")
# Whose subject is the database itself, or what races and kills do to it.
_ALWAYS_BOTH = ("storage", "chaos")
_ALWAYS_BOTH_FILES = ("test_kill.py", "test_locked_database.py")


def without_twins(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests to run, and those whose twin runs on the other database."""
    twins: dict[str, list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and not _always_on_both(item.path) and (name := _name(item)):
            twins.setdefault(name, []).append(item)
    left_out = {
        item
        for name, pair in twins.items()
        if len(pair) > 1
        for number, item in enumerate(sorted(pair, key=lambda one: one.nodeid))
        if number != zlib.crc32(name.encode()) % len(pair)
    }
    return [item for item in items if item not in left_out], [item for item in items if item in left_out]


def _always_on_both(path: Path) -> bool:
    return path.name in _ALWAYS_BOTH_FILES or any(part in _ALWAYS_BOTH for part in path.parts)


def _name(item: pytest.Function) -> str | None:
    """The test with its parameters, whatever database it is for; None when it is for none."""
    spec = getattr(item, "callspec", None)
    if spec is None or not any(kind in spec.params for kind in _KINDS):
        return None
    others = sorted((name, index) for name, index in spec.indices.items() if name not in _KINDS)
    return f"{item.nodeid.partition('[')[0]}{others}"
