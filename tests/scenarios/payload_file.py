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
        """What the contracts find wrong with the payloads of this process."""
        judge = _judge(contracts)
        seen: dict[str, str] = {}
        for line in self._lines:
            call = json.loads(line)
            seen.setdefault(json.dumps([call["method"], call["body"]], sort_keys=True), line)
        return [f"{json.loads(line)['method']}: {found}" for line in seen.values() for found in judge(json.loads(line))]


def _judge(contracts: Path) -> Callable[[dict[str, Any]], list[str]]:
    spec = importlib.util.spec_from_file_location("check_payloads", contracts / "check_payloads.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"no checker in {contracts}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Callable[[dict[str, Any]], list[str]] = module.call_violations
    return judge
