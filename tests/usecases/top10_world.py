"""An office with a quorum: twelve gaps that accounts ask for, the first by the most."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.policy_file import Policy
from bot.wiring_of_top10 import Governance, build_governance
from domain.top10 import Seat, Seats
from domain.words import AccountKind, GapState, Impact, Priority
from storage import top10
from storage.database import Database
from storage.models import Account, Decision, Gap, Proposal, Request
from storage.top10 import Published, latest
from tests.usecases.office import ADMIN, PM, SELLER, Office
from usecases.propose_top10 import Wish

GWEN, GUY, PIET, ELI = "UGWEN", "UGUY", "UPIET", "UELI"
GAPS = 12

POLICY = Policy.model_validate(
    {
        "roles": {"admin": [ADMIN], "pm": [PM], "gtm": [GWEN], "product": [PIET], "engineering": [ELI]},
        "top10": {"channel": "CTOP10", "expires_after": "8d", "delegates": {"gtm": [GUY]}},
    }
)


@dataclass
class Council:
    """The office, and those who decide in it."""

    database: Database
    policy: Policy = POLICY
    asked: list[int] = field(default_factory=list)
    accounts: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1_000))

    def __post_init__(self) -> None:
        self.office = Office(self.database, policy=self.policy)
        for user_id in (GWEN, GUY, PIET, ELI):
            self.office.person(user_id)
        self.govern: Governance = build_governance(
            database=self.database,
            policy=self.policy,
            people=self.office.use.people,
            rank=self.office.use.rank,
            now=self.office.clock,
        )

    def ask(self, gaps: int = GAPS) -> list[int]:
        """Let accounts ask for gaps, each for less than the one before; return the gaps, best first."""
        at = self.office.clock()
        with self.database.write() as session:
            for place in range(1, gaps + 1):
                session.add(an_account(place, arr_minor=(650_000 - 50_000 * place) * 100, at=at))
                session.add(a_gap(place, at=at))
            session.flush()
            session.add_all(a_request(gap_id=place, account_id=place, at=at) for place in range(1, gaps + 1))
        self.asked = list(range(1, gaps + 1))
        return self.asked

    def more_demand(self, gap_id: int, *, arr: int) -> None:
        """Let one more account ask for a gap."""
        at = self.office.clock()
        with self.database.write() as session:
            account = an_account(next(self.accounts), arr_minor=arr * 100, at=at)
            session.add(account)
            session.flush()
            session.add(a_request(gap_id=gap_id, account_id=account.id, at=at))

    def publish_first(self) -> None:
        """Let the ten strongest be the official list."""
        with self.database.write() as session:
            top10.publish(session, seats(self.asked[:10]), number=1, at=self.office.clock())

    def agree(self, proposal_id: int, *by: str) -> None:
        for user_id in by or (GWEN, PIET, ELI):
            self.govern.decide(proposal_id, approved=True, by=user_id)

    def wish(self, type_: str, gap_id: int | None = None, *, by: str = PM, **more: Any) -> int:
        """Propose as a person does; return the proposal's id."""
        self.govern.propose(self.a_wish(type_, gap_id, by=by, **more))
        return self.proposals()[-1].id

    def a_wish(self, type_: str | None, gap_id: int | None = None, *, by: str = PM, **more: Any) -> Wish:
        given: dict[str, Any] = {"instead_of": None, "until": None, "order": "", "reason": "The board asks for it"}
        return Wish(key=f"view:T1:V{next(self.office.numbers)}", by=by, type=type_, gap_id=gap_id, **given | more)

    def official(self) -> Published:
        return self.office.reading(latest)

    def proposals(self) -> list[Proposal]:
        return self.office.reading(lambda session: list(session.scalars(select(Proposal).order_by(Proposal.id))))

    def proposal(self, proposal_id: int) -> Proposal:
        return next(one for one in self.proposals() if one.id == proposal_id)

    def decisions(self) -> list[Decision]:
        return self.office.reading(lambda session: list(session.scalars(select(Decision).order_by(Decision.id))))


def seats(gap_ids: Iterable[int]) -> Seats:
    return tuple(Seat(gap_id) for gap_id in gap_ids)


def an_account(number: int, *, arr_minor: int, at: datetime) -> Account:
    return Account(
        id=number,
        name=f"Account {number}",
        salesforce_id=f"001{number:015d}",
        kind=AccountKind.CUSTOMER,
        arr_minor=arr_minor,
        arr_currency="USD",
        arr_as_of=at,
        created_at=at,
    )


def a_gap(number: int, *, at: datetime) -> Gap:
    return Gap(
        id=number,
        title=f"Gap number {number}",
        state=GapState.BACKLOG,
        dri_id="UDRI",
        created_at=at,
        created_by=PM,
        updated_at=at,
    )


def a_request(*, gap_id: int, account_id: int, at: datetime, by: str = SELLER) -> Request:
    return Request(
        gap_id=gap_id,
        account_id=account_id,
        title="As filed",
        priority=Priority.P0,
        impact=Impact.RISKS_CHURN,
        account_kind_then=AccountKind.CUSTOMER,
        requester_id=by,
        source="command",
        created_at=at,
        updated_at=at,
        last_confirmed_at=at,
    )
