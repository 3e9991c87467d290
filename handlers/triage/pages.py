"""The jobs of triage: cards to whoever decides, questions to requesters, answers back, lists of what waits."""

from dataclasses import dataclass

from domain.errors import NotFound
from domain.keys import gap_key
from domain.organisation import Organisation
from handlers.audience import Audience
from handlers.messages import Message
from handlers.messenger import Messenger
from handlers.triage import views
from storage.jobs import Attempt
from storage.messages import Posted
from usecases.intake_job_kinds import AnswerGrew, GapNamed, GapToTriage, QuestionAsked, ReviewDue
from usecases.show_triage import ShowTriage
from usecases.tell_about_request import TellAboutRequest
from usecases.tend_queues import TendQueues
from usecases.triage import Triage
from usecases.triage_job_kinds import GapAwoke


@dataclass(frozen=True, slots=True)
class TriagePages:
    """Handlers of jobs."""

    messenger: Messenger
    triage: Triage
    queues: TendQueues
    tell: TellAboutRequest
    organisation: Organisation
    show_triage: ShowTriage
    audience: Audience

    def show(self, attempt: Attempt[GapToTriage]) -> None:
        """Show the gap to its DRI, in place where they have it already; a decided one only where it was shown."""
        gap_id = attempt.payload.gap_id
        try:
            shown = self.triage.card(gap_id)
        except NotFound:
            return
        dri = shown.gap.dri_id
        if dri is None:
            return
        message = views.card(shown, organisation=self.organisation)
        marker = f"triage:{gap_id}:{dri}"
        posted = self.tell.posted(marker)
        if posted is not None:
            self.messenger.edit(message, posted)
        elif shown.is_undecided or shown.gap.state.value == "backlog":
            channel = self.messenger.direct_channel(dri)
            self.messenger.post(message, channel=channel, marker=marker, is_retry=attempt.number > 1)

    def ask(self, attempt: Attempt[QuestionAsked]) -> None:
        """Ask in a direct message, and remember its thread: the answer comes there."""
        found = self.triage.question(attempt.payload.question_id)
        if found is None or found[0].answered_at is not None:
            return
        question, title = found
        message = views.question(key=gap_key(question.gap_id), title=title, text=question.text, by=question.asked_by)
        posted = self.messenger.post(
            message,
            channel=self.messenger.direct_channel(question.asked_of),
            marker=f"question:{question.id}",
            is_retry=attempt.number > 1,
        )
        self.triage.place_question(question.id, channel_id=posted.channel_id, ts=posted.ts)

    def tell_answer(self, attempt: Attempt[QuestionAsked]) -> None:
        """Bring the answer to whoever asked, and thank whoever answered."""
        found = self.triage.question(attempt.payload.question_id)
        if found is None or found[0].answer is None:
            return
        question, title = found
        key, is_retry = gap_key(question.gap_id), attempt.number > 1
        if question.channel_id and question.thread_ts:
            thread = Posted(channel_id=question.channel_id, ts=question.thread_ts)
            self._post(views.thanks(key), thread.channel_id, f"question:{question.id}:thanks", is_retry, thread)
        told = views.answered(
            key=key, gap_id=question.gap_id, title=title, by=question.asked_of, text=question.answer or ""
        )
        channel = self.messenger.direct_channel(question.asked_by)
        self._post(told, channel, f"question:{question.id}:answer", is_retry, None)

    def tell_addition(self, attempt: Attempt[AnswerGrew]) -> None:
        """Bring whoever asked the answer with what was added to it, and say that it was kept."""
        found = self.triage.question(attempt.payload.question_id)
        if found is None or found[0].answer is None or not found[0].channel_id or not found[0].thread_ts:
            return
        question, title = found
        marker, is_retry = f"question:{question.id}:added:{attempt.job_id}", attempt.number > 1
        thread = Posted(channel_id=question.channel_id or "", ts=question.thread_ts or "")
        self._post(views.thanks(gap_key(question.gap_id)), thread.channel_id, f"{marker}:kept", is_retry, thread)
        told = views.answered(
            key=gap_key(question.gap_id),
            gap_id=question.gap_id,
            title=title,
            by=question.asked_of,
            text=question.answer or "",
        )
        self._post(told, self.messenger.direct_channel(question.asked_by), marker, is_retry, None)

    def tell_awake(self, attempt: Attempt[GapAwoke]) -> None:
        """Say that a gap has the demand that it waited for."""
        awoke = attempt.payload
        gap = self.triage.card(awoke.gap_id).gap
        message = views.awake(gap, accounts_then=awoke.accounts_then)
        channel = self.messenger.direct_channel(awoke.user_id)
        marker = attempt.key or f"awake:{attempt.job_id}"
        self._post(message, channel, marker, attempt.number > 1, None)

    def unfurl(self, attempt: Attempt[GapNamed]) -> None:
        """Show the gap that somebody named, in its thread; where strangers read along, to them alone."""
        named = attempt.payload
        gap = self.show_triage.brief(named.gap_id, by=named.user_id)
        if gap is None:
            return
        message = views.brief(gap, organisation=self.organisation)
        if named.channel_id.startswith("D") or self.audience.is_only_ours(named.channel_id):
            thread = Posted(channel_id=named.channel_id, ts=named.thread_ts)
            self._post(message, named.channel_id, f"unfurl:{attempt.job_id}", attempt.number > 1, thread)
        else:
            self.messenger.whisper(message, channel=named.channel_id, user_id=named.user_id)

    def review(self, attempt: Attempt[ReviewDue]) -> None:
        """Send one person the list of what waits for them, if anything still does."""
        due = attempt.payload
        queue = self.queues.queue_of(due.user_id)
        if queue:
            message = views.review(queue, [self.queues.waited(gap) for gap in queue])
            channel = self.messenger.direct_channel(due.user_id)
            self._post(message, channel, f"review:{due.user_id}:{due.label}", attempt.number > 1, None)

    def _post(self, message: Message, channel: str, marker: str, is_retry: bool, thread: Posted | None) -> None:
        self.messenger.post(message, channel=channel, marker=marker, is_retry=is_retry, thread=thread)
