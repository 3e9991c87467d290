"""Queries are made in one way only: names from describe, values quoted."""

import ast
from pathlib import Path

import pytest

import integrations.salesforce

FOLDER = Path(integrations.salesforce.__file__).parent
SOURCES = sorted(FOLDER.glob("salesforce*.py"))


def built_queries(source: str) -> list[int]:
    """Lines where a query is put together by anything but `format_soql`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr | ast.BinOp):
            texts = [
                one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            found += [node.lineno for text in texts if "SELECT " in text or "WHERE " in text]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            found.append(node.lineno)
    return found


def raw_names(source: str) -> set[str]:
    """What is given to `format_soql` as a raw name."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "format_soql"
    ]
    return {ast.unparse(one) for call in calls for one in call.args[1:]}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_query_is_glued(path: Path) -> None:
    assert built_queries(path.read_text(encoding="utf-8")) == []


def test_raw_names_are_the_ones_of_describe() -> None:
    source = (FOLDER / "salesforce.py").read_text(encoding="utf-8")

    # `columns` is what `_columns` makes of the catalogue, `record` one of two constants; the others are quoted.
    quoted = {"prefix", "limit", "after.modified_at", "list(account_ids)"}
    assert raw_names(source) == {"_columns(paths)", "columns", "record"} | quoted


@pytest.mark.parametrize(
    "bad", ['f"SELECT Id FROM Account WHERE Name = {name}"', '"SELECT Id WHERE " + name', "soql.format(x)"]
)
def test_the_check_finds_what_it_is_for(bad: str) -> None:
    assert built_queries(bad) != []
