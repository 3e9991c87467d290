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
        self._lines: dict[str, None] = {}

    def keep(self, records: Records, folder: Path) -> None:
        """Remember each different payload that was accepted."""
        path = folder / "records.jsonl"
        records.write_jsonl(path)
        self._lines |= dict.fromkeys(path.read_text(encoding="utf-8").splitlines())
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
                file.writelines(f"{line}\n" for line in self._lines)

    def violations(self, contracts: Path) -> list[str]:
        """What the contracts find wrong with one payload of each shape; the whole file can be judged on its own."""
        judge = _judge(contracts)
        calls: dict[str, dict[str, Any]] = {}
        for line in self._lines:
            call = json.loads(line)
            calls.setdefault(json.dumps([call["method"], _shape(call["body"])]), call)
        return [f"{call['method']}: {found}" for call in calls.values() for found in judge(call)]


def _shape(node: Any, key: str = "") -> Any:
    """The node without its words: judging takes 30 ms, and most payloads differ in words alone."""
    if isinstance(node, dict):
        return {name: _shape(part, name) for name, part in sorted(node.items())}
    if isinstance(node, list):
        return [_shape(part, key) for part in node]
    if isinstance(node, str) and node[:1] in {"[", "{"}:
        return _shape(json.loads(node))
    if isinstance(node, str) and key not in {"type", "style"}:
        return len(node) // 50
    return node


def _judge(contracts: Path) -> Callable[[dict[str, Any]], list[str]]:
    spec = importlib.util.spec_from_file_location("check_payloads", contracts / "check_payloads.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"no checker in {contracts}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Callable[[dict[str, Any]], list[str]] = module.call_violations
    return judge
