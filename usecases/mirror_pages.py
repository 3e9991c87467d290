"""The two kinds of records that are mirrored: how each is asked for, and how a page of it is kept."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from domain.directory import CustomerDirectory, DirectoryAccount, DirectoryOpportunity, Mark, Page
from storage import mirror, mirror_state
from storage.models import Account, Opportunity
from usecases import mirror_rows


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the records of one kind. `left_out` belong to no account that we may see."""

    read: int = 0
    new: int = 0
    deleted: int = 0
    left_out: int = 0
    untyped: int = 0
    """Deals whose type the policy gives no kind."""
    unreadable: int = 0
    """Records with a value that made no sense; what was known before is kept."""
    vanished: int = 0
    """Records that a full pass did not meet any more, so many that nobody believed it; they are left alone."""


class Mirrored(Protocol):
    """One kind of record, on its way from the CRM to our table."""

    @property
    def record(self) -> str: ...

    @property
    def table(self) -> type[Account] | type[Opportunity]: ...

    def pages(self, *, after: Mark | None) -> Iterator[Page[Any]]: ...

    def keep(self, session: Session, records: Sequence[Any], *, at: datetime, counts: Counts) -> None:
        """Write a page; `at` is when the sync began."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts; the deleted ones among them are only marked."""

    directory: CustomerDirectory
    silent: frozenset[str]
    record: str = mirror_state.ACCOUNT
    table: type[Account] = Account

    def pages(self, *, after: Mark | None) -> Iterator[Page[DirectoryAccount]]:
        return self.directory.accounts(after=after, with_deleted=True)

    def keep(self, session: Session, records: Sequence[DirectoryAccount], *, at: datetime, counts: Counts) -> None:
        living = [one for one in records if not one.is_deleted]
        gone = {one.id: one.master_id for one in records if one.is_deleted}
        for silent, group in _by_silence(living, self.silent):
            rows = [mirror_rows.account_row(one, at=at) for one in group]
            counts.new += mirror.write_accounts(session, rows, kept=mirror_rows.kept_account_columns(silent))
        if gone:
            counts.deleted += mirror.mark_accounts_deleted(session, gone, at=at, seen_at=at)


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Opportunities of accounts that are mirrored."""

    directory: CustomerDirectory
    silent: frozenset[str]
    record: str = mirror_state.OPPORTUNITY
    table: type[Opportunity] = Opportunity

    def pages(self, *, after: Mark | None) -> Iterator[Page[DirectoryOpportunity]]:
        return self.directory.opportunities(after=after, with_deleted=True)

    def keep(self, session: Session, records: Sequence[DirectoryOpportunity], *, at: datetime, counts: Counts) -> None:
        accounts = mirror.accounts_by_id(session, {one.account_id for one in records if one.account_id})
        living = [one for one in records if not one.is_deleted]
        placed = [one for one in living if one.account_id in accounts]
        counts.left_out += len(living) - len(placed)
        counts.untyped += sum(one.kind is None for one in placed)
        for silent, group in _by_silence(placed, self.silent):
            rows = []
            for one in group:
                account_id, kind = accounts[one.account_id or ""]
                rows.append(mirror_rows.opportunity_row(one, account_id=account_id, account_kind=kind, at=at))
            counts.new += mirror.write_opportunities(session, rows, kept=mirror_rows.kept_opportunity_columns(silent))
        if gone := [one.id for one in records if one.is_deleted]:
            counts.deleted += mirror.mark_opportunities_deleted(session, gone, at=at, seen_at=at)


def _by_silence(records: Iterable[Any], silent: Collection[str]) -> Iterator[tuple[frozenset[str], list[Any]]]:
    """Group records by the fields of which the CRM says nothing that can be used: they share a statement."""
    groups: dict[frozenset[str], list[Any]] = {}
    for one in records:
        groups.setdefault(frozenset(silent) | frozenset(one.unreadable), []).append(one)
    yield from groups.items()


def both(directory: CustomerDirectory, *, accounts: Collection[str], opportunities: Collection[str]) -> list[Mirrored]:
    """Accounts before opportunities, which refer to them. The names are of the fields that can be read."""
    return [
        Accounts(directory, mirror_rows.silent_account_fields(accounts)),
        Opportunities(directory, mirror_rows.silent_opportunity_fields(opportunities)),
    ]


Progress = Callable[[str, int, int], None]
"""Called after each page with the kind of record, how many are kept, and how many there are to read."""
