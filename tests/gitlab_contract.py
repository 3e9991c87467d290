"""Everything that is said between us and the local GitLab, judged by GitLab's own OpenAPI document where it is."""

import importlib.util
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sandbox.gitlab.records import Exchange

_CONTRACTS = os.environ.get("GAPBOT_CONTRACTS")  # noqa: TID251  where they are is the developer's affair, not the bot's
_FOLDER = Path(_CONTRACTS or Path(__file__).parents[2] / "shared" / "contracts")
# Documented in words as deprecated, and missing from the document.
_UNDOCUMENTED = frozenset({"epic.update"})
_judged: dict[str, list[str]] = {}


def violations(calls: Iterable[Exchange]) -> list[str]:
    """What the document finds wrong with calls and genuine answers; each shape is judged once. Empty without it."""
    found = []
    for call in calls:
        if call.operation in _UNDOCUMENTED or not (_FOLDER / "check_payloads.py").exists():
            continue
        shape = json.dumps([call.operation, call.method, call.status, _shape(call.body), _shape(call.answer)])
        if shape not in _judged:
            _judged[shape] = _judge(call)
        found += [f"{call.method} {call.path}: {one}" for one in _judged[shape]]
    return found


def _judge(call: Exchange) -> list[str]:
    checker = _checker()
    found: list[str] = checker.gitlab_request_violations(call.method, call.path, call.body)
    if call.is_genuine and call.status is not None:
        found = found + checker.gitlab_response_violations(call.method, call.path, call.status, call.answer)
    return found


@cache
def _checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_gitlab", _FOLDER / "check_payloads.py")
    if spec is None or spec.loader is None:
        raise ImportError("no checker")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _shape(node: Any) -> Any:
    """Names and kinds, without the words; of a list, its first row."""
    if isinstance(node, dict):
        return {name: _shape(part) for name, part in sorted(node.items())}
    if isinstance(node, list):
        return [_shape(part) for part in node[:1]]
    return type(node).__name__
