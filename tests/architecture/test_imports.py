"""Nothing happens on import, every package has its place, and the tests lie where the source does."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parent.parent
PACKAGES = ["bot", "domain", "handlers", "integrations", "migrations", "sandbox", "scoring", "storage", "usecases"]
# Loaded by Alembic, or meant to be run.
_NOT_IMPORTED = {"migrations.env", "sandbox.__main__"}
# Where the tests of a package have another name, and packages without code of their own.
_TESTED_ELSEWHERE = {"integrations", "migrations"}


def modules() -> list[str]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts).removesuffix(".__init__")
            if "versions" not in parts and "node_modules" not in parts and name not in _NOT_IMPORTED:
                found.append(name)
    return found


def test_every_module_imports_with_an_empty_environment_and_no_socket(tmp_path: Path) -> None:
    code = f"""
import socket, sys, threading
sys.path.insert(0, {str(ROOT)!r})
def closed(*_): raise AssertionError("a socket on import")
import importlib, os
before = set(os.listdir("."))
assert "SLACK_BOT_TOKEN" not in os.environ
socket.socket.connect = socket.socket.bind = closed
for name in {modules()!r}:
    importlib.import_module(name)
assert threading.active_count() == 1, threading.enumerate()
assert set(os.listdir(".")) == before, "a file on import"
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env={}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == ""


def test_every_package_is_placed_by_a_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = sorted(
        path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in {"tests", "bench"}
    )
    assert packages == PACKAGES
    assert sorted(settings["root_packages"]) == packages
    placed = {
        module.partition(".")[0]
        for contract in settings["contracts"]
        for layer in [*contract.get("layers", []), *contract.get("source_modules", [])]
        for module in layer.split(" | ")
    }
    assert set(packages) <= placed


def test_tests_mirror_the_source() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()}
    assert set(PACKAGES) - _TESTED_ELSEWHERE <= folders


@pytest.mark.parametrize("package", ["domain", "scoring"])
def test_rules_need_nothing_but_the_standard_library(package: str) -> None:
    allowed = set(sys.stdlib_module_names) | {"domain", "scoring", "numpy", "polars"}
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, path


def test_modules_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "versions" not in path.parts and (lines := len(path.read_text().splitlines())) > 350
    }
    assert long == {}


def test_no_mocks() -> None:
    """Fakes behave, mocks echo."""
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            assert not any("mock" in name for name in [*names, module]), path
