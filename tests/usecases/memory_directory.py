"""A CRM in memory that keeps the port's promises: order of marks, pages, deletions as changes, lost cursors."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from domain.directory import (
    ApiUsage,
    CurrencyTable,
    CustomerDirectory,
    DirectoryAccount,
    DirectoryCheck,
    DirectoryError,
    DirectoryOpportunity,
    Mark,
    MissingField,
    Page,
)
from domain.words import OpportunityStage
from tests.usecases.office import HandClock

_BOTH = frozenset({"type", "currency"})
ACCOUNT_FIELDS = _BOTH | {
    "website",
    "parent",
    "segment",
    "region",
    "strategic",
    "health",
    "owner",
    "csm",
    "arr",
    "renewal_date",
}
OPPORTUNITY_FIELDS = _BOTH | {"account", "amount", "stage", "close_date", "probability", "is_closed", "is_won"}
One = TypeVar("One", DirectoryAccount, DirectoryOpportunity)


@dataclass
class MemoryDirectory(CustomerDirectory):
    """`trouble` is raised, one after the other, in the place of pages; None lets one page pass."""

    clock: HandClock
    page_size: int = 2
    hidden: frozenset[str] = frozenset()
    table: CurrencyTable | None = None
    trouble: list[DirectoryError | None] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    checks: int = 0

    def __post_init__(self) -> None:
        self._accounts: dict[str, DirectoryAccount] = {}
        self._opportunities: dict[str, DirectoryOpportunity] = {}

    def account(self, number: int, name: str = "Acme", **values: Any) -> str:
        """Add or replace an account as of now; return its id."""
        key = f"001{number:012d}AAA"
        values = {"modified_at": self.clock()} | values
        self._accounts[key] = DirectoryAccount(id=key, name=name, **values)
        return key

    def opportunity(self, number: int, account: str | None, name: str = "Renewal", **values: Any) -> str:
        key = f"006{number:012d}AAA"
        values = {"modified_at": self.clock(), "stage": OpportunityStage.OPEN} | values
        self._opportunities[key] = DirectoryOpportunity(id=key, name=name, account_id=account, **values)
        return key

    def change(self, key: str, **values: Any) -> None:
        """Change a record; it notices, unless `modified_at` says otherwise."""
        values = {"modified_at": self.clock()} | values
        if key in self._accounts:
            self._accounts[key] = replace(self._accounts[key], **values)
        else:
            self._opportunities[key] = replace(self._opportunities[key], **values)

    def merge(self, key: str, *, into: str) -> None:
        self.change(key, is_deleted=True, master_id=into)

    def destroy(self, key: str) -> None:
        """Let nothing tell that it was there."""
        self._accounts.pop(key, None)
        self._opportunities.pop(key, None)

    def check(self) -> DirectoryCheck:
        self.checks += 1
        return DirectoryCheck(
            account=ACCOUNT_FIELDS - self.hidden,
            opportunity=OPPORTUNITY_FIELDS - self.hidden,
            missing=tuple(MissingField(record="Account", key=key, api_name=f"{key}__c") for key in sorted(self.hidden)),
        )

    def accounts(self, *, after: Mark | None = None, with_deleted: bool = False) -> Iterator[Page[DirectoryAccount]]:
        return self._pages(self._accounts, after=after, with_deleted=with_deleted)

    def opportunities(
        self, *, after: Mark | None = None, with_deleted: bool = False
    ) -> Iterator[Page[DirectoryOpportunity]]:
        return self._pages(self._opportunities, after=after, with_deleted=with_deleted)

    def currencies(self) -> CurrencyTable | None:
        return self.table

    def search_accounts(self, *, prefix: str, limit: int = 20) -> list[DirectoryAccount]:
        living = (one for one in self._accounts.values() if not one.is_deleted and one.name.startswith(prefix))
        return sorted(living, key=lambda one: (one.name, one.id))[:limit]

    def opportunities_of(self, account_ids: Collection[str], *, limit: int = 500) -> list[DirectoryOpportunity]:
        found = [one for one in self._opportunities.values() if one.account_id in account_ids and not one.is_deleted]
        return sorted(found, key=_place, reverse=True)[:limit]

    def usage(self) -> ApiUsage | None:
        return ApiUsage(used=len(self.read), allowed=100)

    def _pages(self, records: dict[str, One], *, after: Mark | None, with_deleted: bool) -> Iterator[Page[One]]:
        # Which records a read finds is settled when it begins; their values are those of the moment they are sent.
        found = sorted((one for one in records.values() if with_deleted or not one.is_deleted), key=_place)
        keys = [one.id for one in found if after is None or _is_after(one, after)]
        for start in range(0, len(keys), self.page_size):
            if self.trouble and (trouble := self.trouble.pop(0)) is not None:
                raise trouble
            sent = [records[key] for key in keys[start : start + self.page_size] if key in records]
            self.read += [one.id for one in sent]
            yield Page(records=sent, total=len(keys), mark=Mark(modified_at=sent[-1].modified_at, id=sent[-1].id))


def _place(one: DirectoryAccount | DirectoryOpportunity) -> tuple[datetime, str]:
    return one.modified_at, one.id


def _is_after(one: DirectoryAccount | DirectoryOpportunity, mark: Mark) -> bool:
    return one.modified_at >= mark.modified_at if mark.id is None else _place(one) > (mark.modified_at, mark.id)
