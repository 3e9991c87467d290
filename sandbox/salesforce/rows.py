"""Records as Salesforce writes them into JSON."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sandbox.salesforce.sql import Column, Join

API = "/services/data/v62.0"


def as_record(row: sqlite3.Row, *, columns: Iterable[Column], joins: Iterable[Join]) -> dict[str, Any]:
    """Nest the columns of parents; a parent that is not there is null as a whole."""
    nodes: dict[tuple[str, ...], dict[str, Any]] = {}
    for join in joins:
        is_there, above = row[join.alias] is not None, nodes.get(join.way[:-1])
        if is_there:
            nodes[join.way] = _head(join.record.name, row[join.alias])
        if above is not None and join.way:
            above[join.way[-1]] = nodes.get(join.way)
    for at, column in enumerate(columns):
        if column.join.way in nodes:
            nodes[column.join.way][column.field.name] = _shown(row[f"c{at}"], column)
    return nodes[()]


def _head(kind: str, record_id: str) -> dict[str, Any]:
    return {"attributes": {"type": kind, "url": f"{API}/sobjects/{kind}/{record_id}"}}


def _shown(value: Any, column: Column) -> Any:
    if value is None:
        return False if column.field.type == "boolean" else None
    if column.field.type == "datetime":
        return str(value).replace("Z", "+0000")
    return bool(value) if column.field.type == "boolean" else value
