"""Taking requests in by conversation, and triage, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient

from bot.app import Listeners
from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Every
from bot.schedule import Schedule
from domain.ports import Clock
from handlers.conversation.listeners import ConversationListeners
from handlers.conversation.turns import Turns
from handlers.messenger import Messenger
from storage.database import Database
from storage.jobs import JobKind
from usecases import intake_job_kinds as kinds
from usecases.converse import Converse
from usecases.current_rates import Rates
from usecases.file_request import FileRequest
from usecases.find_accounts import FindAccounts
from usecases.hear_message import HearMessage
from usecases.hear_needs import HearNeeds
from usecases.job_kinds import SlotCame
from usecases.know_people import KnowPeople
from usecases.merge_gaps import MergeGaps
from usecases.point_at_message import PointAtMessage
from usecases.show_conversation import ShowConversation
from usecases.suggest_gaps import SuggestGaps
from usecases.tend_index import TendIndex


@dataclass(frozen=True, slots=True)
class Intake:
    """The verbs, each built once."""

    tend_index: TendIndex
    converse: Converse
    show_conversation: ShowConversation
    point: PointAtMessage
    hear: HearMessage
    merge_gaps: MergeGaps


def build_intake(
    *,
    database: Database,
    policy: Policy,
    people: KnowPeople,
    rates: Rates,
    file_request: FileRequest,
    suggest: SuggestGaps,
    now: Clock,
) -> Intake:
    converse = Converse(
        database=database, people=people, hear=HearNeeds(rates=rates, now=now), file_request=file_request, now=now
    )
    point = PointAtMessage(database=database, converse=converse, reaction=policy.intake.reaction, now=now)
    return Intake(
        tend_index=TendIndex(database=database),
        converse=converse,
        show_conversation=ShowConversation(database=database, suggest=suggest),
        point=point,
        hear=HearMessage(
            database=database,
            converse=converse,
            point=point,
            answer_question=lambda _heard, _key: False,
            now=now,
        ),
        merge_gaps=MergeGaps(database=database, people=people, now=now),
    )


def intake_listeners(use: Intake, policy: Policy, *, find_accounts: FindAccounts) -> Listeners:
    return ConversationListeners(
        organisation=policy.organisation(), converse=use.converse, find_accounts=find_accounts, point=use.point
    )


def intake_handlers(use: Intake, *, messenger: Messenger, client: WebClient) -> Mapping[JobKind[Any], Handler]:
    turns = Turns(
        client=client, messenger=messenger, show=use.show_conversation, converse=use.converse, point=use.point
    )
    return {
        kinds.TEND_INDEX: use.tend_index,
        kinds.ANSWER_TURN: turns.answer,
        kinds.READ_MESSAGE: turns.read,
        kinds.TELL_THREAD: turns.tell_thread,
    }


def intake_schedules() -> list[Schedule[Any]]:
    return [
        Schedule(
            name="gaps.index",
            recurrence=Every(period=timedelta(minutes=2)),
            kind=kinds.TEND_INDEX,
            payload=lambda slot: SlotCame(slot=slot.label),
        )
    ]
