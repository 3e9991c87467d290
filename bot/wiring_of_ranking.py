"""What people see of the ranking, put together: the list, why, estimates, history, and the daily snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient

from bot.app import Listeners
from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Daily
from bot.schedule import Schedule
from domain.ports import Clock
from handlers.drawing import Drawings
from handlers.estimates.listeners import EstimateListeners
from handlers.files import Files
from handlers.gap_card.listeners import GapCardListeners, GapWord
from handlers.gap_history.listeners import GapHistory
from handlers.response_url import ResponseUrl
from handlers.top_gaps.ids import Row
from handlers.top_gaps.listeners import Spoken, TopGapsListeners
from handlers.top_gaps.pages import Pages
from handlers.what_if.listeners import WhatIfListeners
from handlers.why.listeners import WhyListeners
from storage.database import Database
from storage.jobs import JobKind
from usecases import job_kinds
from usecases.calibrations import Calibrations
from usecases.correct_deal import CorrectDeal
from usecases.current_rates import Rates
from usecases.estimate_gap import EstimateGap
from usecases.explain_place import ExplainPlace
from usecases.know_people import KnowPeople
from usecases.list_gaps import ListGaps
from usecases.listings import Listings
from usecases.promise_view import PromiseView
from usecases.rank_gaps import RankGaps
from usecases.saved_views import SavedViews
from usecases.show_gap import ShowGap
from usecases.show_history import ShowHistory
from usecases.take_snapshot import TakeSnapshot
from usecases.try_settings import TrySettings
from usecases.turn_page import TurnPage


@dataclass(frozen=True, slots=True)
class RankingUseCases:
    """The verbs around the ranked list, each built once."""

    list_gaps: ListGaps
    saved_views: SavedViews
    turn_page: TurnPage
    explain: ExplainPlace
    estimate_gap: EstimateGap
    correct_deal: CorrectDeal
    show_history: ShowHistory
    take_snapshot: TakeSnapshot
    try_settings: TrySettings
    promise_view: PromiseView


def build_ranking(
    *,
    database: Database,
    policy: Policy,
    people: KnowPeople,
    rank: RankGaps,
    calibrations: Calibrations,
    rates: Rates,
    now: Clock,
) -> RankingUseCases:
    listings = Listings(rank=rank)
    return RankingUseCases(
        list_gaps=ListGaps(database=database, people=people, listings=listings),
        saved_views=SavedViews(database=database, people=people, organisation=policy.organisation(), now=now),
        turn_page=TurnPage(database=database, people=people),
        explain=ExplainPlace(database=database, people=people, rank=rank, listings=listings),
        estimate_gap=EstimateGap(database=database, people=people, rank=rank, now=now),
        correct_deal=CorrectDeal(database=database, people=people, rates=rates, now=now),
        show_history=ShowHistory(database=database, people=people, now=now),
        take_snapshot=TakeSnapshot(database=database, rank=rank, calibrations=calibrations, now=now),
        try_settings=TrySettings(database=database, people=people, rank=rank, listings=listings),
        promise_view=PromiseView(database=database, people=people),
    )


def ranking_listeners(
    use: RankingUseCases,
    policy: Policy,
    *,
    show_gap: ShowGap,
    words: Mapping[str, GapWord],
    words_alone: Mapping[str, GapWord],
    verbs: Mapping[str, Spoken],
) -> list[Listeners]:
    """The list and all that opens from it. Others answer `words` after `/gap GAP-42`, and `verbs` after `/top-gaps`."""
    organisation = policy.organisation()
    why, what_if = _explaining(use)
    estimates = EstimateListeners(estimate_gap=use.estimate_gap, correct_deal=use.correct_deal)
    own: Mapping[str, GapWord] = {
        "why": why.open_by_command,
        "history": GapHistory(show_history=use.show_history).tell,
        "effort": estimates.open_by_command,
        "estimate": estimates.open_by_command,
    }
    card = GapCardListeners(
        organisation=organisation, show_gap=show_gap, words={**own, **words}, words_alone=words_alone
    )
    top_gaps = TopGapsListeners(
        organisation=organisation,
        list_gaps=use.list_gaps,
        saved_views=use.saved_views,
        turn_page=use.turn_page,
        rows={Row.WHY: why.open, Row.OPEN: card.open, Row.ESTIMATE: estimates.open},
        verbs={**what_if.verbs, **verbs},
    )
    return [top_gaps, card, why, estimates, what_if]


def _explaining(use: RankingUseCases) -> tuple[WhyListeners, WhatIfListeners]:
    """Both answer at once, or draw later what they have promised."""
    return (
        WhyListeners(explain=use.explain, saved_views=use.saved_views, promise=use.promise_view),
        WhatIfListeners(try_settings=use.try_settings, saved_views=use.saved_views, promise=use.promise_view),
    )


def ranking_handlers(
    use: RankingUseCases, policy: Policy, *, client: WebClient, files: Files, response_url: ResponseUrl
) -> Mapping[JobKind[Any], Handler]:
    pages = Pages(
        organisation=policy.organisation(),
        list_gaps=use.list_gaps,
        saved_views=use.saved_views,
        response_url=response_url,
        files=files,
    )
    why, what_if = _explaining(use)
    return {
        job_kinds.DRAW_VIEW: Drawings(client=client, painters={"why": why.paint, "what_if": what_if.paint}).draw,
        job_kinds.TURN_PAGE: pages.turn,
        job_kinds.SEND_CSV: pages.send_csv,
        job_kinds.TAKE_SNAPSHOT: use.take_snapshot,
    }


def ranking_schedules() -> list[Schedule[Any]]:
    """After the night's full pass over the CRM, before anybody looks."""
    return [
        Schedule(
            name="ranking.snapshot",
            recurrence=Daily(at=time(4, 0), zone=ZoneInfo("UTC")),
            kind=job_kinds.TAKE_SNAPSHOT,
            payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
        )
    ]
