"""The scheduled sync: what the CRM's moods mean for a job."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.directory import BudgetSpent, DirectoryError, DirectoryRefused, DirectoryUnavailable
from storage.jobs import Attempt, PermanentFailure, RetryLater
from usecases.job_kinds import MirrorWanted
from usecases.mirror_customers import MirrorCustomers, SyncReport, SyncRunning

log = structlog.get_logger(__name__)

_RUNNING_PAUSE = timedelta(minutes=1)
_AWAY_PAUSE = timedelta(minutes=2)
_BUDGET_PAUSE = timedelta(minutes=30)
_LONG = 20_000
"""Records: ten pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorJob:
    """Sync for as long as nobody has since the slot came: after an outage one sync does for all that were missed.

    `every` is how often changes are wanted: a CRM that is away is not asked more rarely than that, up to a limit.
    """

    mirror: MirrorCustomers
    every: timedelta

    def __call__(self, attempt: Attempt[MirrorWanted]) -> None:
        """Raise `RetryLater` while the CRM cannot answer, `PermanentFailure` when a person has to act."""
        wanted = attempt.payload
        if self.mirror.is_done_since(wanted.wanted_at, is_full=wanted.is_full):
            return
        try:
            report = self.mirror(is_full=wanted.is_full, holder=attempt.token, progress=Tenths())
        except SyncRunning:
            pause = _RUNNING_PAUSE
        except DirectoryRefused as refused:
            raise PermanentFailure(refused.sentence) from None
        except DirectoryError as trouble:
            log.warning("salesforce.sync_postponed", reason=type(trouble).__name__)
            pause = self._pause(trouble)
        else:
            _tell(report)
            return
        raise RetryLater(pause.total_seconds())

    def _pause(self, trouble: DirectoryError) -> timedelta:
        if isinstance(trouble, BudgetSpent):
            return min(_BUDGET_PAUSE, 3 * self.every)
        asked = trouble.retry_after if isinstance(trouble, DirectoryUnavailable) else None
        return asked or min(_AWAY_PAUSE, self.every)


class Tenths:
    """A line in the log for each tenth of a long read: a first load may take hours."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    def __call__(self, record: str, done: int, total: int) -> None:
        tenth = done * 10 // total
        if total >= _LONG and tenth != self._told.get(record, 0):
            self._told[record] = tenth
            log.info("salesforce.sync_progress", record=record, done=done, total=total)


def _tell(report: SyncReport) -> None:
    log.info(
        "salesforce.synced",
        is_full=report.is_full,
        accounts=report.accounts.read,
        opportunities=report.opportunities.read,
        deleted=report.accounts.deleted + report.opportunities.deleted,
        requests_moved=report.moved.requests,
        missing_fields=[field.api_name for field in report.missing],
    )
    for counts, record in ((report.accounts, "account"), (report.opportunities, "opportunity")):
        if counts.vanished:
            log.error("salesforce.vanished", record=record, count=counts.vanished)
