"""What the Home tab shows a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.gap_changes import NoticeChoice
from domain.issues import Health
from domain.keys import gap_key
from domain.money import Money
from domain.organisation import Organisation
from domain.people import Actor, PersonKind
from domain.policy import Action, may
from domain.ports import Clock
from domain.top10 import Change
from domain.words import GapState, Priority
from domain.working_days import working_days_between
from storage import gap_moves, gaps, home, notices, triage
from storage.database import Database
from storage.home import AskingAccount
from storage.triage import QueuedGap
from usecases.home_pages import NOTHING, SIZES, Page, Section, page_of, turned_to
from usecases.know_people import KnowPeople
from usecases.rank_gaps import RankGaps

MOST_IN_AREAS = 5


@dataclass(frozen=True, slots=True)
class MyRequest:
    """A request of the reader, with where its gap stands today."""

    request_id: int
    gap_id: int
    gap_title: str
    gap_state: GapState
    account: str
    priority: Priority
    rank: int | None
    filed_at: datetime

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class MyApproval:
    """A proposal for the Top 10 that waits for the reader's word."""

    proposal_id: int
    change: Change


@dataclass(frozen=True, slots=True)
class MyQuestion:
    """Something that triage wants to know of the reader, and has not been told."""

    question_id: int
    gap_id: int
    gap_title: str
    text: str
    asked_by: str

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A gap that waits for a decision, and for how many working days it has."""

    gap: QueuedGap
    days: int


@dataclass(frozen=True, slots=True)
class WantedGap:
    """A gap that one of the reader's accounts asks for, with its place in the ranking."""

    gap_id: int
    title: str
    state: GapState
    priority: Priority
    rank: int | None

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class MyAccount:
    """An account that the reader owns or looks after, and the gaps that it asks for."""

    name: str
    arr: Money | None
    gaps: tuple[WantedGap, ...]


@dataclass(frozen=True, slots=True)
class AccountSum:
    """All of the reader's accounts that ask for something, together. Money that nobody can convert is left out."""

    accounts: int
    gaps: int
    arr: Money


@dataclass(frozen=True, slots=True)
class AreaGap:
    """One of the strongest gaps of the reader's areas."""

    gap_id: int
    title: str
    state: GapState
    rank: int
    accounts: int
    health: Health | None

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class Home:
    """The Home tab of one person; `is_welcome` is false for guests, who get an explanation and nothing else."""

    is_welcome: bool
    requests: Page[MyRequest] = NOTHING
    notices: NoticeChoice = NoticeChoice.AT_ONCE
    approvals: Page[MyApproval] = NOTHING
    questions: Page[MyQuestion] = NOTHING
    queue: Page[Waiting] = NOTHING
    nobodys: Page[Waiting] = NOTHING
    areas: tuple[str, ...] = ()
    area_gaps: tuple[AreaGap, ...] = ()
    accounts: Page[MyAccount] = NOTHING
    account_sum: AccountSum | None = None

    @property
    def gap_ids(self) -> frozenset[int]:
        """Every gap that is on it: whatever happens to one of them makes it out of date."""
        return frozenset().union(
            (one.gap_id for one in self.requests.rows),
            (one.gap_id for one in self.questions.rows),
            (one.gap_id for one in self.area_gaps),
            (one.gap.gap_id for one in (*self.queue.rows, *self.nobodys.rows)),
            (gap.gap_id for account in self.accounts.rows for gap in account.gaps),
        )


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Read what belongs to one person."""

    database: Database
    people: KnowPeople
    rank: RankGaps
    organisation: Organisation
    now: Clock
    waiting_for: Callable[[Session, str], Sequence[MyApproval]] = lambda _session, _user_id: ()

    def __call__(self, user_id: str) -> Home:
        with self.database.read() as session:
            actor = self.people.actor(session, user_id)
            if actor.kind is not PersonKind.MEMBER or not may(actor, Action.FILE_REQUEST):
                return Home(is_welcome=False)
            visit = home.visit(session, user_id)
            pages: Mapping[str, Any] = visit.pages if visit else {}
            choice = notices.preferences(session, [user_id]).get(user_id, NoticeChoice.AT_ONCE)
            areas = tuple(area for area in self.organisation.areas if area.dri == user_id)
            accounts = home.accounts_of(session, user_id)
            return Home(
                is_welcome=True,
                notices=NoticeChoice(choice),
                approvals=page_of(Section.APPROVALS, pages, self.waiting_for(session, user_id)),
                questions=page_of(Section.QUESTIONS, pages, self._questions(session, user_id)),
                queue=self._queue(session, Section.QUEUE, pages, triage.queue(session, dri_id=user_id)),
                nobodys=self._queue(session, Section.NOBODYS, pages, self._nobodys(session, actor)),
                areas=tuple(area.name for area in areas),
                area_gaps=self._area_gaps(session, [area.key for area in areas]),
                accounts=self._accounts(session, pages, accounts),
                account_sum=self._sum(accounts),
                requests=self._requests(session, user_id, pages),
            )

    def _requests(self, session: Session, user_id: str, pages: Mapping[str, Any]) -> Page[MyRequest]:
        size, total = SIZES[Section.REQUESTS], home.count_requests(session, user_id)
        number = turned_to(Section.REQUESTS, pages, total=total)
        mine = home.requests_of(session, user_id, limit=size, offset=number * size)
        places = self.rank.ranks(session, [one.gap_id for one in mine])
        rows = (
            MyRequest(
                request_id=one.id,
                gap_id=one.gap_id,
                gap_title=one.gap.title,
                gap_state=one.gap.state,
                account=one.account.name,
                priority=one.priority,
                rank=places.get(one.gap_id),
                filed_at=one.created_at,
            )
            for one in mine
        )
        return Page(tuple(rows), number, size, total)

    def _questions(self, session: Session, user_id: str) -> list[MyQuestion]:
        asked = triage.open_questions(session, asked_of=user_id)
        titles = {one.gap_id: gap_moves.now(session, one.gap_id) for one in asked}
        return [
            MyQuestion(one.id, one.gap_id, gap.title, one.text, one.asked_by)
            for one in asked
            if (gap := titles[one.gap_id])
        ]

    def _nobodys(self, session: Session, actor: Actor) -> list[QueuedGap]:
        """Undecided gaps without a DRI, for everybody who could take them."""
        return triage.queue(session, without_dri=True) if may(actor, Action.MOVE_GAP) else []

    def _queue(
        self, session: Session, section: Section, pages: Mapping[str, Any], queue: Sequence[QueuedGap]
    ) -> Page[Waiting]:
        page = page_of(section, pages, queue)
        today = self.now().date()
        rows = (
            Waiting(gap, working_days_between(gap.opened_at.date(), today))
            for gap in triage.with_health(session, page.rows)
        )
        return Page(tuple(rows), page.number, page.size, page.total)

    def _area_gaps(self, session: Session, areas: Sequence[str]) -> tuple[AreaGap, ...]:
        """The strongest of them: an open gap that nobody asks for has no place."""
        known = {one.gap_id: one for one in home.open_gaps(session, area_keys=areas)} if areas else {}
        places = self.rank.ranks(session, list(known)) if known else {}
        best = sorted(places, key=lambda gap_id: places[gap_id])[:MOST_IN_AREAS]
        asking, health = gaps.accounts_asking(session, best), triage.health_of(session, best)
        return tuple(
            AreaGap(id_, known[id_].title, known[id_].state, places[id_], asking[id_], health.get(id_)) for id_ in best
        )

    def _accounts(
        self, session: Session, pages: Mapping[str, Any], accounts: Sequence[AskingAccount]
    ) -> Page[MyAccount]:
        page = page_of(Section.ACCOUNTS, pages, accounts)
        places = self.rank.ranks(session, list({gap.gap_id for one in page.rows for gap in one.gaps}))
        rows = (
            MyAccount(
                one.name,
                one.arr,
                tuple(
                    WantedGap(gap.gap_id, gap.title, gap.state, gap.priority, places.get(gap.gap_id))
                    for gap in one.gaps
                ),
            )
            for one in page.rows
        )
        return Page(tuple(rows), page.number, page.size, page.total)

    def _sum(self, accounts: Sequence[AskingAccount]) -> AccountSum | None:
        if not accounts:
            return None
        rates = self.rank.rates()
        known = [one.arr for one in accounts if one.arr and rates.knows(one.arr.currency)]
        total = sum(rates.convert(arr).minor for arr in known)
        asked_for = {gap.gap_id for one in accounts for gap in one.gaps}
        return AccountSum(len(accounts), len(asked_for), Money(total, rates.reporting))
