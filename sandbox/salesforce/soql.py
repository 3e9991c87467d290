"""SOQL, read with the real grammar (that of Apex, in which queries are expressions) into a small tree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tree_sitter import Node
from tree_sitter_language_pack import get_parser

from sandbox.salesforce.errors import SalesforceError, malformed
from sandbox.salesforce.literals import read_text

_BEFORE, _AFTER = b"class Q { static Object q = [", b"]; }"
_LONGEST = 100_000
_MOST_DIGITS = 9

Path = tuple[str, ...]
Value = str | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`operator` is one of = != < <= > >= like in, not in. `raw` is the text of a string as it was written."""

    path: Path
    operator: str
    values: tuple[Value, ...]
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: "tuple[Condition, ...]"


Condition = Comparison | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    path: Path
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question about one kind of record. `columns` is empty for `SELECT COUNT()`."""

    record: str
    columns: tuple[Path, ...]
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0


def parse(text: str) -> Query:
    """Read a query; raise `SalesforceError` as Salesforce would, and for what this sandbox cannot do."""
    try:
        source = text.encode()
    except UnicodeEncodeError:
        raise malformed("unexpected token") from None
    if len(source) > _LONGEST:
        raise SalesforceError("QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer than 100000 characters.")
    root = get_parser("apex").parse(_BEFORE + source + _AFTER).root_node
    try:
        if root.has_error or _has_comment(root):
            raise malformed("unexpected token")
        return _query(_only_query(root, size=len(source)))
    except RecursionError:
        raise SalesforceError("QUERY_TOO_COMPLICATED", "The query is too deep.") from None


def _has_comment(node: Node) -> bool:
    """Apex has comments, SOQL has none."""
    return any(child.type.endswith("comment") or _has_comment(child) for child in node.named_children)


def _only_query(root: Node, *, size: int) -> Node:
    """Find the query, which must be all of the text: a bracket inside could have ended it early."""
    node = root
    while node.type != "soql_query_body":
        if node.type == "query_expression" and (node.start_byte, node.end_byte) != (
            len(_BEFORE) - 1,
            len(_BEFORE) + size + 1,
        ):
            raise malformed("unexpected token")
        inner = [child for child in node.named_children if child.type in _WAY]
        if len(inner) != 1:
            raise malformed("unexpected token")
        node = inner[0]
    return node


_WAY = {
    "class_declaration",
    "class_body",
    "field_declaration",
    "variable_declarator",
    "query_expression",
    "soql_query_body",
}
_CLAUSES = {"select_clause", "from_clause", "where_clause", "order_by_clause", "limit_clause", "offset_clause"}


def _query(body: Node) -> Query:
    clauses = {child.type: child for child in body.named_children}
    unknown = clauses.keys() - _CLAUSES
    if unknown:
        raise _beyond(unknown.pop())
    order = clauses.get("order_by_clause")
    where = clauses.get("where_clause")
    return Query(
        record=_text(_only(_only(clauses["from_clause"], "storage_identifier"), "identifier")),
        columns=_columns(clauses["select_clause"]),
        where=_condition(where.named_children[0]) if where else None,
        order=tuple(_order(child) for child in order.named_children) if order else (),
        limit=_number(clauses.get("limit_clause")),
        offset=_number(clauses.get("offset_clause")) or 0,
    )


def _columns(select: Node) -> tuple[Path, ...]:
    if any(child.type == "count_expression" for child in select.named_children):
        if len(select.named_children) == 1 and not select.named_children[0].named_children[1:]:
            return ()
        raise _beyond("aggregates")
    columns = tuple(_path(child) for child in select.named_children)
    spelt = [tuple(step.casefold() for step in column) for column in columns]
    if len(set(spelt)) < len(spelt):
        raise SalesforceError("INVALID_FIELD", "duplicate field selected")
    return columns


def _condition(node: Node) -> Condition:
    match node.type:
        case "and_expression":
            return AllOf(tuple(_condition(child) for child in node.named_children))
        case "or_expression":
            return AnyOf(tuple(_condition(child) for child in node.named_children))
        case "not_expression":
            return Not(_condition(node.named_children[0]))
        case "comparison_expression":
            return _comparison(*node.named_children)
        case other:
            raise _beyond(other)


def _comparison(field: Node, operator: Node, value: Node) -> Comparison:
    word = " ".join(_text(operator).lower().split())
    word = "!=" if word == "<>" else word
    if word in {"includes", "excludes"}:
        raise _beyond(word)
    if value.type == "comparable_list":
        return Comparison(path=_path(field), operator=word, values=tuple(_value(one) for one in value.named_children))
    if word == "like":
        if value.type != "string_literal":
            raise SalesforceError("INVALID_OPERATOR", "like needs a string")
        return Comparison(path=_path(field), operator=word, values=(), raw=_text(value)[1:-1])
    return Comparison(path=_path(field), operator=word, values=(_value(value),))


def _value(node: Node) -> Value:
    read = _VALUES.get(node.type)
    if read is None:
        raise _beyond(node.type)
    try:
        return read(_text(node))
    except ValueError:
        raise malformed("a value cannot be read") from None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time needs a zone")
    return found.astimezone(UTC)


_VALUES: dict[str, Callable[[str], Value]] = {
    "string_literal": lambda text: read_text(text[1:-1]),
    "int": float,
    "decimal": float,
    "boolean": lambda text: text.lower() == "true",
    "null_literal": lambda _: None,
    "date": date.fromisoformat,
    "date_time": _moment,
}


def _order(node: Node) -> Order:
    parts = {child.type: child for child in node.named_children}
    direction, nulls = parts.get("order_direction"), parts.get("order_null_direction")
    return Order(
        path=_path(parts["field_identifier"]),
        descending=direction is not None and _text(direction).upper() == "DESC",
        nulls_last=nulls is not None and _text(nulls).upper().endswith("LAST"),
    )


def _path(node: Node) -> Path:
    if node.type != "field_identifier":
        raise _beyond(node.type)
    inner = node.named_children[0]
    steps = inner.named_children if inner.type == "dotted_identifier" else [inner]
    return tuple(_text(step) for step in steps)


def _number(clause: Node | None) -> int | None:
    if clause is None:
        return None
    digits = _text(_only(clause, "int"))
    if len(digits) > _MOST_DIGITS or not digits.isdigit():
        raise malformed("a number that cannot be read")
    return int(digits)


def _only(node: Node, wanted: str) -> Node:
    if [child.type for child in node.named_children] != [wanted]:
        raise _beyond(node.type)
    return node.named_children[0]


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _beyond(what: str) -> SalesforceError:
    return malformed(f"this sandbox does not do {what}")
