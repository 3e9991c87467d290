"""The governed Top 10, composed: its use cases, its jobs, its listeners and its clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.attempts import Handler
from bot.policy_file import Policy
from bot.recurrence import Every
from bot.schedule import Schedule
from domain.digest import week_of
from domain.ports import Clock
from handlers.messenger import Messenger
from handlers.top10.copies import ProposalCopies
from handlers.top10.listeners import Top10Listeners
from storage.database import Database
from storage.jobs import JobKind
from usecases import job_kinds
from usecases.decide_proposal import DecideProposal
from usecases.eligible import Eligible
from usecases.figures import RankedFigures
from usecases.know_people import KnowPeople
from usecases.propose_top10 import ProposeTop10
from usecases.rank_gaps import RankGaps
from usecases.run_top10 import RunTop10
from usecases.show_proposal import ShowProposal
from usecases.show_top10 import ShowTop10
from usecases.watch_proposals import WatchProposals


@dataclass(frozen=True, slots=True)
class Governance:
    """The verbs of the official list."""

    show: ShowTop10
    show_proposal: ShowProposal
    propose: ProposeTop10
    decide: DecideProposal
    run: RunTop10
    watch: WatchProposals


def build_governance(
    *, database: Database, policy: Policy, people: KnowPeople, rank: RankGaps, now: Clock
) -> Governance:
    quorum = policy.top10.as_quorum()
    figures = RankedFigures(rank)
    eligible = Eligible(people=people, quorum=quorum)
    return Governance(
        show=ShowTop10(database=database, people=people, figures=figures),
        show_proposal=ShowProposal(database=database, eligible=eligible),
        propose=ProposeTop10(database=database, people=people, figures=figures, quorum=quorum, now=now),
        decide=DecideProposal(database=database, people=people, eligible=eligible, now=now),
        run=RunTop10(database=database, figures=figures, quorum=quorum, now=now),
        watch=WatchProposals(database=database, eligible=eligible, now=now),
    )


def governance_handlers(govern: Governance, *, messenger: Messenger) -> Mapping[JobKind[Any], Handler]:
    copies = ProposalCopies(show_proposal=govern.show_proposal, show=govern.show, messenger=messenger)
    return {
        job_kinds.SHOW_PROPOSAL: copies.show_copy,
        job_kinds.REMIND_OF_PROPOSAL: copies.remind,
        job_kinds.ESCALATE_PROPOSAL: copies.escalate,
        job_kinds.DISCUSS_PROPOSAL: copies.discuss,
        job_kinds.ANNOUNCE_TOP10: copies.announce,
        job_kinds.PROPOSAL_OPENED: govern.watch.opened,
        job_kinds.PROPOSAL_CHANGED: govern.watch.changed,
        job_kinds.WATCH_PROPOSALS: govern.watch.watch,
        job_kinds.RUN_TOP10: govern.run.run,
    }


def governance_listeners(govern: Governance) -> Top10Listeners:
    return Top10Listeners(show=govern.show, propose=govern.propose, decide=govern.decide)


def governance_schedules(policy: Policy) -> list[Schedule[Any]]:
    """A look at what waits for a decision, and the weekly rule where there is a channel for its proposals."""
    watch: Schedule[Any] = Schedule(
        name="top10.watch",
        recurrence=Every(period=timedelta(minutes=10)),
        kind=job_kinds.WATCH_PROPOSALS,
        payload=lambda slot: job_kinds.SlotCame(slot=slot.label),
        catch_up=timedelta(minutes=10),
    )
    run: Schedule[Any] = Schedule(
        name="top10.run",
        recurrence=policy.top10.weekly(),
        kind=job_kinds.RUN_TOP10,
        payload=lambda slot: job_kinds.PeriodCame(period=week_of(date.fromisoformat(slot.label[:10]))),
    )
    return [watch, run] if policy.top10.channel else [watch]
