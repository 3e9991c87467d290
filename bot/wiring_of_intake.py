"""Taking requests in by conversation, and triage, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient

from bot.app import Listeners
from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Daily, Every, Weekly
from bot.schedule import Schedule
from domain.language_model import LanguageModel
from domain.ports import Clock
from handlers.audience import Audience
from handlers.conversation.channel_account import WORD, ChannelAccountWord
from handlers.conversation.listeners import ConversationListeners
from handlers.conversation.turns import Turns
from handlers.gap_card.listeners import GapWord
from handlers.messenger import Messenger
from handlers.split.listeners import SplitListeners
from handlers.triage.listeners import TriageListeners
from handlers.triage.pages import TriagePages
from storage.database import Database
from storage.jobs import JobKind
from usecases import intake_job_kinds as kinds
from usecases.add_to_answer import AddToAnswer
from usecases.channel_account import ChannelAccount
from usecases.converse import Converse
from usecases.current_rates import Rates
from usecases.file_request import FileRequest
from usecases.find_accounts import FindAccounts
from usecases.guess_the_rest import GuessTheRest
from usecases.hear_message import HearMessage
from usecases.hear_needs import HearNeeds
from usecases.job_kinds import SlotCame
from usecases.know_people import KnowPeople
from usecases.merge_gaps import MergeGaps
from usecases.move_gap import MoveGap
from usecases.point_at_message import PointAtMessage
from usecases.show_conversation import ShowConversation
from usecases.show_triage import ShowTriage
from usecases.split_gap import SplitGap
from usecases.suggest_gaps import SuggestGaps
from usecases.tell_about_request import TellAboutRequest
from usecases.tend_index import TendIndex
from usecases.tend_queues import TendQueues
from usecases.triage import Triage
from usecases.triage_job_kinds import TELL_AWAKE
from usecases.turn_away import TurnAway


@dataclass(frozen=True, slots=True)
class Intake:
    """The verbs, each built once."""

    tend_index: TendIndex
    converse: Converse
    show_conversation: ShowConversation
    point: PointAtMessage
    hear: HearMessage
    merge_gaps: MergeGaps
    split_gap: SplitGap
    triage: Triage
    queues: TendQueues
    show_triage: ShowTriage
    channel_account: ChannelAccount
    guess: GuessTheRest | None


def build_intake(
    *,
    database: Database,
    policy: Policy,
    people: KnowPeople,
    rates: Rates,
    file_request: FileRequest,
    suggest: SuggestGaps,
    turn_away: TurnAway,
    model: LanguageModel | None,
    now: Clock,
) -> Intake:
    needs = HearNeeds(rates=rates, now=now)
    converse = Converse(
        database=database,
        people=people,
        hear=needs,
        file_request=file_request,
        now=now,
        guesses=model is not None,
    )
    triage = Triage(database=database, people=people, organisation=policy.organisation(), suggest=suggest, now=now)
    point = PointAtMessage(
        database=database, converse=converse, turn_away=turn_away, reaction=policy.intake.reaction, now=now
    )
    merging = MergeGaps(database=database, people=people, now=now)
    return Intake(
        tend_index=TendIndex(database=database),
        converse=converse,
        show_conversation=ShowConversation(database=database, suggest=suggest),
        point=point,
        hear=HearMessage(
            database=database,
            converse=converse,
            point=point,
            turn_away=turn_away,
            answer_question=triage.answer,
            add_to_answer=AddToAnswer(database=database, people=people, now=now),
            now=now,
        ),
        merge_gaps=merging,
        split_gap=SplitGap(database=database, people=people, merging=merging, now=now),
        triage=triage,
        queues=TendQueues(database=database, now=now),
        show_triage=ShowTriage(database=database, people=people),
        channel_account=ChannelAccount(database=database, people=people, now=now),
        guess=GuessTheRest(
            database=database,
            converse=converse,
            hear=needs,
            model=model,
            shares_customers=policy.language_model.customer_data,
        )
        if model
        else None,
    )


def intake_listeners(use: Intake, policy: Policy, *, find_accounts: FindAccounts) -> Listeners:
    return ConversationListeners(
        organisation=policy.organisation(), converse=use.converse, find_accounts=find_accounts, point=use.point
    )


def intake_words(use: Intake) -> Mapping[str, GapWord]:
    """What is answered of `/gap WORD`, without a key."""
    return {WORD: ChannelAccountWord(use.channel_account)}


def triage_listeners(use: Intake, policy: Policy, *, move_gap: MoveGap) -> TriageListeners:
    return TriageListeners(
        organisation=policy.organisation(),
        triage=use.triage,
        move_gap=move_gap,
        merge_gaps=use.merge_gaps,
        show=use.show_triage,
    )


def split_listeners(use: Intake) -> SplitListeners:
    return SplitListeners(split_gap=use.split_gap)


def intake_handlers(
    use: Intake, policy: Policy, *, tell: TellAboutRequest, messenger: Messenger, client: WebClient
) -> Mapping[JobKind[Any], Handler]:
    audience = Audience(client=client, people=use.converse.people)
    turns = Turns(
        client=client,
        messenger=messenger,
        audience=audience,
        show=use.show_conversation,
        converse=use.converse,
        point=use.point,
    )
    triage = TriagePages(
        messenger=messenger,
        triage=use.triage,
        queues=use.queues,
        tell=tell,
        organisation=policy.organisation(),
        show_triage=use.show_triage,
        audience=audience,
    )
    return {
        **({kinds.GUESS_THE_REST: use.guess} if use.guess else {}),
        kinds.SHOW_TRIAGE: triage.show,
        kinds.ASK_REQUESTER: triage.ask,
        kinds.TELL_ANSWER: triage.tell_answer,
        kinds.TELL_ADDITION: triage.tell_addition,
        kinds.SEND_REVIEW: triage.review,
        TELL_AWAKE: triage.tell_awake,
        kinds.UNFURL_GAP: triage.unfurl,
        kinds.LOOK_AT_QUEUES: use.queues.look,
        kinds.REVIEW_WEEK: use.queues.review,
        kinds.TEND_INDEX: use.tend_index,
        kinds.ANSWER_TURN: turns.answer,
        kinds.READ_MESSAGE: turns.read,
        kinds.TELL_THREAD: turns.tell_thread,
        kinds.TELL_STRANGER: turns.tell_stranger,
    }


def intake_schedules(use: Intake) -> list[Schedule[Any]]:
    since = use.queues.began()
    return [
        Schedule(
            name="gaps.index",
            recurrence=Every(period=timedelta(minutes=2)),
            kind=kinds.TEND_INDEX,
            payload=lambda slot: SlotCame(slot=slot.label),
        ),
        Schedule(
            name="triage.look",
            recurrence=Daily(at=time(8, 0), zone=ZoneInfo("UTC")),
            kind=kinds.LOOK_AT_QUEUES,
            since=since,
            payload=lambda slot: SlotCame(slot=slot.label),
        ),
        Schedule(
            name="triage.review",
            recurrence=Weekly(weekday=0, at=time(8, 30), zone=ZoneInfo("UTC")),
            kind=kinds.REVIEW_WEEK,
            since=since,
            catch_up=timedelta(days=4),
            payload=lambda slot: SlotCame(slot=slot.label),
        ),
    ]
