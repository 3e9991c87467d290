"""Mirror the CRM's customers, page by page, so that nobody ever waits for the CRM."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.directory import ApiUsage, CursorLost, CustomerDirectory, Mark, MissingField
from domain.errors import Refusal
from domain.ports import Clock
from storage import mirror, mirror_state, rates
from storage.database import Database, DatabaseBusy
from storage.jobs import enqueue
from usecases.adopt_accounts import AdoptAccounts, Moved
from usecases.job_kinds import KNOW_OWNERS, SlotCame
from usecases.mirror_pages import Counts, Mirrored, Progress, both

OVERLAP = timedelta(minutes=5)
"""A mark stays so far behind the clock: what was committed late, what changes while we read and clocks that differ."""
AT_ONCE = 500
"""Records a transaction: a quarter of a page, for on SQLite nobody else writes meanwhile."""
_MOST_LOST_CURSORS = 3
"""In a row, without a page between them."""
# So many unseen records at once, and such a share of all, are rather rights that somebody took from us than deletions.
_BELIEVED_COUNT, _BELIEVED_SHARE = 50, 0.5


class SyncRunning(Refusal):
    """Another process mirrors the CRM right now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did. No name and no amount of a customer is in here."""

    is_full: bool
    accounts: Counts
    opportunities: Counts
    moved: Moved
    missing: tuple[MissingField, ...]
    usage: ApiUsage | None


def no_progress(_record: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class MirrorCustomers:
    """Read what changed, or everything, and keep each page with the mark up to which it goes."""

    database: Database
    directory: CustomerDirectory
    adopt: AdoptAccounts
    now: Clock

    def __call__(self, *, is_full: bool, holder: str, progress: Progress = no_progress) -> SyncReport:
        """Mirror and report; raise a `DirectoryError`, `SyncRunning`, `Overtaken` or `DatabaseBusy`.

        `holder` names who does it, over all processes. When it raises, what was kept stays kept, and the next one
        goes on from there.
        """
        with self._turn(holder):
            at = self.now()
            check = self.directory.check()
            counts = {record: Counts() for record in mirror_state.RECORDS}
            was_full = []
            for kind in both(self.directory, accounts=check.account, opportunities=check.opportunity):
                reading = _Reading(
                    mirror=self, kind=kind, counts=counts[kind.record], holder=holder, progress=progress, at=at
                )
                was_full.append(reading.run(is_full=is_full))
            moved = self.adopt(holder=holder)
            if any(was_full):
                self._keep_rates(holder)
            if any(one.read for one in counts.values()):
                self._promise_owners()
        return SyncReport(
            is_full=all(was_full),
            accounts=counts[mirror_state.ACCOUNT],
            opportunities=counts[mirror_state.OPPORTUNITY],
            moved=moved,
            missing=check.missing,
            usage=self.directory.usage(),
        )

    def is_done_since(self, moment: datetime, *, is_full: bool) -> bool:
        """Tell whether a sync that began after this moment has succeeded."""
        with self.database.read() as session:
            return mirror_state.read_since(session, moment, is_full=is_full)

    def _promise_owners(self) -> None:
        """Slack is asked in a job of its own: it would hold up the sync."""
        with self.database.write() as session:
            enqueue(session, KNOW_OWNERS, SlotCame(), lane="owners")

    def _keep_rates(self, holder: str) -> None:
        table = self.directory.currencies()
        with self.database.write() as session:
            mirror_state.keep_turn(session, holder=holder, at=self.now())
            rates.keep(session, table, at=self.now())

    @contextmanager
    def _turn(self, holder: str) -> Iterator[None]:
        with self.database.write() as session:
            if not mirror_state.take_turn(session, holder=holder, at=self.now()):
                raise SyncRunning("Another sync with Salesforce is running. It goes on by itself.")
        try:
            yield
        finally:
            with suppress(DatabaseBusy), self.database.write() as session:  # it ends by itself, later
                mirror_state.leave_turn(session, holder=holder, at=self.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One kind of record, read from the mark to the end."""

    mirror: MirrorCustomers
    kind: Mirrored
    counts: Counts
    holder: str
    progress: Progress
    at: datetime

    def run(self, *, is_full: bool) -> bool:
        """Read all pages; return whether it was a full pass."""
        with self._page() as session:
            start = mirror_state.begin(session, self.kind.record, is_full=is_full, at=self.at)
        is_full = start.pass_started_at is not None
        self._read(after=start.after, is_full=is_full)
        with self._page() as session:
            if start.pass_started_at is not None:
                self._mark_vanished(session, since=start.pass_started_at)
            mirror_state.end(session, self.kind.record, is_full=is_full, at=self.at)
        return is_full

    def _read(self, *, after: Mark | None, is_full: bool) -> None:
        lost = 0
        while True:
            ceiling = self.mirror.now() - OVERLAP
            try:
                for page in self.kind.pages(after=after):
                    for start in range(0, len(page.records), AT_ONCE):
                        records = page.records[start : start + AT_ONCE]
                        after = _mark(records, ceiling=ceiling) or after
                        self._keep(records, mark=after, is_full=is_full)
                    self.progress(self.kind.record, self.counts.read, max(page.total, self.counts.read))
                    lost = 0
            except CursorLost:
                lost += 1
                if lost > _MOST_LOST_CURSORS:
                    raise
            else:
                return

    def _keep(self, records: Sequence[Any], *, mark: Mark | None, is_full: bool) -> None:
        counts = self.counts
        write = self.kind.prepared(self.mirror.database, records, at=self.at, counts=counts)
        with self._page() as session:
            write(session)
            if mark is not None:
                mirror_state.advance(session, self.kind.record, mark, is_full=is_full)
        counts.read += len(records)
        counts.unreadable += sum(bool(one.unreadable) for one in records)

    def _mark_vanished(self, session: Session, *, since: datetime) -> None:
        """Mark what a full pass has not met: the CRM forgets deletions after a while, and some at once."""
        unseen, there = mirror.unseen(session, self.kind.table, since=since)
        if unseen > _BELIEVED_COUNT and unseen > there * _BELIEVED_SHARE:
            self.counts.vanished = unseen
        elif unseen:
            mirror.mark_unseen_deleted(session, self.kind.table, since=since, at=self.at)
            self.counts.deleted += unseen

    @contextmanager
    def _page(self) -> Iterator[Session]:
        """A transaction that is kept only while it is our turn."""
        with self.mirror.database.write() as session:
            mirror_state.keep_turn(session, holder=self.holder, at=self.mirror.now())
            yield session


def _mark(records: Sequence[Any], *, ceiling: datetime) -> Mark | None:
    """The last record that is old enough to be final; a record that changed while we read has a later time."""
    settled = [(one.modified_at, one.id) for one in records if one.modified_at <= ceiling]
    if not settled:
        return None
    modified_at, id_ = max(settled)
    return Mark(modified_at=modified_at, id=id_)
