"""Translate a query into SQL over the org's tables, refusing what Salesforce refuses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sandbox.book.salesforce_ids import with_checksum
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.literals import like
from sandbox.salesforce.schema import IDS, NUMBERS, TEXT, Field, RecordType
from sandbox.salesforce.soql import AllOf, AnyOf, Comparison, Condition, Not, Order, Path, Query, Value

_SHORT, _WHOLE = 15, 18
_TOP = "t0"
_MOST_OFFSET = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A table in the SQL, and the relationships that lead to it, spelt as the schema does."""

    alias: str
    record: RecordType
    way: Path = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a path leads."""

    join: Join
    field: Field

    @property
    def sql(self) -> str:
        return f'{self.join.alias}."{self.field.name}"'


@dataclass(slots=True)
class Translation:
    """One query on its way to SQL. `visible` finds a kind of record without its hidden fields, or None."""

    query: Query
    visible: Callable[[str], RecordType | None]
    joins: dict[Path, Join] = field(default_factory=dict)
    join_sql: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.joins[()] = Join(alias=_TOP, record=self._known(self.query.record))

    @property
    def record(self) -> RecordType:
        return self.joins[()].record

    def ids(self, *, with_deleted: bool) -> tuple[str, list[object]]:
        """Return the SQL of the matching ids in their order, and its parameters."""
        condition, parameters = self._condition(self.query.where) if self.query.where else ("1", [])
        order = [self._order(one) for one in self.query.order]
        if self.query.offset > _MOST_OFFSET:
            raise SalesforceError("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        parts = [
            f'SELECT {_TOP}."Id" FROM "{self.record.name}" AS {_TOP}',  # noqa: S608  names are the schema's
            *self.join_sql,
            f"WHERE {condition}",
            "" if with_deleted else f'AND NOT {_TOP}."IsDeleted"',
            f"ORDER BY {', '.join(order)}" if order else f'ORDER BY {_TOP}."Id"',
            "LIMIT ? OFFSET ?",
        ]
        limit = -1 if self.query.limit is None else self.query.limit
        return " ".join(parts), [*parameters, limit, self.query.offset]

    def columns(self) -> list[Column]:
        return [self.column(path) for path in self.query.columns]

    def column(self, path: Path) -> Column:
        """Follow relationships to a field; raise `SalesforceError` where one is not there for this user."""
        *way, last = path
        join = self._joined(tuple(way))
        found = join.record.field(last)
        if found is None:
            raise SalesforceError(
                "INVALID_FIELD",
                f"No such column '{last}' on entity '{join.record.name}'. If you are attempting to use a custom field, "
                "be sure to append the '__c' after the custom field name.",
            )
        return Column(join=join, field=found)

    def _known(self, name: str) -> RecordType:
        record = self.visible(name)
        if record is None:
            raise SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return record

    def _joined(self, way: Path) -> Join:
        key = tuple(step.casefold() for step in way)
        if key not in self.joins:
            above = self._joined(way[:-1])
            reference = above.record.parent(way[-1])
            if reference is None or reference.refers_to is None or reference.relationship is None:
                raise SalesforceError("INVALID_FIELD", f"Didn't understand relationship '{way[-1]}' in field path.")
            join = Join(
                alias=f"t{len(self.joins)}",
                record=self._known(reference.refers_to),
                way=(*above.way, reference.relationship),
            )
            self.joins[key] = join
            self.join_sql.append(
                f'LEFT JOIN "{join.record.name}" AS {join.alias} '
                f'ON {join.alias}."Id" = {above.alias}."{reference.name}"'
            )
        return self.joins[key]

    def _condition(self, condition: Condition) -> tuple[str, list[object]]:
        match condition:
            case Not(part):
                sql, parameters = self._condition(part)
                return f"NOT ({sql})", parameters
            case AllOf(parts) | AnyOf(parts):
                word = " AND " if isinstance(condition, AllOf) else " OR "
                translated = [self._condition(part) for part in parts]
                return f"({word.join(sql for sql, _ in translated)})", [one for _, some in translated for one in some]
            case Comparison():
                return _compared(condition, self.column(condition.path))

    def _order(self, order: Order) -> str:
        direction, nulls = "DESC" if order.descending else "ASC", "LAST" if order.nulls_last else "FIRST"
        return f"{self.column(order.path).sql} {direction} NULLS {nulls}"


def _compared(comparison: Comparison, column: Column) -> tuple[str, list[object]]:
    """SOQL knows no third truth value: what is compared with a missing value is unequal to it, and nothing else."""
    operator, is_unequal = comparison.operator, comparison.operator in {"!=", "not in"}
    if operator == "like":
        if column.field.type not in TEXT:
            raise SalesforceError("INVALID_OPERATOR", f"invalid operator on {column.field.type} field")
        like(comparison.raw)
        return f"soql_like(?, {column.sql})", [comparison.raw]
    stored = [_stored(value, column.field) for value in comparison.values]
    if operator in {"in", "not in"}:
        marks = ", ".join("?" for _ in stored)
        return f"COALESCE({column.sql} {operator} ({marks}), {int(is_unequal)})", stored
    if stored == [None]:
        if operator not in {"=", "!="}:
            raise SalesforceError("INVALID_OPERATOR", "null can only be equal or unequal")
        return f"{column.sql} IS {'NOT ' if is_unequal else ''}NULL", []
    return f"COALESCE({column.sql} {operator} ?, {int(is_unequal)})", stored


def _stored(value: Value, field: Field) -> object:
    """Return the value as the tables have it; raise `SalesforceError` when its kind is not the field's."""
    if value is None or value == "":
        return None
    kind = _KINDS[type(value)]
    if field.type not in kind:
        quoted = "should be" if field.type in TEXT | IDS else "should not be"
        raise SalesforceError(
            "INVALID_FIELD",
            f"value of filter criterion for field '{field.name}' must be of type {field.type} and {quoted} enclosed in "
            "quotes",
        )
    if isinstance(value, str) and field.type in IDS:
        return record_id(value)
    return as_stored(value)


_KINDS: Mapping[type, frozenset[str]] = {
    str: TEXT | IDS,
    float: NUMBERS,
    bool: frozenset({"boolean"}),
    date: frozenset({"date"}),
    datetime: frozenset({"datetime"}),
}


def as_stored(value: object) -> object:
    """Return times and days as texts that sort like what they mean."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    return value.isoformat() if isinstance(value, date) else value


def record_id(text: str) -> str:
    """Return the 18-character spelling; raise `SalesforceError` for what is no id."""
    if not (text.isascii() and text.isalnum() and len(text) in {_SHORT, _WHOLE}):
        raise SalesforceError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}")
    return with_checksum(text[:_SHORT])
