"""Find the issue that a gap is about: at once in what was mirrored, a moment later in GitLab."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.issue_reference import NotAReference, References
from domain.issue_tracker import Tracker
from domain.issue_tracker_errors import TrackerError
from domain.issues import Issue, IssueState
from domain.policy import Action, may
from domain.ports import Clock
from domain.text import clean_line
from storage import gap_moves, issue_work, issues
from storage.database import Database
from storage.jobs import enqueue
from storage.models import TrackedIssue
from usecases import keep_customers_in
from usecases.follow_issue import reference
from usecases.issue_jobs import SEARCH_GITLAB, SearchWanted
from usecases.know_people import KnowPeople
from usecases.poll_issues import keep_all

MOST_FOUND = 20
SHORTEST_WORDS = 2
WORDS_LENGTH = 200
NAMES_CUSTOMER = "These words name a customer, so I do not send them to GitLab. Search for what is missing."


@dataclass(frozen=True, slots=True)
class FoundIssue:
    """An issue to choose."""

    issue_id: int
    reference: str
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What GitLab found for somebody's open modal; `trouble` says why it found nothing."""

    gap_id: int
    gap_title: str
    words: str
    view_id: str
    found: tuple[FoundIssue, ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class SearchIssues:
    """The type-ahead over the mirror, and the search in GitLab that it offers."""

    database: Database
    people: KnowPeople
    references: References
    tracker: Tracker
    group: str | None
    now: Clock

    def typed(self, words: str, *, gap_id: int, by: str) -> list[FoundIssue]:
        """Issues of the mirror with these words, or the one that was pasted; raise `NotAllowed`."""
        with self.database.read() as session:
            self._allowed(session, gap_id, by)
            try:
                row = issues.at_address(session, self.references.read(words))
            except NotAReference:
                rows = issues.like(session, words, limit=MOST_FOUND)
            else:
                rows = [row] if row else []
        return [_found(row) for row in rows]

    def pasted(self, words: str) -> str | None:
        """What the words refer to, if they are a reference and no search."""
        try:
            return self.references.read(words).reference
        except NotAReference:
            return None

    @property
    def can_ask(self) -> bool:
        return self.group is not None

    def ask(self, *, words: str, gap_id: int, view_id: str, by: str) -> None:
        """Promise to look in GitLab for a modal that is open; raise `NotAllowed`."""
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            search_id = issue_work.add_search(
                session,
                gap_id=gap_id,
                words=clean_line(words)[:WORDS_LENGTH],
                view_id=view_id[:40],
                asked_by=by,
                asked_at=self.now(),
            )
            enqueue(session, SEARCH_GITLAB, SearchWanted(search_id=search_id))

    def answer(self, search_id: int) -> Answered | None:
        """Look in GitLab, keep what is found, and say it; None when nobody waits or may see it any more."""
        with self.database.read() as session:
            asked = issue_work.search(session, search_id)
            gap = gap_moves.now(session, asked.gap_id) if asked else None
            if asked is None or gap is None or not self._may(session, asked.asked_by, gap.dri_id):
                return None
            is_named = keep_customers_in.named(session, asked.words, gap_ids={asked.gap_id}) is not None
        at = self.now()
        found, trouble = ([], NAMES_CUSTOMER) if is_named else self._look(asked.words)
        keep_all(self.database, found, read_at=at)
        with self.database.read() as session:
            rows = issues.known(session, [issue.ref for issue in found])
        return Answered(
            gap_id=asked.gap_id,
            gap_title=gap.title,
            words=asked.words,
            view_id=asked.view_id,
            found=tuple(_found(rows[issue.ref]) for issue in found if issue.ref in rows),
            trouble=trouble,
        )

    def _look(self, words: str) -> tuple[list[Issue], str | None]:
        try:
            return self.tracker.search(group=self.group or "", words=words, limit=MOST_FOUND), None
        except TrackerError as error:
            return [], error.sentence

    def forget(self, search_id: int) -> None:
        """The answer is on the screen, or nobody looks: the words have served."""
        with self.database.write() as session:
            issue_work.end_search(session, search_id)

    def _allowed(self, session: Session, gap_id: int, by: str) -> None:
        gap = gap_moves.now(session, gap_id)
        self.people.authorised(session, by, Action.LINK_ISSUE, owner=gap.dri_id if gap else None)

    def _may(self, session: Session, by: str, dri_id: str | None) -> bool:
        return may(self.people.actor(session, by), Action.LINK_ISSUE, owner=dri_id)


def _found(row: TrackedIssue) -> FoundIssue:
    name = reference(row.path, row.kind, row.iid)
    return FoundIssue(row.id, name, row.title, row.state is IssueState.OPEN)
