"""GitLab in the bot, put together: linking, creating, following and writing. Without GitLab these parts say so."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.app import Listeners
from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Daily, Every, hourly
from bot.schedule import Schedule
from bot.settings import Settings
from bot.tracker import build_tracker, projects
from domain.errors import NotFound
from domain.issue_note import NoteDetail
from domain.issue_reference import References
from domain.issue_tracker import Tracker
from domain.ports import Clock
from handlers.gap_card.listeners import GapWord
from handlers.issues.listeners import IssueListeners
from handlers.issues.sender import IssueSender
from handlers.messenger import Messenger
from handlers.response_url import ResponseUrl
from storage.database import Database
from storage.jobs import JobKind, Rate
from usecases import issue_jobs
from usecases.answer_issue_question import AnswerIssueQuestion
from usecases.create_issue import CreateIssue
from usecases.issue_audience import IssueAudience
from usecases.job_kinds import SlotCame
from usecases.know_people import KnowPeople
from usecases.link_issue import LinkIssue
from usecases.poll_issues import Places, PollIssues
from usecases.push_to_issue import NotePolicy, PushToIssue
from usecases.read_issues import ReadIssues
from usecases.reconcile_issues import ReconcileIssues
from usecases.search_issues import SearchIssues

GITLAB_PACE = {issue_jobs.GITLAB: Rate(per_second=10.0, burst=20)}
"""Jobs a second over all processes. Each is a few calls: far below the 2,000 a minute that GitLab.com allows."""
_LANE = "gitlab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """The GitLab of this installation: how it is reached, and which parts of it are ours."""

    tracker: Tracker
    url: str
    projects: tuple[str, ...] = ()
    group: str | None = None
    default_project: str | None = None
    crm_url: str | None = None


@dataclass(frozen=True, slots=True)
class Issues:
    """The verbs around issues, each built once."""

    reads: ReadIssues
    poll: PollIssues
    reconcile: ReconcileIssues
    push: PushToIssue
    link: LinkIssue
    search: SearchIssues
    create: CreateIssue
    answer: AnswerIssueQuestion
    audience: IssueAudience


def build_tracking(settings: Settings, policy: Policy, *, now: Clock) -> Tracking | None:
    """GitLab as the settings say; None where it is not configured."""
    tracker = build_tracker(settings, now=now)
    if tracker is None or settings.gitlab_url is None:
        return None
    return Tracking(
        tracker=tracker,
        url=settings.gitlab_url,
        projects=projects(settings, policy),
        group=settings.gitlab_group,
        default_project=settings.gitlab_project,
        crm_url=settings.salesforce_url,
    )


def build_issues(tracking: Tracking, *, database: Database, policy: Policy, people: KnowPeople, now: Clock) -> Issues:
    organisation, tracker = policy.organisation(), tracking.tracker
    references = References(tracking.url)
    notes = NotePolicy(detail=NoteDetail(policy.gitlab.note_detail), crm_url=tracking.crm_url)
    reads = ReadIssues(database=database, tracker=tracker, references=references, now=now)
    places = Places(projects=tracking.projects, group=tracking.group)
    poll = PollIssues(database=database, tracker=tracker, places=places, reads=reads, notes=notes, now=now)
    return Issues(
        reads=reads,
        poll=poll,
        reconcile=ReconcileIssues(database=database, tracker=tracker, poll=poll, now=now),
        push=PushToIssue(database=database, tracker=tracker, notes=notes, now=now, new_word=new_word),
        link=LinkIssue(database=database, people=people, references=references, now=now),
        search=SearchIssues(
            database=database,
            people=people,
            references=references,
            tracker=tracker,
            group=tracking.group,
            now=now,
        ),
        create=CreateIssue(
            database=database,
            people=people,
            organisation=organisation,
            tracker=tracker,
            default_project=tracking.default_project,
            is_confidential=policy.gitlab.confidential,
            now=now,
            new_word=new_word,
        ),
        answer=AnswerIssueQuestion(
            database=database,
            people=people,
            organisation=organisation,
            ship_after=policy.gitlab.ship_after,
            now=now,
        ),
        audience=IssueAudience(database=database, people=people),
    )


def new_word() -> str:
    """A marker that nobody can guess and that means nothing."""
    return f"gap{secrets.token_hex(14)}"


def issue_listeners(use: Issues | None) -> list[Listeners]:
    return [] if use is None else [_listeners(use)]


def issue_words(use: Issues | None) -> Mapping[str, GapWord]:
    """What is answered of `/gap GAP-42 WORD`: without GitLab, that there is none."""
    if use is None:
        return dict.fromkeys(("link", "unlink", "issue"), _not_connected)
    return _listeners(use).words


def issue_handlers(
    use: Issues | None, *, messenger: Messenger, client: WebClient, response_url: ResponseUrl
) -> Mapping[JobKind[Any], Handler]:
    if use is None:
        return {}
    sender = IssueSender(
        client=client,
        messenger=messenger,
        response_url=response_url,
        audience=use.audience,
        reads=use.reads,
        search=use.search,
        create_issue=use.create,
        answer=use.answer,
    )
    return {
        issue_jobs.READ_ISSUE: use.reads.read,
        issue_jobs.READ_LINKS: sender.read_links,
        issue_jobs.LOOK_AT_CLOSING: use.reads.look_at_closing,
        issue_jobs.PUSH_LABELS: use.push.labels,
        issue_jobs.PUSH_NOTE: use.push.note,
        issue_jobs.CREATE_ISSUE: use.create.run,
        issue_jobs.TELL_CREATED: sender.tell_created,
        issue_jobs.ASK_ABOUT_ISSUE: sender.ask,
        issue_jobs.SETTLE_QUESTION: sender.settle,
        issue_jobs.WARN_ADMINS: sender.warn_admins,
        issue_jobs.SEARCH_GITLAB: sender.search_gitlab,
        issue_jobs.POLL_ISSUES: use.poll,
        issue_jobs.RECONCILE_ISSUES: use.reconcile,
        issue_jobs.SHIP_UNANSWERED: use.answer.ship_unanswered,
    }


def issue_schedules(use: Issues | None, policy: Policy) -> list[Schedule[Any]]:
    """Polling is the truth; the night finds what no poll can. They share a lane: one at a time."""
    if use is None:
        return []
    return [
        Schedule(
            name="gitlab.changes",
            recurrence=Every(period=policy.gitlab.poll_every),
            kind=issue_jobs.POLL_ISSUES,
            payload=lambda slot: SlotCame(slot=slot.label),
            catch_up=timedelta(hours=1),
            lane=_LANE,
        ),
        Schedule(
            name="gitlab.everything",
            recurrence=Daily(at=time(2, 15), zone=ZoneInfo("UTC")),
            kind=issue_jobs.RECONCILE_ISSUES,
            payload=lambda slot: SlotCame(slot=slot.label),
            lane=_LANE,
        ),
        Schedule(
            name="gitlab.ship_unanswered",
            recurrence=hourly(minute=7),
            kind=issue_jobs.SHIP_UNANSWERED,
            payload=lambda slot: SlotCame(slot=slot.label),
        ),
    ]


def _listeners(use: Issues) -> IssueListeners:
    return IssueListeners(link_issue=use.link, search=use.search, create_issue=use.create, answer=use.answer)


def _not_connected(_ack: Ack, _body: dict[str, Any], _client: WebClient, _gap_id: int, _rest: str) -> None:
    raise NotFound("GitLab is not connected. An admin sets GITLAB_URL and GITLAB_TOKEN.")
