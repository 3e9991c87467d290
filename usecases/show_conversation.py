"""Read a conversation for its next card."""

from dataclasses import dataclass
from datetime import date

from domain.errors import NotAllowed
from domain.keys import gap_key
from storage import accounts, conversations, messages, requests
from storage.conversations import ENDED, FILED
from storage.database import Database
from storage.messages import Posted
from usecases.suggest_gaps import SuggestGaps, Suggestion
from usecases.understanding.draft import Draft

OFFERED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationNow:
    """A conversation at this moment. `gap_id` is there once it was filed."""

    conversation_id: int
    version: int
    channel_id: str
    thread_ts: str
    user_id: str
    draft: Draft
    is_ended: bool
    gap_id: int | None = None
    gap_title: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    renewal: date | None = None
    author_id: str | None = None

    @property
    def gap_key(self) -> str:
        return gap_key(self.gap_id or 0)


@dataclass(frozen=True, slots=True)
class OriginNow:
    """Where a request was said, and what it became."""

    request_id: int
    gap_id: int
    gap_title: str
    requester_id: str
    channel_id: str
    ts: str
    thread_ts: str
    is_withdrawn: bool

    @property
    def gap_key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class ShowConversation:
    """For the jobs that answer."""

    database: Database
    suggest: SuggestGaps

    def __call__(self, conversation_id: int) -> ConversationNow | None:
        """The conversation; None when there is none, or nobody to answer any more."""
        with self.database.read() as session:
            found = conversations.find(session, conversation_id)
            if found is None:
                return None
            draft = Draft.model_validate(found.draft)
            request = requests.find(session, found.request_id) if found.request_id else None
            account = accounts.find(session, draft.account.account_id) if draft.account else None
        return ConversationNow(
            conversation_id=found.id,
            version=found.version,
            channel_id=found.channel_id,
            thread_ts=found.thread_ts,
            user_id=found.user_id,
            draft=draft,
            is_ended=found.state == ENDED,
            gap_id=request.gap_id if request and found.state == FILED else None,
            gap_title=request.gap.title if request else "",
            suggestions=self._alike(draft, by=found.user_id),
            renewal=account.renewal_date if account else None,
            author_id=(found.origin or {}).get("author_id"),
        )

    def card(self, conversation_id: int, *, version: int) -> Posted | None:
        """Where the card of a version was posted."""
        with self.database.read() as session:
            return messages.find(session, f"conversation:{conversation_id}:{version}")

    def origin(self, request_id: int) -> OriginNow | None:
        """The message that a request was made from; None when it was made from none."""
        with self.database.read() as session:
            origin, request = conversations.origin(session, request_id), requests.find(session, request_id)
        if origin is None or request is None:
            return None
        return OriginNow(
            request_id=request_id,
            gap_id=request.gap_id,
            gap_title=request.gap.title,
            requester_id=request.requester_id,
            channel_id=origin.channel_id,
            ts=origin.ts,
            thread_ts=origin.thread_ts,
            is_withdrawn=request.withdrawn_at is not None,
        )

    def keep_permalink(self, request_id: int, permalink: str) -> None:
        with self.database.write() as session:
            conversations.keep_permalink(session, request_id=request_id, permalink=permalink)

    def _alike(self, draft: Draft, *, by: str) -> tuple[Suggestion, ...]:
        if draft.missing is not None:
            return ()
        try:
            return tuple(self.suggest.like(draft.title, by=by, keep=draft.joins, limit=OFFERED))
        except NotAllowed:
            return ()
