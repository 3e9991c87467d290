"""Handlers of the jobs that speak about issues."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.keys import gap_key
from handlers.issues import messages, views
from handlers.messenger import ChannelClosed, Messenger, translated
from handlers.response_url import ResponseUrl
from storage.jobs import Attempt
from usecases.answer_issue_question import AnswerIssueQuestion
from usecases.create_issue import CreateIssue
from usecases.issue_audience import IssueAudience
from usecases.issue_jobs import AdminsWarned, CreationWanted, LinksWanted, QuestionAsked, SearchWanted
from usecases.read_issues import ReadIssues
from usecases.search_issues import SearchIssues

_VIEW_GONE = {"not_found", "view_not_found", "hash_conflict", "expired_trigger_id"}


@dataclass(frozen=True, slots=True)
class IssueSender:
    """Messages and open modals that follow what happened at GitLab."""

    client: WebClient
    messenger: Messenger
    response_url: ResponseUrl
    audience: IssueAudience
    reads: ReadIssues
    search: SearchIssues
    create_issue: CreateIssue
    answer: AnswerIssueQuestion

    def read_links(self, attempt: Attempt[LinksWanted]) -> None:
        """Read what was linked, and say it to whoever waits beside the command."""
        self.reads.read_links(attempt)
        wanted = attempt.payload
        links = self.audience.links_of(wanted.gap_id) if wanted.response_url else ()
        if wanted.response_url and links:
            self.response_url.replace(wanted.response_url, messages.links_read(gap_key(wanted.gap_id), links))

    def tell_created(self, attempt: Attempt[CreationWanted]) -> None:
        """Send the new issue's address, or why there is none, to whoever asked for it."""
        outcome = self.create_issue.outcome(attempt.payload.creation_id)
        if outcome is None:
            return
        self.messenger.post(
            messages.created(outcome),
            channel=self.messenger.direct_channel(outcome.asked_by),
            marker=f"issue_creation:{attempt.payload.creation_id}",
            is_retry=attempt.number > 1,
        )

    def ask(self, attempt: Attempt[QuestionAsked]) -> None:
        """Ask whoever is responsible for the gap what the closing means."""
        asked = self.answer.question(attempt.payload.question_id)
        if asked is None or not asked.is_open:
            return
        for user_id in self.audience.responsible(asked.dri_id):
            self.messenger.post(
                messages.question(asked),
                channel=self.messenger.direct_channel(user_id),
                marker=_marker(asked.question_id, user_id),
                is_retry=attempt.number > 1,
            )

    def settle(self, attempt: Attempt[QuestionAsked]) -> None:
        """Take the buttons away once the question is no longer open."""
        asked = self.answer.question(attempt.payload.question_id)
        if asked is None or asked.is_open:
            return
        for user_id in self.audience.responsible(asked.dri_id):
            posted = self.audience.posted(_marker(asked.question_id, user_id))
            if posted is not None:
                self.messenger.edit(messages.question(asked), posted)

    def warn_admins(self, attempt: Attempt[AdminsWarned]) -> None:
        """Tell each admin once; one who cannot be written to does not keep the others from hearing."""
        warned = attempt.payload
        named = self.audience.name(warned.issue_id)
        if named is None:
            return
        reference, url = named
        for user_id in self.audience.admins():
            try:
                self.messenger.post(
                    messages.warning(warned.trouble, url=url, reference=reference),
                    channel=self.messenger.direct_channel(user_id),
                    marker=f"issue:{warned.issue_id}:{warned.trouble}:{user_id}",
                    is_retry=attempt.number > 1,
                )
            except ChannelClosed:
                continue

    def search_gitlab(self, attempt: Attempt[SearchWanted]) -> None:
        """Put what GitLab finds into the modal that waits for it, if it is still open."""
        search_id = attempt.payload.search_id
        found = self.search.answer(search_id)
        if found is not None:
            view = views.searched(found, title=found.gap_title, again=search_id + 1)
            try:
                self.client.views_update(view_id=found.view_id, view=view)
            except SlackApiError as refused:
                if refused.response.get("error") not in _VIEW_GONE:
                    raise translated(refused) from refused
        self.search.forget(search_id)


def _marker(question_id: int, user_id: str) -> str:
    return f"issue_question:{question_id}:{user_id}"
