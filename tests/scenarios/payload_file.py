"""Everything that the bot sent in a run of the suite, in one file, and judged by the contracts where they are."""

import fcntl
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.slack.records import Records

REPOSITORY = Path(__file__).parents[2]
FILE = REPOSITORY / ".cache" / "payloads.jsonl"


class PayloadFile:
    """Collects what one process of the suite sent; the processes of one run write into one file."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._lines: dict[str, str] = {}

    def keep(self, records: Records, folder: Path) -> None:
        """Remember each different payload that was accepted; those that differ in letters alone are the same here."""
        path = folder / "records.jsonl"
        records.write_jsonl(path)
        for line in path.read_text(encoding="utf-8").splitlines():
            call = json.loads(line)
            self._lines.setdefault(_shape_of(call, step=1), line)
        path.unlink()

    def write(self, path: Path = FILE) -> None:
        """Add what was kept to the run's file; the first process of a run starts it afresh."""
        path.parent.mkdir(exist_ok=True)
        with path.with_suffix(".run").open("a+", encoding="utf-8") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX)
            owner.seek(0)
            if owner.read() != self._run_id:
                path.write_text("")
                owner.seek(0)
                owner.truncate()
                owner.write(self._run_id)
            with path.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in self._lines.values())

    def violations(self, contracts: Path) -> list[str]:
        """What the contracts find wrong with one payload of each rough shape; the file can be judged whole."""
        judge = _judge(contracts)
        calls: dict[str, dict[str, Any]] = {}
        for line in self._lines.values():
            call = json.loads(line)
            calls.setdefault(_shape_of(call, step=50), call)
        return [f"{call['method']}: {found}" for call in calls.values() for found in judge(call)]


def _shape_of(call: dict[str, Any], *, step: int) -> str:
    return json.dumps([call["method"], _shape(call["body"], step=step)])


def _shape(node: Any, *, step: int, key: str = "") -> Any:
    """The node with lengths (in steps) for words: judging a payload takes 30 ms, and most differ in words alone."""
    if isinstance(node, dict):
        return {name: _shape(part, step=step, key=name) for name, part in sorted(node.items())}
    if isinstance(node, list):
        return [_shape(part, step=step, key=key) for part in node]
    if isinstance(node, str) and node[:1] in {"[", "{"} and key != "text":
        return _shape(json.loads(node), step=step)
    if isinstance(node, str) and key not in {"type", "style"}:
        return len(node) // step
    return node


def _judge(contracts: Path) -> Callable[[dict[str, Any]], list[str]]:
    spec = importlib.util.spec_from_file_location("check_payloads", contracts / "check_payloads.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"no checker in {contracts}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Callable[[dict[str, Any]], list[str]] = module.call_violations
    return judge
