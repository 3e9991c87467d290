"""Create an issue for a gap: what a product manager releases for the public, exactly once, whatever happens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.issue_tracker import Created, Marker, PublicDraft, Tracker
from domain.issue_tracker_errors import Forbidden, NotVisible
from domain.keys import gap_key
from domain.organisation import Organisation
from domain.policy import Action
from domain.ports import Clock
from domain.public_issue import PublicGap, public_draft
from domain.text import clean, clean_line, names_customer
from storage import audit, gap_moves, gaps, inbox, issue_links, issue_work, issues
from storage.database import Database
from storage.issue_work import DONE, FAILED, OPEN
from storage.jobs import Attempt, enqueue
from storage.models import Gap, IssueCreation
from usecases.follow_issue import follow, reference
from usecases.issue_jobs import CREATE_ISSUE, TELL_CREATED, CreationWanted
from usecases.know_people import KnowPeople
from usecases.link_issue import record
from usecases.promise_pushes import promise_pushes
from usecases.push_to_issue import NOT_CONFIDENTIAL, close_to_us
from usecases.tracker_trouble import GIVEN_UP_AFTER, awaited

log = structlog.get_logger(__name__)

TITLE_LENGTH, PROBLEM_LENGTH = 150, 3000
CONFIDENTIAL = "confidential"
"""GitLab's word, as the port reports it where GitLab left it out."""


@dataclass(frozen=True, slots=True)
class IssueForm:
    """What the form shows: the words as they are now, and where an issue can be made."""

    gap_id: int
    title: str
    problem: str
    project: str
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreationOutcome:
    """What became of a creation, for whoever asked for it."""

    gap_id: int
    asked_by: str
    reference: str | None
    url: str | None
    failure: str | None

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class CreateIssue:
    """Take the words in one short transaction; a job makes the issue."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    tracker: Tracker
    default_project: str | None
    is_confidential: bool
    now: Clock
    new_word: Callable[[], str]

    def open(self, gap_id: int, *, by: str) -> IssueForm:
        """What to show; raise `NotAllowed`, `NotFound`, or `Overtaken` where one is on its way."""
        with self.database.read() as session:
            gap = self._allowed(session, gap_id, by)
            if issue_work.open_creation(session, gap_id):
                raise Overtaken(f"An issue for {gap_key(gap_id)} is being created right now.")
        area = self.organisation.area(gap.area_key)
        project = (area.gitlab_project if area else None) or self.default_project
        if project is None:
            raise NotFound(
                "I do not know in which project. An admin can set GITLAB_PROJECT, or gitlab_project of the area."
            )
        return IssueForm(gap_id, gap.title, gap.problem or "", project, self.projects)

    @property
    def projects(self) -> tuple[str, ...]:
        """Where issues may be made: what the configuration names, and nothing that somebody typed."""
        named = [self.default_project, *(area.gitlab_project for area in self.organisation.areas)]
        return tuple(dict.fromkeys(one for one in named if one))

    def __call__(self, gap_id: int, *, title: str, problem: str, project: str, key: str, by: str) -> None:
        """Promise the issue; raise `InvalidInput`, `Overtaken`, `NotAllowed` or `NotFound`. A key counts once."""
        at = self.now()
        with self.database.write() as session:
            if not inbox.first_time(session.connection(), key=key, at=at, subject=f"gap:{gap_id}"):
                return
            gap = self._allowed(session, gap_id, by)
            line, text = self._checked(session, gap_id, title=title, problem=problem, project=project)
            creation_id = issue_work.begin_creation(
                session,
                gap_id=gap_id,
                project=project,
                title=line,
                problem=text,
                is_confidential=self.is_confidential,
                marker=self.new_word(),
                created_at=at,
                created_by=by,
            )
            if creation_id is None:
                raise Overtaken(f"An issue for {gap.key} is being created right now.")
            if text and not gap.problem:
                gap.problem = text
            audit.record(
                session.connection(),
                at=at,
                actor_id=by,
                action="gap.issue_asked_for",
                subject=f"gap:{gap_id}",
                after={"project": project},
            )
            enqueue(session, CREATE_ISSUE, CreationWanted(creation_id=creation_id), lane=f"gap:{gap_id}:issue")

    def run(self, attempt: Attempt[CreationWanted]) -> None:
        """Make the issue, or find the one that an earlier attempt made, and link it."""
        creation_id = attempt.payload.creation_id
        with self.database.read() as session:
            asked = issue_work.creation(session, creation_id)
            gap = gaps.find(session, asked.gap_id) if asked else None
        if asked is None or gap is None or asked.state != OPEN:
            return
        at = self.now()
        with awaited():
            try:
                project = self.tracker.project(asked.project)
                made = self.tracker.create(
                    project_id=project.id,
                    draft=self._draft(asked, gap),
                    marker=Marker(asked.marker),
                    since=asked.created_at,
                )
            except (NotVisible, Forbidden) as refused:
                if attempt.number < GIVEN_UP_AFTER:
                    raise
                self._failed(asked, refused.sentence)
                return
        with self.database.write() as session:
            self._keep(session, asked, made, at=at)

    def outcome(self, creation_id: int) -> CreationOutcome | None:
        """What to tell whoever asked for it."""
        with self.database.read() as session:
            asked = issue_work.creation(session, creation_id)
            issue = issues.get(session, asked.issue_id) if asked and asked.issue_id else None
        if asked is None or asked.state == OPEN:
            return None
        return CreationOutcome(
            gap_id=asked.gap_id,
            asked_by=asked.created_by,
            reference=reference(issue.path, issue.kind, issue.iid) if issue else None,
            url=issue.url if issue else None,
            failure=asked.failure,
        )

    def _allowed(self, session: Session, gap_id: int, by: str) -> Gap:
        now = gap_moves.now(session, gap_id)
        self.people.authorised(session, by, Action.LINK_ISSUE, owner=now.dri_id if now else None)
        gap = gaps.find(session, gap_id)
        if gap is None:
            raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
        return gap

    def _checked(self, session: Session, gap_id: int, *, title: str, problem: str, project: str) -> tuple[str, str]:
        line, text = clean_line(title), clean(problem)
        faults = {}
        if not line or len(line) > TITLE_LENGTH:
            faults["title"] = f"Say in up to {TITLE_LENGTH} characters what is missing."
        if len(text) > PROBLEM_LENGTH:
            faults["problem"] = f"Keep it under {PROBLEM_LENGTH:,} characters."
        if project not in self.projects:
            faults["project"] = "Choose one of these projects."
        names = issue_links.account_names(session, gap_id)
        for field, words in (("title", line), ("problem", text)):
            if any(names_customer(words, name) for name in names):
                faults[field] = "This names a customer who asks for it. Everybody who sees the project would read it."
        if faults:
            raise InvalidInput(faults)
        return line, text

    def _draft(self, asked: IssueCreation, gap: Gap) -> PublicDraft:
        area = self.organisation.area(gap.area_key)
        public = PublicGap(
            title=asked.title,
            problem=asked.problem,
            area_key=area.key if area else None,
            area_name=area.name if area else None,
            state=gap.state,
        )
        return public_draft(public, is_confidential=asked.is_confidential)

    def _keep(self, session: Session, asked: IssueCreation, made: Created, *, at: datetime) -> None:
        kept = issues.keep(session, made.issue, read_at=at)
        follow(session, kept, at=at)
        if not issue_work.end_creation(session, asked.id, state=DONE, issue_id=kept.issue_id):
            return
        url = made.issue.url
        if issue_links.add(session, gap_id=asked.gap_id, url=url, issue_id=kept.issue_id, by=asked.created_by, at=at):
            record(session, asked.gap_id, "gap.issue_created", url=url, by=asked.created_by, at=at)
        if asked.is_confidential and (CONFIDENTIAL in made.dropped or not made.issue.is_confidential):
            close_to_us(session, kept.issue_id, NOT_CONFIDENTIAL, at=at)
        else:
            promise_pushes(session, kept.issue_id)
        self._promise_telling(session, asked)

    def _failed(self, asked: IssueCreation, sentence: str) -> None:
        log.error("gitlab.creation_refused", creation_id=asked.id)
        with self.database.write() as session:
            if issue_work.end_creation(session, asked.id, state=FAILED, failure=sentence[:500]):
                self._promise_telling(session, asked)

    def _promise_telling(self, session: Session, asked: IssueCreation) -> None:
        told = CreationWanted(creation_id=asked.id)
        enqueue(session, TELL_CREATED, told, key=f"issue_creation:{asked.id}:told")
