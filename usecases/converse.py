"""Take a request in by conversation: each message is a turn, kept before it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.errors import NotFound, Overtaken, Refusal
from domain.people import PersonKind
from domain.policy import Action
from domain.ports import Clock
from storage import accounts, conversations, inbox, people
from storage.conversations import ENDED, FILED, OPEN, Origin
from storage.database import Database
from storage.jobs import enqueue
from storage.models import Conversation
from usecases.file_request import FileRequest, Submission
from usecases.hear_needs import HearNeeds
from usecases.intake_job_kinds import ANSWER_TURN, GUESS_THE_REST, TELL_THREAD, OriginKnown, TurnTaken
from usecases.know_people import KnowPeople
from usecases.request_fields import RequestFields
from usecases.understanding.answers import Answer, Command
from usecases.understanding.draft import Draft, Part
from usecases.understanding.turns import after, chosen_account, with_renewal

STILL_MEANT = timedelta(minutes=30)
"""How long a message outside of a thread may belong to the conversation before it."""
MOST_TRIES = 3
_SAID_PLAINLY = {"title", "use_case", "workaround"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message to us. `thread_ts` is the thread it stands in, if it stands in one."""

    user_id: str
    channel_id: str
    ts: str
    thread_ts: str | None
    text: str

    @property
    def is_private(self) -> bool:
        return self.channel_id.startswith("D")


@dataclass(frozen=True, slots=True)
class Converse:
    """Turns of conversations; the answers are jobs."""

    database: Database
    people: KnowPeople
    hear: HearNeeds
    file_request: FileRequest
    now: Clock
    guesses: bool = False
    """Whether a language model may add to what was understood."""

    def take(self, heard: Heard, *, key: str) -> bool:
        """Take a direct message as a turn; False when it is none, so that somebody else may answer it."""
        with self.database.read() as session:
            if people.kind_of(session, heard.user_id) is not PersonKind.MEMBER:
                return False
            conversation = self._meant(session, heard)
            if conversation is None:
                draft = self.hear.draft(session, heard.text, channel_id=heard.channel_id)
            else:
                asked = Part(conversation.asked) if conversation.asked else None
                before = Draft.model_validate(conversation.draft)
                answer = self.hear.answer(session, heard.text, draft=before, asked=asked)
        if conversation is None:
            if draft is not None:
                self._begin(heard, draft, key=key)
            return draft is not None
        self._turn(conversation, answer, key=key)
        return True

    def start(self, heard: Heard, *, key: str, origin: Origin | None, is_told: bool = True) -> int:
        """Open a conversation about a message that somebody pointed at; return its id, the same for the same key."""
        with self.database.read() as session:
            draft = self.hear.any_draft(session, heard.text, channel_id=origin.channel_id if origin else None)
        return self._begin(heard, draft, key=key, origin=origin, is_told=is_told)

    def open(self, conversation_id: int, *, by: str) -> tuple[Conversation, Draft]:
        """The conversation as it is now; raise `NotAllowed`, `NotFound` or `Overtaken`."""
        with self.database.read() as session:
            found = self._allowed(session, conversation_id, by)
        return found, Draft.model_validate(found.draft)

    def choose(self, conversation_id: int, changes: dict[str, Any], *, by: str, ts: str | None) -> None:
        """Take what somebody chose by a button or wrote into the form; `ts` is the message to redraw."""
        self._changed(conversation_id, by, ts, lambda draft: draft.changed(changes))

    def name_account(self, conversation_id: int, account_id: int, *, by: str, ts: str | None) -> None:
        """Take the account that somebody chose; raise `NotFound` for one that is gone."""
        with self.database.read() as session:
            self._allowed(session, conversation_id, by)
            account = accounts.find(session, account_id)
        if account is None:
            raise NotFound("That account is not here any more. Choose it again.")
        self.choose(conversation_id, chosen_account(account_id, account.name), by=by, ts=ts)

    def add_guesses(self, conversation_id: int, changes: Mapping[str, Any], *, version: int) -> None:
        """Add what a model guessed of this version, and redraw its card; nothing when somebody went on meanwhile."""
        with self.database.write() as session:
            found = conversations.find(session, conversation_id)
            if found is None or found.state != OPEN:
                return
            draft = Draft.model_validate(found.draft).with_guesses(changes)
            values = {"draft": draft.model_dump(mode="json"), "asked": draft.missing}
            if conversations.change(
                session, conversation_id=found.id, expected_version=version, values=values, at=self.now()
            ):
                self._say(session, found.id, found.channel_id, version=version + 1, redraws=version)

    def settle_thread(self, conversation_id: int, *, ts: str) -> None:
        """A conversation that began without a message of the person's goes on below our first one."""
        with self.database.write() as session:
            conversations.settle_thread(session, conversation_id=conversation_id, ts=ts)

    def cancel(self, conversation_id: int, *, by: str, ts: str | None) -> None:
        """End it; nothing is filed."""
        self._changed(conversation_id, by, ts, lambda draft: draft, state=ENDED)

    def file(self, conversation_id: int, *, by: str, ts: str | None) -> int:
        """File what was understood; return the request's id. Raise a `Refusal` that says what is wrong.

        A second time is the same request. When it raises, nothing was filed.
        """
        with self.database.read() as session:
            found = self._allowed(session, conversation_id, by, also_filed=True)
            draft = Draft.model_validate(found.draft)
            renewal = self._renewal(session, draft)
        if found.request_id is not None:
            return found.request_id
        filed = self.file_request(self._submission(found, with_renewal(draft, renewal), by))
        with self.database.write() as session:
            values = {"state": FILED, "request_id": filed.request_id, "asked": None}
            is_first = conversations.change(
                session, conversation_id=found.id, expected_version=found.version, values=values, at=self.now()
            )
            if found.origin:
                conversations.keep_origin(session, request_id=filed.request_id, origin=Origin(**found.origin))
                promised = OriginKnown(request_id=filed.request_id)
                enqueue(session, TELL_THREAD, promised, key=f"request:{filed.request_id}:thread")
            if is_first:
                self._promise(session, found, version=found.version + 1, ts=ts)
        return filed.request_id

    def _meant(self, session: Session, heard: Heard) -> Conversation | None:
        """The open conversation that the message belongs to: by its thread, or the last one."""
        if heard.thread_ts is not None:
            found = conversations.by_key(session, _key(heard.channel_id, heard.thread_ts))
            return found if found and found.state == OPEN and found.user_id == heard.user_id else None
        since = self.now() - STILL_MEANT
        found = conversations.going_on(session, user_id=heard.user_id, channel_id=heard.channel_id, since=since)
        if found is None or found.asked in {Part.TITLE, Part.ACCOUNT}:
            return found
        answer = self.hear.answer(session, heard.text, draft=Draft.model_validate(found.draft), asked=None)
        if answer.command is not None or _SAID_PLAINLY & set(answer.changes):
            return found
        anew = self.hear.draft(session, heard.text, channel_id=None)
        is_new = anew is not None and bool(anew.title and (anew.account or anew.choices or anew.unknown_account))
        return None if is_new else found

    def _begin(
        self, heard: Heard, draft: Draft, *, key: str, origin: Origin | None = None, is_told: bool = True
    ) -> int:
        thread = heard.thread_ts or heard.ts
        where = _key(heard.channel_id, thread)
        with self.database.write() as session:
            self.people.authorised(session, heard.user_id, Action.FILE_REQUEST)
            if not inbox.first_time(session.connection(), key=key, at=self.now()):
                return int((inbox.subject_of(session, key) or "conversation:0").partition(":")[2])
            if conversations.by_key(session, where) is not None:
                where = _key(heard.channel_id, heard.ts) + f":{heard.user_id}"
            values = {
                "draft": draft.model_copy(update={"is_quiet": not is_told}).model_dump(mode="json"),
                "asked": draft.missing,
                "origin": None if origin is None else _as_json(origin),
            }
            id_ = conversations.begin(
                session,
                key=where[:80],
                channel_id=heard.channel_id,
                thread_ts=thread,
                user_id=heard.user_id,
                values=values,
                at=self.now(),
            )
            inbox.name_subject(session.connection(), key=key, subject=f"conversation:{id_}")
            if is_told:
                self._say(session, id_, heard.channel_id, version=1)
            if is_told and self.guesses and draft.use_case and draft.missing:
                first = TurnTaken(conversation_id=id_, version=1)
                enqueue(session, GUESS_THE_REST, first, key=f"conversation:{id_}:guess")
        return id_

    def _turn(self, found: Conversation, answer: Answer, *, key: str) -> None:
        """Keep what the message changed. A command to file is carried out after its turn is kept."""
        draft = Draft.model_validate(found.draft)
        changed, goes_on = after(draft, answer)
        state = OPEN if goes_on else ENDED
        with self.database.write() as session:
            if not inbox.first_time(session.connection(), key=key, at=self.now()):
                return
            values = {"draft": changed.model_dump(mode="json"), "asked": changed.missing, "state": state}
            if not conversations.change(
                session, conversation_id=found.id, expected_version=found.version, values=values, at=self.now()
            ):
                raise Overtaken("Two messages came at once. Please say the last one again.")
            wants_filing = answer.command is Command.FILE and changed.missing is None
            if not wants_filing:
                self._promise(session, found, version=found.version + 1, ts=None)
        if wants_filing:
            self._file_or_say_why(found)

    def _file_or_say_why(self, found: Conversation) -> None:
        try:
            self.file(found.id, by=found.user_id, ts=None)
        except Refusal as refused:
            trouble = {"trouble": refused.sentence}
            self._changed(found.id, found.user_id, None, lambda draft: draft.model_copy(update=trouble))

    def _changed(self, conversation_id: int, by: str, ts: str | None, change: Any, *, state: str = OPEN) -> None:
        """Change the draft, and again on top of what somebody else changed meanwhile."""
        for _ in range(MOST_TRIES):
            with self.database.write() as session:
                found = self._allowed(session, conversation_id, by)
                draft: Draft = change(Draft.model_validate(found.draft))
                values = {"draft": draft.model_dump(mode="json"), "asked": draft.missing, "state": state}
                if conversations.change(
                    session, conversation_id=found.id, expected_version=found.version, values=values, at=self.now()
                ):
                    self._promise(session, found, version=found.version + 1, ts=ts)
                    return
        raise Overtaken("This is being changed somewhere else. Please try again.")

    def _allowed(self, session: Session, conversation_id: int, by: str, *, also_filed: bool = False) -> Conversation:
        """The conversation, if it is this person's own."""
        self.people.authorised(session, by, Action.FILE_REQUEST)
        found = conversations.find(session, conversation_id)
        if found is None or found.user_id != by:
            raise NotFound("You may not do this, or it does not exist.")
        if found.state != OPEN and not (also_filed and found.state == FILED):
            raise Overtaken("This was filed already." if found.state == FILED else "This was cancelled.")
        return found

    def _promise(self, session: Session, found: Conversation, *, version: int, ts: str | None) -> None:
        if not Draft.model_validate(found.draft).is_quiet:
            self._say(session, found.id, found.channel_id, version=version, ts=ts)

    def _say(self, session: Session, id_: int, channel: str, *, version: int, **which: Any) -> None:
        turn = TurnTaken(conversation_id=id_, version=version, **which)
        enqueue(session, ANSWER_TURN, turn, key=f"conversation:{id_}:{version}", lane=f"channel:{channel}")

    def _renewal(self, session: Session, draft: Draft) -> Any:
        account = accounts.find(session, draft.account.account_id) if draft.account and draft.by_renewal else None
        day = account.renewal_date if account else None
        return day if day and day >= self.hear.today() else None

    def _submission(self, found: Conversation, draft: Draft, by: str) -> Submission:
        return Submission(
            key=f"conversation:{found.id}",
            by=by,
            account_id=draft.account.account_id if draft.account else None,
            new_account=draft.new_account,
            join_gap_id=draft.joins,
            area_key=draft.area_key,
            fields=RequestFields(
                title=draft.title,
                use_case=draft.use_case,
                workaround=draft.workaround,
                priority=draft.priority,
                impact=draft.impact,
                arr=draft.arr,
                needed_by=draft.needed_by.isoformat() if draft.needed_by else None,
                opportunity_id=draft.opportunity_id,
                gitlab_url=draft.gitlab_url,
            ),
            source="message" if found.origin else "conversation",
            channel_id=found.channel_id,
        )


def _as_json(origin: Origin) -> dict[str, Any]:
    return {
        "channel_id": origin.channel_id,
        "ts": origin.ts,
        "thread_ts": origin.thread_ts,
        "author_id": origin.author_id,
    }


def _key(channel_id: str, thread_ts: str) -> str:
    return f"{channel_id}:{thread_ts}"
