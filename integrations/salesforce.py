"""Salesforce as the customer directory. It reads only.

Long reads use the query API and its cursors, not Bulk API 2.0, for the first load too: 700,000 records are 350 calls
of a daily allowance of 100,000 and more, while simple-salesforce's bulk handler does not renew sessions, gives untyped
CSV and knows no order to start again from.
"""

import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from simple_salesforce.api import Salesforce
from simple_salesforce.format import format_soql

from domain.directory import (
    ApiUsage,
    CurrencyRate,
    CurrencyTable,
    CustomerDirectory,
    DirectoryAccount,
    DirectoryCheck,
    DirectoryOpportunity,
    DirectoryRefused,
    Mark,
    Page,
)
from integrations import salesforce_records as records
from integrations.salesforce_answers import Batch, read_batch, read_one_of_batch
from integrations.salesforce_budget import CallBudget
from integrations.salesforce_errors import FieldUnknown, RecordUnknown, SessionExpired, translated
from integrations.salesforce_fields import ACCOUNT, OPPORTUNITY, FieldCatalog, FieldMapping
from integrations.salesforce_session import Credentials, Logins, OrgSession, Timeouts, org_at

API_VERSION = "62.0"
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 255
_MOST_FOUND = 200
_Answer = TypeVar("_Answer")
_Record = TypeVar("_Record", DirectoryAccount, DirectoryOpportunity)


class SalesforceDirectory(CustomerDirectory):
    """One org, read by one integration user, for any number of threads.

    `default_currency` is that of orgs with one currency. Reads stop when the organisation has used `budget_share` of
    its calls of the day. Nothing is asked before the first question. Raises `UnusableAddress`.
    """

    def __init__(
        self,
        *,
        url: str,
        credentials: Credentials,
        mapping: FieldMapping,
        default_currency: str,
        timeouts: Timeouts = Timeouts(),  # noqa: B008  frozen
        budget_share: float = 0.8,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._org = org_at(url)
        self._timeouts = timeouts
        self._logins = Logins(org=self._org, credentials=credentials, timeouts=timeouts, monotonic=monotonic)
        self._budget = CallBudget(share=budget_share, monotonic=monotonic)
        self._catalog = FieldCatalog(mapping, describe=self._describe)
        # requests does not promise that a session may be shared by threads; the token is.
        self._thread = threading.local()
        self._read_account = partial(records.account, default_currency=default_currency)
        self._read_opportunity = partial(records.opportunity, mapping=mapping, default_currency=default_currency)

    def check(self) -> DirectoryCheck:
        return self._catalog.check()

    def accounts(self, *, after: Mark | None = None, with_deleted: bool = False) -> Iterator[Page[DirectoryAccount]]:
        return self._pages(ACCOUNT, after=after, with_deleted=with_deleted, read=self._read_account)

    def opportunities(
        self, *, after: Mark | None = None, with_deleted: bool = False
    ) -> Iterator[Page[DirectoryOpportunity]]:
        return self._pages(OPPORTUNITY, after=after, with_deleted=with_deleted, read=self._read_opportunity)

    def currencies(self) -> CurrencyTable | None:
        try:
            rows = self._all("SELECT IsoCode, ConversionRate, IsCorporate, SystemModstamp FROM CurrencyType")
        except RecordUnknown:
            return None
        return translated(lambda: _currency_table(rows, dated=self._dated_rates()))

    def search_accounts(self, *, prefix: str, limit: int = 20) -> list[DirectoryAccount]:
        wanted = _searchable(prefix)
        if len(wanted) < SHORTEST_PREFIX:
            return []
        paths, batch = self._with_fields(ACCOUNT, partial(self._found, prefix=wanted, limit=min(limit, _MOST_FOUND)))
        return translated(lambda: [self._read_account(row, paths=paths) for row in batch.rows])

    def opportunities_of(self, account_ids: Collection[str], *, limit: int = 500) -> list[DirectoryOpportunity]:
        if not account_ids:
            return []
        paths, batch = self._with_fields(
            OPPORTUNITY, partial(self._deals, account_ids=sorted(account_ids)[:_MOST_FOUND], limit=limit)
        )
        rows = [row for rows in self._rows(batch) for row in rows]
        return translated(lambda: [self._read_opportunity(row, paths=paths) for row in rows])

    def usage(self) -> ApiUsage | None:
        return self._budget.reading

    def _pages(
        self, record: str, *, after: Mark | None, with_deleted: bool, read: Callable[..., _Record]
    ) -> Iterator[Page[_Record]]:
        def first(paths: Mapping[str, str]) -> Batch:
            return self._first_batch(_changes(record, paths=paths, after=after), with_deleted=with_deleted)

        paths, batch = self._with_fields(record, first)
        for rows in self._rows(batch):
            page = translated(partial(_page, rows, total=batch.total, read=partial(read, paths=paths)))
            yield page

    def _with_fields(self, record: str, ask: Callable[[Mapping[str, str]], Batch]) -> tuple[Mapping[str, str], Batch]:
        """Ask for the fields that describe showed; when one has gone since then, look again and ask without it."""
        paths = self._catalog.readable(record)
        with suppress(FieldUnknown):
            return paths, ask(paths)
        self._catalog.forget()
        paths = self._catalog.readable(record)
        return paths, ask(paths)

    def _rows(self, batch: Batch) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Follow the cursor; one batch is held at a time."""
        while True:
            if batch.rows:
                yield batch.rows
            if batch.next_path is None:
                return
            batch = self._next_batch(batch.next_path)

    def _all(self, soql: str) -> list[Mapping[str, Any]]:
        return [row for rows in self._rows(self._first_batch(soql)) for row in rows]

    def _first_batch(self, soql: str, *, with_deleted: bool = False) -> Batch:
        return self._read(lambda client: read_batch(client.query(soql, include_deleted=with_deleted)))

    def _next_batch(self, path: str) -> Batch:
        return self._read(lambda client: read_batch(client.query_more(path, identifier_is_url=True)))

    def _found(self, paths: Mapping[str, str], *, prefix: str, limit: int) -> Batch:
        """Ask in the body of a batch request: a query would put the name into a URL, which proxies and logs keep."""
        soql = format_soql(
            "SELECT {:literal} FROM Account WHERE Name LIKE '{:like}%' ORDER BY Name, Id LIMIT {}",
            _columns(paths),
            prefix,
            limit,
        )
        body = {"batchRequests": [{"method": "GET", "url": f"v{API_VERSION}/query/?{urlencode({'q': soql})}"}]}
        return self._ask(lambda client: read_one_of_batch(client.restful("composite/batch", method="POST", json=body)))

    def _deals(self, paths: Mapping[str, str], *, account_ids: Sequence[str], limit: int) -> Batch:
        soql = format_soql(
            "SELECT {:literal} FROM Opportunity WHERE AccountId IN {} ORDER BY SystemModstamp DESC, Id LIMIT {}",
            _columns(paths),
            list(account_ids),
            limit,
        )
        return self._ask(lambda client: read_batch(client.query(soql)))

    def _dated_rates(self) -> tuple[CurrencyRate, ...]:
        try:
            rows = self._all("SELECT IsoCode, ConversionRate, StartDate, NextStartDate FROM DatedConversionRate")
        except RecordUnknown:
            return ()
        return tuple(records.rate(row) for row in rows)

    def _describe(self, record: str) -> list[dict[str, Any]]:
        # Not `client.Account.describe()`: that class renews its session for ever when the renewed one is refused too.
        return self._read(lambda client: _described(client.restful(f"sobjects/{record}/describe")))

    def _read(self, question: Callable[[Salesforce], _Answer]) -> _Answer:
        self._budget.require()
        return self._ask(question)

    def _ask(self, question: Callable[[Salesforce], _Answer]) -> _Answer:
        """Ask with the shared token; when it has expired, once more with a new one."""
        token = self._logins.token()
        with suppress(SessionExpired):
            return self._answer(question, token=token)
        renewed = self._logins.token(stale=token)
        with suppress(SessionExpired):
            return self._answer(question, token=renewed)
        raise DirectoryRefused(
            "Salesforce refuses sessions that it has just given. Check the app's policies: its relaxation of IP "
            "addresses, and its timeout."
        )

    def _answer(self, question: Callable[[Salesforce], _Answer], *, token: str) -> _Answer:
        return translated(lambda: question(self._client(token)))

    def _client(self, token: str) -> Salesforce:
        if getattr(self._thread, "token", None) != token:
            session = OrgSession(self._org, timeouts=self._timeouts)
            session.hooks["response"].append(self._budget.note)
            self._thread.client = Salesforce(
                session_id=token,
                instance_url=f"https://{self._org.netloc}",
                session=session,
                version=API_VERSION,
                parse_float=records.NUMBER,
                object_pairs_hook=dict,
            )
            self._thread.token = token
        client: Salesforce = self._thread.client
        return client


def _described(answer: Any) -> list[dict[str, Any]]:
    return [one for one in answer["fields"] if one["name"]]


def _columns(paths: Mapping[str, str]) -> str:
    # Two of our names may share a field; SOQL refuses to select it twice.
    return ", ".join(dict.fromkeys(paths.values()))


def _changes(record: str, *, paths: Mapping[str, str], after: Mark | None) -> str:
    """All records in the order of marks, or those after one. The names come from describe, the values are quoted."""
    columns = _columns(paths)
    if after is None:
        query = "SELECT {:literal} FROM {:literal} ORDER BY SystemModstamp, Id"
        return format_soql(query, columns, record)
    if after.id is None:
        query = "SELECT {:literal} FROM {:literal} WHERE SystemModstamp >= {} ORDER BY SystemModstamp, Id"
        return format_soql(query, columns, record, after.modified_at)
    query = (
        "SELECT {:literal} FROM {:literal} WHERE SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > {id}) "
        "ORDER BY SystemModstamp, Id"
    )
    return format_soql(query, columns, record, at=after.modified_at, id=after.id)


def _page(rows: Sequence[Mapping[str, Any]], *, total: int, read: Callable[..., _Record]) -> Page[_Record]:
    found = [read(row) for row in rows]
    return Page(records=found, total=total, mark=Mark(modified_at=found[-1].modified_at, id=found[-1].id))


def _currency_table(rows: Sequence[Mapping[str, Any]], *, dated: Iterable[CurrencyRate]) -> CurrencyTable:
    """Raise `ValueError` when no currency is the corporate one."""
    corporate = [row["IsoCode"] for row in rows if row["IsCorporate"]]
    if len(corporate) != 1:
        raise ValueError("one currency must be the corporate one")
    return CurrencyTable(
        corporate=corporate[0],
        rates=tuple(records.rate(row) for row in rows),
        dated=tuple(dated),
        as_of=max(records.moment(row["SystemModstamp"]) for row in rows),
    )


def _searchable(prefix: str) -> str:
    """What can be in a name at all: no control characters, no halves of characters."""
    whole = prefix.encode("utf-8", "ignore").decode()
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in whole).strip()[:LONGEST_PREFIX]
