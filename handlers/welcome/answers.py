"""What the bot says to people who write to it."""

from dataclasses import dataclass

from slack_sdk import WebClient

from domain.gap_query import GapQuery
from domain.organisation import Organisation
from handlers import blocks
from handlers.buttons import Button
from handlers.messages import Message
from handlers.messenger import Messenger
from handlers.top_gaps.views import ranked_list
from storage.jobs import Attempt
from storage.messages import Posted
from usecases.job_kinds import MessageReceived, PersonGreeted
from usecases.list_gaps import ListGaps

PROMPTS = (
    {"title": "Show the top gaps", "message": "Show me the top gaps"},
    {"title": "File a request", "message": "I want to file a feature request"},
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Handlers of the jobs that writing to the bot promises."""

    client: WebClient
    messenger: Messenger
    organisation: Organisation
    list_gaps: ListGaps

    def answer(self, attempt: Attempt[MessageReceived]) -> None:
        """Answer in the message's thread. The list goes to direct messages only: elsewhere others read along."""
        got = attempt.payload
        is_private = got.channel_id.startswith("D")
        if got.wants == "list" and is_private:
            page = self.list_gaps.page(GapQuery(), by=got.user_id, page=0)
            message = ranked_list(page, organisation=self.organisation)
        else:
            message = help_message()
        self.messenger.post(
            message,
            channel=got.channel_id,
            marker=f"answer:{got.channel_id}:{attempt.job_id}",
            is_retry=attempt.number > 1,
            thread=Posted(channel_id=got.channel_id, ts=got.ts),
        )

    def suggest_prompts(self, attempt: Attempt[PersonGreeted]) -> None:
        """Offer what to say in the Messages tab. With a thread_ts the call would silently do nothing."""
        if attempt.payload.channel_id:
            self.client.api_call(
                "assistant.threads.setSuggestedPrompts",
                json={"channel_id": attempt.payload.channel_id, "prompts": list(PROMPTS)},
            )


def help_message() -> Message:
    sentence = "I collect what customers miss, and rank it by what it costs us."
    return Message(
        text=f"{sentence} File with /feature-request, see the ranking with /top-gaps.",
        blocks=[
            blocks.section(
                f"{sentence}\n• `/feature-request` files what an account needs, in half a minute\n"
                "• `/top-gaps` shows what matters most\n• `/gap GAP-42` shows one gap"
            ),
            blocks.actions(
                blocks.button("File a request", action_id=Button.OPEN_FORM, style="primary"),
                block_id="help.file",
            ),
        ],
    )
