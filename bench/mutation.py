"""Test the tests of `scoring/`: change its code a thousandfold, and count the changes that no test notices.

    make mutation [ARGS="--only scoring.cipf*"] [ARGS="--part arrays"] [ARGS="--modules"]

It works on a copy in .cache/mutation, with the fast tests of `scoring/` and few examples for each property, so that a
mutant costs about a second: a full run takes an hour on one core. Interrupted, it goes on where it was; what has not
changed since the last run is not tried again. A part is changed and tested alone, which is quicker to begin with; of
`--only "scoring.bulk*3"` every tenth mutant is a sample.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

WHERE = Path(".cache/mutation")
COPIED = ("scoring", "domain", "tests/scoring", "tests/__init__.py", "sandbox/__init__.py", "sandbox/book")
_CONFTEST = """\
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation",
    deadline=None,
    max_examples=8,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("mutation")
"""
PARTS = {
    "all": (["scoring/*"], ["tests/scoring"]),
    "arrays": (
        ["scoring/bulk/*", "scoring/backtest.py"],
        [
            "tests/scoring/test_bulk_by_chance.py",
            "tests/scoring/test_bulk_details.py",
            "tests/scoring/test_bulk_rounding.py",
            "tests/scoring/test_backtest.py",
            "tests/scoring/test_bulk.py",
        ],
    ),
}
"""What is changed, and the tests that have to notice, the quickest first."""
_CONFIGURATION = """\
[tool.mutmut]
source_paths = ["scoring"]
only_mutate = {changed}
pytest_add_cli_args_test_selection = {tests}
also_copy = ["domain", "sandbox", "conftest.py", "tests"]

[tool.pytest.ini_options]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider"]
pythonpath = ["."]
"""


def prepare(part: str) -> None:
    """Copy what is tested and what tests it; what earlier runs found stays."""
    changed, tests = PARTS[part]
    WHERE.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source, target = Path(name), WHERE / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copy)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    (WHERE / "conftest.py").write_text(_CONFTEST)
    (WHERE / "pyproject.toml").write_text(_CONFIGURATION.format(changed=json.dumps(changed), tests=json.dumps(tests)))


def summary() -> list[str]:
    """How many mutants of each module were killed."""
    listed = _mutmut("results", "--all", "true").splitlines()
    killed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for line in listed:
        name, _, state = line.strip().rpartition(": ")
        if state in {"killed", "timeout", "survived", "suspicious", "segfault", "no tests"}:
            module = name.split(".x")[0]
            tried[module] += 1
            killed[module] += state in {"killed", "timeout", "segfault"}
    lines = [
        f"| {module} | {killed[module]} of {count} | {killed[module] / count:.0%} |"
        for module, count in sorted(tried.items())
    ]
    total = tried.total()
    share = f"{killed.total() / total:.1%}" if total else "-"
    return ["| module | killed | |", "|---|---|---|", *lines, f"| all | {killed.total()} of {total} | {share} |"]


def _mutmut(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("mutmut").absolute()), *arguments]
    return subprocess.run(command, cwd=WHERE, capture_output=True, text=True, check=False).stdout


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--only", nargs="*", default=[], help="mutants, as in scoring.cipf*")
    arguments.add_argument("--modules", action="store_true", help="only print what the last run found")
    arguments.add_argument("--part", choices=PARTS, default="all")
    given = arguments.parse_args()
    if not given.modules:
        prepare(given.part)
        os.nice(19)
        mutmut = Path(sys.executable).with_name("mutmut").absolute()
        command = [str(mutmut), "run", "--max-children", "1", *given.only]
        subprocess.run(command, cwd=WHERE, check=False)
    print("\n".join(summary()))


if __name__ == "__main__":
    main()
