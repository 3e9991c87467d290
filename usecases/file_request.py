"""File a request: the sentence the whole product starts with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, Refusal
from domain.keys import gap_key
from domain.organisation import Organisation
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line, folded, names_customer
from storage import accounts, audit, gaps, inbox, requests
from storage.accounts import AccountFacts
from storage.database import Database
from storage.hot_jobs import enqueue_now
from usecases.issue_jobs import READ_LINKS, LinksWanted
from usecases.job_kinds import REQUEST_FILED, RequestFiled
from usecases.know_people import KnowPeople
from usecases.request_fields import CheckedFields, FieldRules, RequestFields

MOST_PER_HOUR = 120
"""Requests one person may file in an hour: far above a busy day, far below a runaway script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A filled-in form. `key` is the sender's own name for it: the same key twice is the same request."""

    key: str
    by: str
    account_id: int | None
    new_account: str | None
    join_gap_id: int | None
    area_key: str | None
    fields: RequestFields
    source: str
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of it. `is_repeat` when this submission had been stored before."""

    request_id: int
    is_repeat: bool = False


class TooManyRequests(Refusal):
    """One person filed more in an hour than a person does."""


@dataclass(frozen=True, slots=True)
class FileRequest:
    """Store a request with its gap, its history and the job that tells people, in one short transaction."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    rules: FieldRules
    now: Clock
    reads_links: bool = False
    """Whether there is a GitLab to read a pasted address from."""

    def __call__(self, submission: Submission) -> Filed:
        """Return what was filed; raise `InvalidInput`, `NotAllowed`, `TooManyRequests` or `DatabaseBusy`.

        When it raises, nothing was stored and the same submission may come again.
        """
        at = self.now()
        with self.database.write() as session:
            connection = session.connection()
            if not inbox.first_time(connection, key=submission.key, at=at):
                return Filed(request_id=_id_of(inbox.subject_of(session, submission.key)), is_repeat=True)
            self.people.authorised(session, submission.by, Action.FILE_REQUEST)
            self._refuse_flood(session, submission.by, at)
            account = _account(session, submission, at)
            fields = self.rules.check(
                submission.fields, currency=account.arr.currency if account.arr else None, today=at.date()
            )
            _check_opportunity(fields.opportunity_id, account)
            gap_id = self._gap(session, submission, fields, account, at)
            request_id = requests.add(connection, _new_request(submission, fields, account, gap_id), at=at)
            inbox.name_subject(connection, key=submission.key, subject=f"request:{request_id}")
            audit.record(
                connection,
                at=at,
                actor_id=submission.by,
                action="request.filed",
                subject=f"request:{request_id}",
                after={"gap": gap_key(gap_id), "account": account.id, "priority": fields.priority},
            )
            promised = RequestFiled(request_id=request_id, channel_id=submission.channel_id)
            enqueue_now(connection, REQUEST_FILED, promised, at=at)
        return Filed(request_id=request_id)

    def _refuse_flood(self, session: Session, user_id: str, at: datetime) -> None:
        since = at - timedelta(hours=1)
        if requests.filed_since(session.connection(), requester_id=user_id, since=since) >= MOST_PER_HOUR:
            raise TooManyRequests(f"You filed {MOST_PER_HOUR} requests within an hour. Please wait a little.")

    def _gap(
        self, session: Session, submission: Submission, fields: CheckedFields, account: AccountFacts, at: datetime
    ) -> int:
        connection = session.connection()
        if submission.join_gap_id is not None:
            living = gaps.living_gap(connection, submission.join_gap_id)
            if living is None:
                key = gap_key(submission.join_gap_id)
                raise InvalidInput({"similar": f"{key} is closed by now. Choose another one, or file a new gap."})
            gap_id = living
        else:
            gap_id = self._open_gap(session, submission, fields, account, at)
        if fields.gitlab_url:
            gaps.add_link(connection, gap_id=gap_id, url=fields.gitlab_url, by=submission.by, at=at)
            if self.reads_links:
                enqueue_now(connection, READ_LINKS, LinksWanted(gap_id=gap_id), at=at)
        return gap_id

    def _open_gap(
        self, session: Session, submission: Submission, fields: CheckedFields, account: AccountFacts, at: datetime
    ) -> int:
        if names_customer(fields.title, account.name):
            raise InvalidInput(
                {"title": "Leave the customer’s name out: a gap’s title is read by everyone. Say what is missing."}
            )
        area = self.organisation.area(submission.area_key)
        connection = session.connection()
        gap_id = gaps.open_gap(
            connection,
            title=fields.title,
            problem=None,
            area_key=area.key if area else None,
            dri_id=area.dri if area else None,
            by=submission.by,
            at=at,
        )
        audit.record(
            connection,
            at=at,
            actor_id=submission.by,
            action="gap.opened",
            subject=f"gap:{gap_id}",
            after={"title": fields.title, "area": area.key if area else None},
        )
        return gap_id


def _account(session: Session, submission: Submission, at: datetime) -> AccountFacts:
    """The account that was picked or typed; raise `InvalidInput` when there is none."""
    name = clean_line(submission.new_account or "")
    if submission.account_id is None and not folded(name):
        raise InvalidInput({"account": "Choose the account, or type its name to add it."})
    account_id = submission.account_id
    if account_id is None:
        account_id = accounts.add_unverified(session, name=name[:255], by=submission.by, at=at).id
    found = accounts.facts(session, account_id, opportunity_id=submission.fields.opportunity_id)
    if found is None:
        raise InvalidInput({"account": "That account is not here any more. Choose it again."})
    return found


def _check_opportunity(opportunity_id: int | None, account: AccountFacts) -> None:
    if opportunity_id is not None and account.deal is None:
        raise InvalidInput({"opportunity": "That opportunity belongs to another account. Choose again."})


def _new_request(
    submission: Submission, fields: CheckedFields, account: AccountFacts, gap_id: int
) -> requests.NewRequest:
    return requests.NewRequest(
        gap_id=gap_id,
        account_id=account.id,
        opportunity_id=fields.opportunity_id,
        title=fields.title,
        use_case=fields.use_case,
        workaround=fields.workaround,
        priority=fields.priority,
        impact=fields.impact,
        needed_by=fields.needed_by,
        arr_typed=fields.arr,
        arr_crm=account.arr,
        arr_crm_as_of=account.arr_as_of,
        account_kind_then=account.kind,
        deal_then=account.deal,
        requester_id=submission.by,
        source=submission.source,
        source_channel_id=submission.channel_id,
    )


def _id_of(subject: str | None) -> int:
    return int(subject.partition(":")[2]) if subject else 0
