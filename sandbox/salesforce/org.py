"""The data of one org, and everything that may happen to it while somebody mirrors it."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any

from sandbox.book.salesforce_ids import new_id
from sandbox.salesforce.columns import in_order, is_like, sql_type
from sandbox.salesforce.rows import as_record
from sandbox.salesforce.schema import NUMBERS, RecordType, record_types
from sandbox.salesforce.soql import Query
from sandbox.salesforce.sql import Translation, as_stored, record_id

_CHILDREN = (("Opportunity", "AccountId"), ("Account", "ParentId"))


class Org:
    """Records in memory, or in a file that outlives the process. All methods may be called from any thread.

    `clock` gives the times of changes; Salesforce keeps whole seconds, so many records share one.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        seed: int = 1,
        multi_currency: bool = True,
        dated_rates: bool = False,
        path: str = ":memory:",
    ) -> None:
        self.now = clock
        self._random = Random(seed)  # noqa: S311  ids of invented records
        self._lock = threading.RLock()
        self._kinds = record_types(multi_currency=multi_currency, dated_rates=dated_rates)
        self._hidden: set[tuple[str, str]] = set()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")  # an invented org may be lost with the machine's power
        self._database.row_factory = sqlite3.Row
        self._database.create_collation("soql", in_order)
        self._database.create_function("soql_like", 2, is_like, deterministic=True)
        for kind in self._kinds.values():
            columns = ", ".join(f'"{field.name}" {sql_type(field.type)}' for field in kind.fields)
            self._database.execute(f'CREATE TABLE IF NOT EXISTS "{kind.name}" ({columns}, PRIMARY KEY ("Id"))')

    def close(self) -> None:
        with self._lock:
            self._database.close()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Keep what the block does as a whole, which is also much faster; nobody else comes between."""
        with self._lock:
            self._database.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def insert(self, kind: str, *, id: str | None = None, at: datetime | None = None, **values: Any) -> str:  # noqa: A002
        """Add a record; return its id. Raises `KeyError` for an unknown kind or field."""
        chosen = record_id(id) if id else self._free_id(kind)
        now = as_stored((at or self.now()).replace(microsecond=0))
        system = {"Id": chosen, "IsDeleted": False, "CreatedDate": now, "SystemModstamp": now}
        row = {name: self._stored(kind, name, value) for name, value in (system | values).items()}
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
        with self._lock:
            self._database.execute(f'INSERT INTO "{kind}" ({names}) VALUES ({marks})', list(row.values()))  # noqa: S608
        return chosen

    def update(self, kind: str, id: str, **values: Any) -> None:  # noqa: A002
        """Change fields, or just save. The record notices, unless they are all formulas."""
        fields = [self._kinds[kind].field(name) for name in values]
        self._set(kind, id, bump=not fields or not all(field and field.is_formula for field in fields), **values)

    def delete(self, kind: str, id: str) -> None:  # noqa: A002
        """Move to the recycle bin, an account with its opportunities."""
        with self._lock:
            self._set(kind, id, IsDeleted=True)
            for opportunity in self._opportunities_of(kind, id):
                self._set("Opportunity", opportunity, IsDeleted=True)

    def undelete(self, kind: str, id: str) -> None:  # noqa: A002
        """Bring back from the recycle bin, an account with its opportunities."""
        with self._lock:
            self._set(kind, id, IsDeleted=False)
            for opportunity in self._opportunities_of(kind, id):
                self._set("Opportunity", opportunity, IsDeleted=False)

    def destroy(self, kind: str, id: str) -> None:  # noqa: A002
        """Empty the recycle bin of it: nothing tells any more that it was there."""
        with self._lock:
            self._database.execute(f'DELETE FROM "{kind}" WHERE "Id" = ?', [id])  # noqa: S608

    def merge(self, master: str, *others: str) -> None:
        """Merge accounts: the others are deleted and name their master, their children become the master's."""
        with self._lock:
            for other in others:
                for kind, reference in _CHILDREN:
                    for child in self._ids(kind, reference, other):
                        self.update(kind, child, **{reference: master})
                self._set("Account", other, IsDeleted=True, MasterRecordId=master)
            self._set("Account", master)

    def get(self, kind: str, id: str) -> dict[str, Any]:  # noqa: A002
        """Return a record as it is stored; raise `KeyError` when it is gone."""
        with self._lock:
            row = self._database.execute(f'SELECT * FROM "{kind}" WHERE "Id" = ?', [id]).fetchone()  # noqa: S608
        if row is None:
            raise KeyError(id)
        return dict(row)

    def ids(self, kind: str) -> list[str]:
        """Return the ids of the records that are not deleted, oldest first."""
        with self._lock:
            rows = self._database.execute(f'SELECT "Id" FROM "{kind}" WHERE NOT "IsDeleted" ORDER BY rowid')  # noqa: S608
            return [row["Id"] for row in rows]

    def hide(self, kind: str, *names: str) -> None:
        """Take fields away from the integration user: for it they do not exist."""
        self._hidden |= {(kind, name) for name in names}

    def show(self, kind: str, *names: str) -> None:
        self._hidden -= {(kind, name) for name in names}

    def visible(self, name: str) -> RecordType | None:
        """Return a kind of record, in any spelling of case, without its hidden fields."""
        kind = next((one for one in self._kinds.values() if one.name.casefold() == name.casefold()), None)
        if kind is None:
            return None
        shown = tuple(field for field in kind.fields if (kind.name, field.name) not in self._hidden)
        return RecordType(name=kind.name, prefix=kind.prefix, fields=shown)

    def find(self, query: Query, *, with_deleted: bool) -> list[str]:
        """Return the ids that a query finds, in its order; raise `SalesforceError`."""
        translation = Translation(query=query, visible=self.visible)
        sql, parameters = translation.ids(with_deleted=with_deleted)
        translation.columns()
        with self._lock:
            return [row["Id"] for row in self._database.execute(sql, parameters)]

    def read(self, query: Query, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return the columns of a query for these records; one that was destroyed meanwhile is left out."""
        translation = Translation(query=query, visible=self.visible)
        columns, joins = translation.columns(), translation.joins.values()
        chosen = [f'{join.alias}."Id" AS "{join.alias}"' for join in joins]
        chosen += [f'{column.sql} AS "c{at}"' for at, column in enumerate(columns)]
        sql = f'SELECT {", ".join(chosen)} FROM "{translation.record.name}" AS t0 {" ".join(translation.join_sql)}'  # noqa: S608
        with self._lock:
            found = {row["t0"]: row for row in self._by_id(sql, ids)}
        return [as_record(found[one], columns=columns, joins=joins) for one in ids if one in found]

    def _by_id(self, sql: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        marks = ", ".join("?" for _ in ids)
        return self._database.execute(f'{sql} WHERE t0."Id" IN ({marks})', list(ids))

    def _free_id(self, kind: str) -> str:
        """An org from a file has used up some of what the dice give."""
        while True:
            chosen = new_id(self._kinds[kind].prefix, random=self._random)
            if not self._ids(kind, "Id", chosen):
                return chosen

    def _set(self, kind: str, id: str, *, bump: bool = True, **values: Any) -> None:  # noqa: A002
        if bump:
            values["SystemModstamp"] = self.now().replace(microsecond=0)
        row = {name: self._stored(kind, name, value) for name, value in values.items()}
        names = ", ".join(f'"{name}" = ?' for name in row)
        with self._lock:
            changed = self._database.execute(
                f'UPDATE "{kind}" SET {names} WHERE "Id" = ?',  # noqa: S608
                [*row.values(), record_id(id)],
            )
        if not changed.rowcount:
            raise KeyError(id)

    def _opportunities_of(self, kind: str, id: str) -> list[str]:  # noqa: A002
        return self._ids("Opportunity", "AccountId", id) if kind == "Account" else []

    def _ids(self, kind: str, reference: str, id: str) -> list[str]:  # noqa: A002
        with self._lock:
            rows = self._database.execute(f'SELECT "Id" FROM "{kind}" WHERE "{reference}" = ?', [id])  # noqa: S608
            return [row["Id"] for row in rows.fetchall()]

    def _stored(self, kind: str, name: str, value: Any) -> object:
        field = self._kinds[kind].field(name)
        if field is None:
            raise KeyError(f"{kind}.{name}")
        if field.type in NUMBERS and value is not None:
            return float(value)
        return None if value == "" else as_stored(value)
