"""Statements for the hot path: compiled once, then run on the driver's own cursor.

Filing a request writes half a dozen rows while somebody waits: 0.3 ms by the driver, 2.2 ms by the ORM
(`make bench-ack` compares the whole way). Everything else uses the ORM.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    constants: Mapping[str, Any]
    processors: Mapping[str, Callable[[Any], Any]]
    positions: tuple[str, ...] | None
    readers: tuple[Callable[[Any], Any] | None, ...]

    def parameters(self, given: Mapping[str, Any]) -> Any:
        values = {**self.constants, **given}
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return values if self.positions is None else tuple(values[name] for name in self.positions)


class Prepared:
    """A Core statement that is compiled at its first use for each kind of database.

    For an INSERT name every column that is written: column defaults of the models do not run here.
    """

    def __init__(self, statement: ClauseElement, *, columns: tuple[str, ...] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}
        self._lock = threading.Lock()

    def run(self, connection: Connection, **parameters: Any) -> Any:
        """Execute within the connection's transaction; return the driver's cursor (rows are plain tuples)."""
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.parameters(parameters))
        return cursor

    def one(self, connection: Connection, **parameters: Any) -> tuple[Any, ...] | None:
        """Execute a SELECT and return its first row in the types of the models: SQLite's driver has text for times."""
        row = self.run(connection, **parameters).fetchone()
        if row is None:
            return None
        readers = self._compiled[connection.dialect.name].readers
        return tuple(read(value) if read else value for read, value in zip(readers, row, strict=True))

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiler = self._statement.compile(dialect=dialect, column_keys=self._columns)
        if not isinstance(compiler, SQLCompiler):
            raise TypeError("only statements that carry parameters can be prepared")
        processors = {}
        for name, parameter in compiler.binds.items():
            process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                processors[name] = process
        compiled = _Compiled(
            sql=compiler.string,
            constants={name: parameter.value for name, parameter in compiler.binds.items()},
            processors=processors,
            positions=tuple(compiler.positiontup) if compiler.positiontup is not None else None,
            readers=_readers(self._statement, dialect),
        )
        with self._lock:
            self._compiled[dialect.name] = compiled
        return compiled


def _readers(statement: ClauseElement, dialect: Dialect) -> tuple[Callable[[Any], Any] | None, ...]:
    if not isinstance(statement, Select):
        return ()
    return tuple(
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns
    )
