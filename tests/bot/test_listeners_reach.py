"""No listener can call Salesforce: nothing that answers Slack holds the CRM, however deep one looks."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from pydantic import SecretStr

import handlers
from bot.app import Installation
from bot.policy_file import Policy
from bot.wiring import build_use_cases, job_handlers, listeners_of
from bot.wiring_of_customers import build_directory
from storage.database import Database
from tests.bot.edge import settings
from tests.bot.test_sync import noon

OURS = ("bot", "domain", "handlers", "integrations", "scoring", "storage", "usecases")
FOLDER = Path(handlers.__path__[0])
# What only adapters may use; handlers are the edge to Slack.
CALLS_OUT = {"integrations", "simple_salesforce", "requests"}
SETTINGS = settings(
    salesforce_url="http://127.0.0.1:1",
    salesforce_consumer_key=SecretStr("k"),
    salesforce_consumer_secret=SecretStr("s"),
)


def held_by(root: object) -> Iterator[object]:
    """Everything that an object can get hold of: its attributes, and what its functions are bound to or close over."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one  # kept, so that no other object gets its id
        yield one
        waiting.extend(_next(one))


def _next(one: object) -> Iterator[object]:
    if isinstance(one, Mapping):
        yield from one.values()
    elif isinstance(one, (list, tuple, set, frozenset)):
        yield from one
    elif isinstance(one, FunctionType):
        yield from (cell.cell_contents for cell in one.__closure__ or () if _is_filled(cell))
    if hasattr(one, "__self__"):
        yield one.__self__
    if hasattr(one, "__func__"):
        yield one.__func__
    if type(one).__module__.split(".")[0] in OURS:
        yield from _attributes(one)


def _attributes(one: object) -> Iterator[object]:
    yield from getattr(one, "__dict__", {}).values()
    for kind in type(one).__mro__:
        names = getattr(kind, "__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if hasattr(one, name):
                yield getattr(one, name)


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  an empty cell raises
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_crm_is_held_by_jobs_and_by_no_listener(database: Database) -> None:
    policy = Policy()
    directory = build_directory(SETTINGS, policy)
    use = build_use_cases(database=database, policy=policy, gitlab_url=None, now=noon, directory=directory)

    def reaches_the_crm(root: object) -> bool:
        return any(one is directory for one in held_by(root))

    assert [type(one).__name__ for one in listeners_of(use, policy) if reaches_the_crm(one)] == []
    # The walk is able to find it: the jobs are built from the same use cases.
    jobs = job_handlers(
        settings=SETTINGS,
        policy=policy,
        use=use,
        database=database,
        installation=Installation(team_id="T1", bot_id="B1", bot_user_id="U1"),
        now=noon,
    )
    assert "salesforce.mirror" in {kind.name for kind, handler in jobs.items() if reaches_the_crm(handler)}


def test_handlers_import_nothing_that_calls_out_to_others() -> None:
    found = {
        f"{path.relative_to(FOLDER)}: {name}"
        for path in FOLDER.rglob("*.py")
        for name in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] in CALLS_OUT
    }
    assert found == set()


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
