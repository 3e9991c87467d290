"""Answers that are longer than a page, and where their readers are."""

import threading
from collections.abc import Sequence
from random import Random
from typing import Any

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import Org
from sandbox.salesforce.rows import API
from sandbox.salesforce.soql import Query

_KEPT = 10
"""Salesforce keeps so many cursors of a user; the oldest is forgotten."""


class Cursors:
    """Pages of queries. A cursor keeps which records it found; their values are those of the moment of reading."""

    def __init__(self, org: Org, *, page_size: int, seed: int) -> None:
        self._org = org
        self._page_size = page_size
        self._random = Random(seed)  # noqa: S311  names of cursors
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Query, Sequence[str]]] = {}

    def first(self, query: Query, *, with_deleted: bool) -> dict[str, Any]:
        """Return the first page; raise `SalesforceError`."""
        ids = self._org.find(query, with_deleted=with_deleted)
        if not query.columns:
            return {"totalSize": len(ids), "done": True, "records": []}
        return self._page(query, ids, start=0, name="")

    def more(self, locator: str) -> dict[str, Any]:
        """Return the page that a locator (`name-start`) stands for; raise `SalesforceError` when it is forgotten."""
        name, _, start = locator.partition("-")
        with self._lock:
            found = self._open.get(name)
        if found is None or not start.isdigit():
            raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(*found, start=int(start), name=name)

    def lose(self) -> None:
        """Forget all cursors, as Salesforce may at any time."""
        with self._lock:
            self._open.clear()

    def _page(self, query: Query, ids: Sequence[str], *, start: int, name: str) -> dict[str, Any]:
        end = start + self._page_size
        page: dict[str, Any] = {"totalSize": len(ids), "done": end >= len(ids)}
        if not page["done"]:
            page["nextRecordsUrl"] = f"{API}/query/{name or self._keep(query, ids)}-{end}"
        page["records"] = self._org.read(query, ids[start:end])
        return page

    def _keep(self, query: Query, ids: Sequence[str]) -> str:
        name = f"01gSANDBOX{self._random.getrandbits(32):08x}"
        with self._lock:
            self._open[name] = (query, ids)
            while len(self._open) > _KEPT:
                del self._open[next(iter(self._open))]
        return name
