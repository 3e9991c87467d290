"""Once a night read every linked issue: a deletion, a lost right or a renamed milestone is no change to GitLab."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.issue_tracker import Tracker
from domain.issue_tracker_errors import Forbidden, NotVisible
from domain.issues import Issue, IssueRef, ItemKind
from domain.ports import Clock
from storage import issues
from storage.database import Database
from storage.jobs import Attempt
from usecases.job_kinds import SlotCame
from usecases.poll_issues import PollIssues, keep_all
from usecases.tracker_trouble import awaited

log = structlog.get_logger(__name__)

AT_ONCE = 100
UNLINKED_KEPT = timedelta(days=365)
HOOK_PATH = "/webhooks/gitlab"
EXECUTABLE = "executable"


@dataclass(frozen=True, slots=True)
class ReconcileIssues:
    """Handler of the job after which the mirror equals GitLab, whatever was missed before."""

    database: Database
    tracker: Tracker
    poll: PollIssues
    now: Clock

    def __call__(self, _attempt: Attempt[SlotCame]) -> None:
        """Raise `RetryLater` while GitLab does not answer; the next one reads all of it again."""
        self.run()

    def run(self) -> None:
        self.poll.run()
        with self.database.read() as session:
            linked = issues.linked(session)
        for issue in self._gone(linked):
            with self.database.write() as session:
                issues.hide(session, issue, read_at=self.now())
        self._wake_hooks({ref.namespace_id for ref in linked if ref.kind is ItemKind.ISSUE})
        with self.database.write() as session:
            issues.forget_unlinked(session, before=self.now() - UNLINKED_KEPT)
        self.poll.promise_pushes()

    def _gone(self, linked: Sequence[IssueRef]) -> Iterator[IssueRef]:
        """Read all of them; yield those that GitLab does not show us."""
        by_project = defaultdict[int, list[IssueRef]](list)
        for ref in linked:
            if ref.kind is ItemKind.ISSUE:
                by_project[ref.namespace_id].append(ref)
            elif not self._read_one(ref):
                yield ref
        for project_id, refs in by_project.items():
            for start in range(0, len(refs), AT_ONCE):
                yield from self._missing(project_id, refs[start : start + AT_ONCE])

    def _missing(self, project_id: int, refs: Sequence[IssueRef]) -> Iterable[IssueRef]:
        at = self.now()
        with awaited():
            try:
                found: list[Issue] = self.tracker.read_many(project_id=project_id, iids=[ref.iid for ref in refs])
            except NotVisible:
                found = []
        keep_all(self.database, found, read_at=at)
        seen = {issue.ref for issue in found}
        # A list may leave out what a single reading still shows (an archived project's issues, say).
        return [ref for ref in refs if ref not in seen and not self._read_one(ref)]

    def _read_one(self, ref: IssueRef) -> bool:
        at = self.now()
        with awaited():
            try:
                issue = self.tracker.read(ref)
            except NotVisible:
                return False
        keep_all(self.database, [issue], read_at=at)
        return True

    def _wake_hooks(self, project_ids: Iterable[int]) -> None:
        """Let GitLab send again what a disabled webhook of ours missed; a delivery that succeeds enables it."""
        for project_id in sorted(project_ids):
            with awaited(), suppress(NotVisible, Forbidden):  # listing webhooks takes a maintainer
                for hook in self.tracker.hooks(project_id):
                    if not hook.url.endswith(HOOK_PATH) or hook.alert_status == EXECUTABLE:
                        continue
                    log.warning("gitlab.hook_disabled", hook_id=hook.id, project_id=project_id)
                    for delivery in self.tracker.failed_deliveries(hook):
                        self.tracker.resend(hook, delivery=delivery)
