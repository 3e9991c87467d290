"""An office that has a GitLab: real use cases, a real database, the real client, and a GitLab on loopback."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from bot.policy_file import Policy
from bot.wiring import build_use_cases
from bot.wiring_of_issues import Issues, Tracking
from domain.issue_tracker import Tracker
from sandbox.gitlab.world import Item
from storage.jobs import Attempt, Job, JobKind, PermanentFailure, RetryLater, enqueue
from storage.models import IssueCreation, IssueQuestion, Link, TrackedIssue
from tests.canary import CANARY
from tests.integrations.gitlab_house import House
from tests.usecases.office import ADMIN, PM, Office
from usecases import issue_jobs
from usecases.file_request import Filed
from usecases.job_kinds import SlotCame

CRM = "https://acme.my.salesforce.com"
GITLAB_POLICY: dict[str, Any] = {
    "roles": {"admin": [ADMIN], "pm": [PM]},
    "areas": [
        {"key": "auth", "name": "Auth & SSO", "dri": "UDRI", "gitlab_project": "acme/platform"},
        {"key": "data", "name": "Data"},
    ],
}
MOST_ROUNDS = 60
OF_A_CUSTOMER: dict[str, Any] = {
    "domain": f"{CANARY}.example",
    "owner_name": f"{CANARY} Owner",
    "owner_email": f"owner@{CANARY}.example",
    "csm_name": f"{CANARY} Success",
    "csm_email": f"csm@{CANARY}.example",
    "arr_minor": 98_765_432_100,
}
OF_A_REQUEST = {"use_case": f"{CANARY} needs it", "workaround": f"{CANARY} does it by hand", "arr": "87654 USD"}


def policy(**gitlab: Any) -> Policy:
    return Policy.model_validate(GITLAB_POLICY | {"gitlab": gitlab})


@dataclass
class IssueOffice(Office):
    """`work()` does what a worker does, one job after the other, without waiting for anything."""

    policy: Policy = field(default_factory=policy)
    house: House = field(kw_only=True)
    in_front_of: Callable[[Tracker], Tracker] = field(default=lambda tracker: tracker, kw_only=True)
    group: str | None = field(default="acme", kw_only=True)
    around: Callable[[], AbstractContextManager[Any]] = field(default=nullcontext, kw_only=True)

    def __post_init__(self) -> None:
        self.gitlab_url = self.house.gitlab.base_url
        super().__post_init__()
        tracking = Tracking(
            tracker=self.in_front_of(self.house.tracker(read=0.4)),
            url=self.gitlab_url,
            projects=("acme/platform", "acme/mobile"),
            group=self.group,
            default_project="acme/mobile",
            crm_url=CRM,
        )
        self.use = build_use_cases(
            database=self.database, policy=self.policy, gitlab_url=self.gitlab_url, now=self.clock, tracking=tracking
        )
        issues = self.use.issues
        assert issues is not None
        self.issues: Issues = issues

    def account(self, name: str = f"{CANARY} Holdings", **columns: Any) -> int:
        """One with a canary in every field, and with a deal."""
        account_id = super().account(name, **OF_A_CUSTOMER | columns)
        self.opportunity(account_id, name=f"{CANARY} renewal", amount_minor=7_654_321_00, amount_currency="USD")
        return account_id

    def file(self, **given: Any) -> Filed:
        """A request with a canary in whatever words the customer has in it."""
        return super().file(**OF_A_REQUEST | given)

    @property
    def handlers(self) -> Mapping[JobKind[Any], Callable[[Attempt[Any]], object]]:
        use = self.issues
        return {
            issue_jobs.READ_ISSUE: use.reads.read,
            issue_jobs.READ_LINKS: use.reads.read_links,
            issue_jobs.LOOK_AT_CLOSING: use.reads.look_at_closing,
            issue_jobs.PUSH_LABELS: use.push.labels,
            issue_jobs.PUSH_NOTE: use.push.note,
            issue_jobs.CREATE_ISSUE: use.create.run,
            issue_jobs.POLL_ISSUES: use.poll,
            issue_jobs.RECONCILE_ISSUES: use.reconcile,
            issue_jobs.SHIP_UNANSWERED: use.answer.ship_unanswered,
        }

    def work(self, *, rounds: int = MOST_ROUNDS) -> None:
        """Run GitLab's jobs until none is open; every postponement is over at once."""
        kinds = {kind.name: (kind, handler) for kind, handler in self.handlers.items()}
        for _ in range(rounds):
            with self.database.read() as session:
                due = session.scalars(
                    select(Job).where(Job.state == "open", Job.kind.in_(kinds)).order_by(Job.attempts, Job.id).limit(1)
                ).first()
            if due is None:
                return
            self._run(due, *kinds[due.kind])
        raise AssertionError(f"still open: {[(job.kind, job.error) for job in self.open_jobs()]}")

    def _run(self, job: Job, kind: JobKind[Any], handler: Callable[[Attempt[Any]], object]) -> None:
        self._mark(job, token="held", attempts=job.attempts + 1)
        attempt = Attempt(
            job_id=job.id,
            kind=kind,
            payload=kind.load(job.payload),
            number=job.attempts + 1,
            key=job.key,
            lane=job.lane,
            token="held",
        )
        try:
            with self.around():
                handler(attempt)
        except RetryLater:
            self._mark(job, token=None, attempts=job.attempts)
        except PermanentFailure as failure:
            self._mark(job, token=None, state="dead", error=str(failure))
        except Exception as error:  # noqa: BLE001  as the worker does
            self._mark(job, token=None, error=type(error).__name__)
            if job.attempts + 1 >= kind.max_attempts:
                self._mark(job, state="dead")
        else:
            self._mark(job, token=None, state="done")

    def _mark(self, job: Job, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(update(Job).where(Job.id == job.id).values(**values))

    def open_jobs(self) -> list[Job]:
        with self.database.read() as session:
            return list(session.scalars(select(Job).where(Job.state == "open", Job.kind.startswith("issue."))))

    def promised(self, kind: JobKind[Any]) -> list[Any]:
        """The payloads of all jobs of a kind."""
        return [kind.load(job.payload) for job in self.jobs(kind)]

    def want(self, kind: JobKind[Any], payload: Any = SlotCame(slot="now")) -> None:  # noqa: B008  frozen
        with self.database.write() as session:
            enqueue(session, kind, payload)

    def poll(self) -> None:
        self.want(issue_jobs.POLL_ISSUES)
        self.work()

    def reconcile(self) -> None:
        self.want(issue_jobs.RECONCILE_ISSUES)
        self.work()

    def linked(self, item: Item, gap_id: int | None = None, *, by: str = PM, **gap: Any) -> int:
        """Link a gap (a new one, mostly) to this item, and do all that follows; return the gap."""
        if gap_id is None:
            gap_id = self.gap(**{"area_key": "auth", "dri_id": "UDRI"} | gap)
        self.issues.link(gap_id, text=item.reference, by=by)
        self.work()
        return gap_id

    def rows(self, model: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    @property
    def links(self) -> list[Link]:
        return self.rows(Link)

    @property
    def tracked(self) -> list[TrackedIssue]:
        return self.rows(TrackedIssue)

    @property
    def questions(self) -> list[IssueQuestion]:
        return self.rows(IssueQuestion)

    @property
    def creations(self) -> list[IssueCreation]:
        return self.rows(IssueCreation)

    def create(
        self, gap_id: int, *, title: str = "Single sign-on", problem: str = "", by: str = PM, key: str = ""
    ) -> None:
        self.issues.create(
            gap_id,
            title=title,
            problem=problem,
            project="acme/platform",
            key=key or f"view:{next(self.numbers)}",
            by=by,
        )
