"""Poll what changed in GitLab: the truth, which webhooks only hurry. Works without any way in for GitLab.

Each part of GitLab that we look at as a whole (a project, a group) has its own mark. What changed is asked for from a
little before the mark, so that what was committed late or by a clock that differs is not missed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from domain.issue_labels import wanted_labels
from domain.issue_tracker import Cursor, Scope, ScopeKind, Tracker
from domain.issue_tracker_errors import Forbidden, NotVisible
from domain.issues import Issue, ItemKind
from domain.ports import Clock
from storage import issue_links, issue_work, issues
from storage.database import Database
from storage.issues import Pushed
from storage.jobs import Attempt, enqueue
from usecases.follow_issue import follow
from usecases.issue_jobs import PUSH_LABELS, PUSH_NOTE, IssueNamed, lane_of
from usecases.job_kinds import SlotCame
from usecases.push_to_issue import NotePolicy, digest
from usecases.read_issues import ReadIssues
from usecases.tracker_trouble import awaited

log = structlog.get_logger(__name__)

OVERLAP = timedelta(minutes=5)
FIRST_LOOK = timedelta(days=30)
"""How far back the first poll of a scope goes: recent issues are what people search for."""
UNSEEN_PAUSE = timedelta(hours=1)
REFUSED_PAUSE = timedelta(hours=20)
"""How long a note that we may not hide is left alone before we ask again."""
AT_ONCE = 50
"""Issues a transaction."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the configuration says that issues are: projects, and a group whose projects all count."""

    projects: tuple[str, ...] = ()
    group: str | None = None

    def covers(self, path: str) -> bool:
        return self.group is not None and f"{path.lower()}/".startswith(f"{self.group.lower()}/")


@dataclass(frozen=True, slots=True)
class PollIssues:
    """Handler of the job that looks at all scopes, and then pushes what our side has changed meanwhile."""

    database: Database
    tracker: Tracker
    places: Places
    reads: ReadIssues
    notes: NotePolicy
    now: Clock

    def __call__(self, _attempt: Attempt[SlotCame]) -> None:
        """Raise `RetryLater` while GitLab does not answer; what was kept stays kept."""
        self.run()

    def run(self) -> None:
        for kind, path in self.scopes():
            with suppress(NotVisible, Forbidden):
                self._poll(kind, path)
        with self.database.read() as session:
            unread = issue_links.unread(session, before=self.now() - UNSEEN_PAUSE)
        for link in unread:
            self.reads.read_link(link)
        self.promise_pushes()

    def scopes(self) -> list[tuple[ScopeKind, str]]:
        """What is polled: the group, and each project (or epics' group) with something of ours outside it."""
        with self.database.read() as session:
            linked = issues.linked_places(session)
        projects = {path for path in self.places.projects if not self.places.covers(path)}
        projects |= {path for kind, _, path in linked if kind is ItemKind.ISSUE and not self.places.covers(path)}
        # Epics of the group come with its own; groups elsewhere are asked by themselves.
        epics = {path for kind, _, path in linked if kind is ItemKind.EPIC and not self.places.covers(path)}
        own = [(ScopeKind.GROUP, self.places.group)] if self.places.group else []
        if self.places.group and any(kind is ItemKind.EPIC and self.places.covers(path) for kind, _, path in linked):
            own.append((ScopeKind.EPICS, self.places.group))
        return [
            *own,
            *((ScopeKind.PROJECT, path) for path in sorted(projects)),
            *((ScopeKind.EPICS, path) for path in sorted(epics)),
        ]

    def promise_pushes(self) -> None:
        """Promise labels and notes where they differ from what we wrote last; what others change there is theirs."""
        with self.database.read() as session:
            served, noted = issue_links.served(session), issue_links.noted(session)
            pushed = issues.pushed(session)
        due = [
            (row.id, kind)
            for row in pushed
            for kind, is_due in (
                (PUSH_LABELS, list(wanted_labels(served.get(row.id, []))) != row.pushed_labels),
                (PUSH_NOTE, self._is_note_due(row, digest(self.notes.text(noted.get(row.id, []))))),
            )
            if is_due
        ]
        for start in range(0, len(due), AT_ONCE):
            with self.database.write() as session:
                for issue_id, kind in due[start : start + AT_ONCE]:
                    enqueue(session, kind, IssueNamed(issue_id=issue_id), lane=lane_of(issue_id))

    def _is_note_due(self, row: Pushed, wanted: str) -> bool:
        if row.note_refused_at is not None:
            return row.note_refused_at < self.now() - REFUSED_PAUSE
        return row.note_digest != wanted

    def _poll(self, kind: ScopeKind, path: str) -> None:
        started = self.now()
        with self.database.write() as session:
            row = issue_work.scope(session, kind=kind, path=path, since=started - FIRST_LOOK)
        with awaited():
            namespace_id = row.namespace_id or self._namespace(kind, path)
            cursor = Cursor(since=row.since, position=row.position)
            for page, after in self._pages(Scope(kind=kind, namespace_id=namespace_id), cursor):
                keep_all(self.database, page, read_at=started)
                with self.database.write() as session:
                    # After the last page the next poll begins a little before this one did.
                    since, position = (after.since, after.position) if after else (started - OVERLAP, "")
                    issue_work.move_scope(
                        session,
                        row.id,
                        namespace_id=namespace_id,
                        since=since,
                        position=position,
                        polled_at=started,
                    )

    def _pages(self, scope: Scope, cursor: Cursor) -> Iterator[tuple[Sequence[Issue], Cursor | None]]:
        after: Cursor | None = cursor
        while after is not None:
            changes = self.tracker.changes(scope, after=after)
            after = changes.next
            yield changes.issues, after

    def _namespace(self, kind: ScopeKind, path: str) -> int:
        return (self.tracker.project(path) if kind is ScopeKind.PROJECT else self.tracker.group(path)).id


def keep_all(database: Database, found: Sequence[Issue], *, read_at: datetime) -> None:
    """Keep what was read, with what follows, in short transactions."""
    for start in range(0, len(found), AT_ONCE):
        with database.write() as session:
            for issue in found[start : start + AT_ONCE]:
                follow(session, issues.keep(session, issue, read_at=read_at), at=read_at)
