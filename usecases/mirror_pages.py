"""The two kinds of records that are mirrored: how each is asked for, and how a page of it is kept."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy.orm import Session

from domain.directory import CustomerDirectory, DirectoryAccount, DirectoryOpportunity, Mark, Page
from storage import mirror, mirror_state
from storage.database import Database
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


Write: TypeAlias = Callable[[Session], None]
"""Writes rows that were made before: the transaction, for which others wait, is as short as it can be."""


class Mirrored(Protocol):
    """One kind of record, on its way from the CRM to our table."""

    @property
    def record(self) -> str: ...

    @property
    def table(self) -> type[Account] | type[Opportunity]: ...

    def pages(self, *, after: Mark | None) -> Iterator[Page[Any]]: ...

    def prepared(self, database: Database, records: Sequence[Any], *, at: datetime, counts: Counts) -> Write:
        """Make rows of records, and return what writes them; `at` is when the sync began."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts; the deleted ones among them are only marked."""

    directory: CustomerDirectory
    silent: frozenset[str]
    record: str = mirror_state.ACCOUNT
    table: type[Account] = Account

    def pages(self, *, after: Mark | None) -> Iterator[Page[DirectoryAccount]]:
        return self.directory.accounts(after=after, with_deleted=True)

    def prepared(
        self, database: Database, records: Sequence[DirectoryAccount], *, at: datetime, counts: Counts
    ) -> Write:
        del database
        gone = {one.id: one.master_id for one in records if one.is_deleted}
        groups = [
            ([mirror_rows.account_row(one, at=at) for one in group], mirror_rows.kept_account_columns(silent))
            for silent, group in _by_silence((one for one in records if not one.is_deleted), self.silent)
        ]

        def write(session: Session) -> None:
            for rows, kept in groups:
                counts.new += mirror.write_accounts(session, rows, kept=kept)
            if gone:
                counts.deleted += mirror.mark_accounts_deleted(session, gone, at=at, seen_at=at)

        return write


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Opportunities of accounts that are mirrored."""

    directory: CustomerDirectory
    silent: frozenset[str]
    record: str = mirror_state.OPPORTUNITY
    table: type[Opportunity] = Opportunity

    def pages(self, *, after: Mark | None) -> Iterator[Page[DirectoryOpportunity]]:
        return self.directory.opportunities(after=after, with_deleted=True)

    def prepared(
        self, database: Database, records: Sequence[DirectoryOpportunity], *, at: datetime, counts: Counts
    ) -> Write:
        with database.read() as session:
            accounts = mirror.accounts_by_id(session, {one.account_id for one in records if one.account_id})
        living = [one for one in records if not one.is_deleted]
        placed = [(one, accounts[one.account_id]) for one in living if one.account_id in accounts]
        gone = [one.id for one in records if one.is_deleted]
        counts.left_out += len(living) - len(placed)
        counts.untyped += sum(one.kind is None for one, _ in placed)
        homes = {one.id: home for one, home in placed}
        groups = [
            (
                [mirror_rows.opportunity_row(one, account=homes[one.id], at=at) for one in group],
                mirror_rows.kept_opportunity_columns(silent),
            )
            for silent, group in _by_silence((one for one, _ in placed), self.silent)
        ]

        def write(session: Session) -> None:
            for rows, kept in groups:
                counts.new += mirror.write_opportunities(session, rows, kept=kept)
            if gone:
                counts.deleted += mirror.mark_opportunities_deleted(session, gone, at=at, seen_at=at)

        return write


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
