"""The office that the tests of the verbs take place in: real use cases on a real database, with people and accounts."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.policy_file import Policy
from bot.wiring import UseCases, build_use_cases
from domain.people import PersonKind
from domain.words import AccountKind, GapState, Impact, OpportunityKind, OpportunityStage, Priority
from storage import audit
from storage.base import Base
from storage.database import Database
from storage.jobs import Attempt, Job, JobKind
from storage.models import Account, AuditRow, Gap, Opportunity, Person, Request
from usecases.file_request import Filed, Submission
from usecases.request_fields import RequestFields

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SELLER, OTHER_SELLER, PM, ADMIN, GUEST = "USELLER", "UOTHER", "UPM", "UADMIN", "UGUEST"
DRI, CHANNEL = "UDRI", "CAUTH"

POLICY = Policy.model_validate(
    {
        "roles": {"admin": [ADMIN], "pm": [PM, "SPMS"]},
        "areas": [
            {"key": "auth", "name": "Auth & SSO", "dri": DRI, "channel": CHANNEL},
            {"key": "data", "name": "Data"},
        ],
        "scoring": {"currency": "USD", "rates": {"EUR": "1.1", "JPY": "0.0066"}},
    }
)


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    time: datetime = NOW

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Office:
    """Use cases, and short ways to fill and to look into the database."""

    database: Database
    policy: Policy = POLICY
    gitlab_url: str | None = "https://gitlab.example.com"
    clock: HandClock = field(default_factory=HandClock)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.use: UseCases = build_use_cases(
            database=self.database, policy=self.policy, gitlab_url=self.gitlab_url, now=self.clock
        )
        kinds = dict.fromkeys((SELLER, OTHER_SELLER, PM, ADMIN, DRI), PersonKind.MEMBER)
        self._people(kinds | {GUEST: PersonKind.GUEST})

    def person(self, user_id: str, kind: PersonKind = PersonKind.MEMBER) -> None:
        self._people({user_id: kind})

    def _people(self, kinds: Mapping[str, PersonKind]) -> None:
        with self.database.write() as session:
            for user_id, kind in kinds.items():
                session.merge(
                    Person(
                        id=user_id, team_id="T1", name=user_id.title(), kind=kind, time_zone=None, seen_at=self.clock()
                    )
                )

    def account(self, name: str = "Acme", **columns: Any) -> int:
        number = next(self.numbers)
        columns = {
            "salesforce_id": f"001{number:015d}",
            "kind": AccountKind.CUSTOMER,
            "arr_minor": 100_000_00,
            "arr_currency": "USD",
            "arr_as_of": NOW - timedelta(days=1),
            "created_at": NOW,
        } | columns
        return self._add(Account(name=name, **columns))

    def opportunity(self, account_id: int, **columns: Any) -> int:
        columns = {
            "salesforce_id": f"006{next(self.numbers):015d}",
            "name": "Renewal 2027",
            "kind": OpportunityKind.RENEWAL,
            "stage": OpportunityStage.OPEN,
        } | columns
        return self._add(Opportunity(account_id=account_id, **columns))

    def gap(self, title: str = "SCIM provisioning", state: GapState = GapState.BACKLOG, **columns: Any) -> int:
        times = {"created_at": self.clock(), "updated_at": self.clock(), "created_by": PM}
        return self._add(Gap(title=title, state=state, **times | columns))

    def move(self, gap_id: int, **columns: Any) -> None:
        """Put a gap into another state, as triage does."""
        with self.database.write() as session:
            session.execute(update(Gap).where(Gap.id == gap_id).values(**columns))
            audit.record(
                session.connection(), at=self.clock(), actor_id=PM, action="gap.moved", subject=f"gap:{gap_id}"
            )

    def file(self, *, account_id: int | None = None, by: str = SELLER, **changes: Any) -> Filed:
        """File a request that is fine, but for what `changes` says (of the submission or of its fields)."""
        return self.use.file_request(self.submission(account_id=account_id, by=by, **changes))

    def submission(self, *, account_id: int | None = None, by: str = SELLER, **changes: Any) -> Submission:
        of_submission = {
            "key": f"view:T1:V{next(self.numbers)}",
            "new_account": None,
            "join_gap_id": None,
            "area_key": None,
            "source": "command",
            "channel_id": "CGENERAL",
        }
        of_fields = {"title": "SCIM provisioning", "priority": Priority.P1.value, "impact": Impact.RISKS_CHURN.value}
        for name, value in changes.items():
            (of_submission if name in of_submission else of_fields)[name] = value
        fields = RequestFields(**of_fields)  # type: ignore[arg-type]
        return Submission(by=by, account_id=account_id, fields=fields, **of_submission)  # type: ignore[arg-type]

    def request(self, request_id: int) -> Request:
        with self.database.read() as session:
            return session.scalars(select(Request).where(Request.id == request_id)).one()

    def jobs(self, kind: JobKind[Any]) -> list[Job]:
        with self.database.read() as session:
            return list(session.scalars(select(Job).where(Job.kind == kind.name).order_by(Job.id)))

    def audit(self, subject: str | None = None) -> list[AuditRow]:
        with self.database.read() as session:
            query = select(AuditRow).order_by(AuditRow.id)
            return list(session.scalars(query.where(AuditRow.subject == subject) if subject else query))

    def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        with self.database.read() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    def reading(self, look: Callable[[Session], Any]) -> Any:
        with self.database.read() as session:
            return look(session)

    def attempt(self, kind: JobKind[Any], payload: Any, *, number: int = 1) -> Attempt[Any]:
        """An attempt that a worker would hold: there is a job of it with our token."""
        job = Job(kind=kind.name, payload=kind.dump(payload), token="held", attempts=number, due_at=NOW, created_at=NOW)
        job_id = self._add(job)
        return Attempt(job_id=job_id, kind=kind, payload=payload, number=number, key=None, lane=None, token="held")

    def _add(self, row: Any) -> int:
        with self.database.write() as session:
            session.add(row)
            session.flush()
            return int(row.id)


def in_days(days: int) -> date:
    return NOW.date() + timedelta(days=days)
