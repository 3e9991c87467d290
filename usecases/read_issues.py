"""Read issues when something may have happened to them: a webhook, a pasted address, a closing."""

from dataclasses import dataclass

from domain.issue_reference import NotAReference, References
from domain.issue_tracker import Tracker
from domain.issue_tracker_errors import NotVisible
from domain.issues import Issue, IssueRef, IssueState
from domain.ports import Clock
from storage import issue_links, issue_work, issues
from storage.database import Database
from storage.issues import SEEN
from storage.jobs import Attempt, enqueue
from storage.models import Link
from usecases.follow_issue import follow
from usecases.issue_jobs import (
    ASK_ABOUT_ISSUE,
    IssueClosed,
    IssueWanted,
    LinksWanted,
    QuestionAsked,
)
from usecases.promise_pushes import promise_pushes
from usecases.tracker_trouble import awaited


@dataclass(frozen=True, slots=True)
class ReadIssues:
    """Handlers of the jobs that read single issues."""

    database: Database
    tracker: Tracker
    references: References
    now: Clock

    def read(self, attempt: Attempt[IssueWanted]) -> None:
        """Read an issue again unless that happened since it was wanted."""
        wanted = attempt.payload
        ref = IssueRef(kind=wanted.kind, namespace_id=wanted.namespace_id, iid=wanted.iid)
        if self._was_read(ref, wanted):
            return
        at = self.now()
        with awaited():
            try:
                issue = self.tracker.read(ref)
            except NotVisible:
                with self.database.write() as session:
                    issues.hide(session, ref, read_at=at)
                return
            moved_to = self._destination(issue)
        with self.database.write() as session:
            kept = issues.keep(session, issue, read_at=at)
            if moved_to is not None:
                issues.push(session, kept.issue_id, moved_to_url=moved_to)
            follow(session, kept, at=at)

    def read_links(self, attempt: Attempt[LinksWanted]) -> None:
        """Read the addresses of a gap that nobody has read yet."""
        with self.database.read() as session:
            unread = issue_links.unread(session, gap_id=attempt.payload.gap_id)
        for link in unread:
            self.read_link(link)

    def read_link(self, link: Link) -> None:
        """Find out what an address leads to, and keep it under the address that GitLab gives it."""
        at = self.now()
        with awaited():
            try:
                issue = self.tracker.find(self.references.read(link.url))
            except (NotVisible, NotAReference):
                with self.database.write() as session:
                    issue_links.note_unseen(session, link.id, at=at)
                return
        with self.database.write() as session:
            kept = issues.keep(session, issue, read_at=at)
            follow(session, kept, at=at)
            if issue_links.resolve(session, link.id, issue_id=kept.issue_id, url=issue.url):
                promise_pushes(session, kept.issue_id)

    def look_at_closing(self, attempt: Attempt[IssueClosed]) -> None:
        """Find out what closed an issue, and ask the DRIs of the gaps that nothing else keeps open."""
        closed = attempt.payload
        with self.database.read() as session:
            row = issues.get(session, closed.issue_id)
        if row is None:
            return
        with awaited():
            try:
                closing = self.tracker.closed_by(issues.ref_of(row))
            except NotVisible:
                closing = None
        at = self.now()
        with self.database.write() as session:
            row = issues.get(session, closed.issue_id)
            if row is None or (row.state, row.standing) != (IssueState.CLOSED, SEEN):
                return
            for gap in issue_links.gaps_of(session, row.id):
                if not gap.state.is_open or issue_links.has_open_issue(session, gap.gap_id):
                    continue
                question_id = issue_work.ask(
                    session,
                    gap_id=gap.gap_id,
                    issue_id=row.id,
                    closed_at=row.closed_at or closed.closed_at,
                    is_by_change=closing is not None and closing.is_by_change,
                    at=at,
                )
                if question_id is not None:
                    enqueue(session, ASK_ABOUT_ISSUE, QuestionAsked(question_id=question_id))

    def _was_read(self, ref: IssueRef, wanted: IssueWanted) -> bool:
        """A moved issue is read until we know where it went."""
        with self.database.read() as session:
            row = issues.find(session, ref)
        is_found = row is not None and (row.standing == SEEN or row.moved_to_url is not None)
        return row is not None and is_found and row.read_at > wanted.wanted_at

    def _destination(self, issue: Issue) -> str | None:
        if issue.moved_to is None:
            return None
        try:
            return self.tracker.moved(issue).url
        except NotVisible:
            return None
