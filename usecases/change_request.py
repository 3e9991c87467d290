"""Correct or withdraw a request. Whoever was overtaken is told, and nothing of theirs is half stored."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.errors import InvalidInput, NotFound, Overtaken
from domain.money import Money
from domain.policy import Action
from domain.ports import Clock
from domain.words import Impact, Priority
from storage import accounts, audit, gaps, inbox, requests
from storage.database import Database
from storage.jobs import enqueue
from storage.models import Request
from usecases.find_accounts import LOST_SHOWN, OpportunityChoice, opportunity_line
from usecases.issue_jobs import READ_LINKS, LinksWanted
from usecases.job_kinds import REQUEST_WITHDRAWN, RequestWithdrawn
from usecases.know_people import KnowPeople
from usecases.request_fields import CheckedFields, FieldRules, RequestFields


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request as its form shows it again."""

    request_id: int
    version: int
    gap_id: int
    gap_title: str
    account_id: int
    account: str
    title: str
    use_case: str | None
    workaround: str | None
    priority: Priority
    impact: Impact
    arr: Money | None
    arr_crm: Money | None
    needed_by: date | None
    opportunity_id: int | None
    opportunities: tuple[OpportunityChoice, ...]
    is_withdrawn: bool
    requester_id: str
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """The requester's own corrections; PMs and admins may make them too."""

    database: Database
    people: KnowPeople
    rules: FieldRules
    now: Clock
    reads_links: bool = False
    """Whether there is a GitLab to read a pasted address from."""

    def open(self, request_id: int, *, by: str) -> StoredRequest:
        """The request to be corrected; raise `NotFound` or `NotAllowed` in the same words, or `Overtaken`."""
        with self.database.read() as session:
            request = self._allowed(session, request_id, by)
            if request.withdrawn_at is not None:
                raise Overtaken("This request was withdrawn. To ask again, file it again.")
            since = self.now().date() - LOST_SHOWN
            choices = accounts.choosable_deals(session, request.account_id, lost_since=since)
            kept = request.opportunity
            if kept is not None and kept.id not in {one.id for one in choices}:
                choices.insert(0, kept)  # won meanwhile, say: saving the form must not drop it
        return _stored(request, tuple(OpportunityChoice(one.id, opportunity_line(one)) for one in choices))

    def correct(self, request_id: int, *, expected_version: int, fields: RequestFields, key: str, by: str) -> None:
        """Store corrected fields; raise `InvalidInput`, `Overtaken`, `NotAllowed` or `NotFound`.

        The same key twice changes the request once.
        """
        at = self.now()
        with self.database.write() as session:
            connection = session.connection()
            if not inbox.first_time(connection, key=key, at=at, subject=f"request:{request_id}"):
                return
            request = self._allowed(session, request_id, by)
            currency = request.account.arr_currency
            checked = self.rules.check(fields, currency=currency, today=self._earliest(request, at))
            values = _columns(checked) | _deal(session, request, checked.opportunity_id)
            before = {name: getattr(request, name) for name in values}
            if not requests.change(
                session,
                request_id=request_id,
                expected_version=expected_version,
                values=values | {"last_confirmed_at": at},
                at=at,
            ):
                raise Overtaken("Somebody changed this request while you had it open. Close this and open it again.")
            if checked.gitlab_url:
                gaps.add_link(connection, gap_id=request.gap_id, url=checked.gitlab_url, by=by, at=at)
                if self.reads_links:
                    enqueue(session, READ_LINKS, LinksWanted(gap_id=request.gap_id))
            audit.record(
                connection,
                at=at,
                actor_id=by,
                action="request.corrected",
                subject=f"request:{request_id}",
                before=_changed(before, values),
                after=_changed(values, before),
            )

    def withdraw(self, request_id: int, *, by: str, response_url: str | None) -> None:
        """Take the request back; raise `Overtaken` when it already was, `NotAllowed` or `NotFound`.

        `response_url` is where the message with the button can be replaced.
        """
        at = self.now()
        with self.database.write() as session:
            request = self._allowed(session, request_id, by)
            if not requests.change(
                session,
                request_id=request_id,
                expected_version=request.version,
                values={"withdrawn_at": at},
                at=at,
            ):
                raise Overtaken("This request was withdrawn already.")
            audit.record(
                session.connection(), at=at, actor_id=by, action="request.withdrawn", subject=f"request:{request_id}"
            )
            enqueue(session, REQUEST_WITHDRAWN, RequestWithdrawn(request_id=request_id, response_url=response_url))

    def _allowed(self, session: Session, request_id: int, by: str) -> Request:
        request = requests.find(session, request_id)
        owner = request.requester_id if request else None
        self.people.authorised(session, by, Action.CHANGE_REQUEST, owner=owner)
        if request is None:
            raise NotFound("You may not do this, or it does not exist.")
        return request

    def _earliest(self, request: Request, at: datetime) -> date:
        """A date that was fine when it was filed stays fine."""
        today = at.date()
        return min(request.needed_by, today) if request.needed_by else today


def _stored(request: Request, opportunities: tuple[OpportunityChoice, ...]) -> StoredRequest:
    return StoredRequest(
        request_id=request.id,
        version=request.version,
        gap_id=request.gap_id,
        gap_title=request.gap.title,
        account_id=request.account_id,
        account=request.account.name,
        title=request.title,
        use_case=request.use_case,
        workaround=request.workaround,
        priority=request.priority,
        impact=request.impact,
        arr=request.arr_typed,
        arr_crm=request.account.arr,
        needed_by=request.needed_by,
        opportunity_id=request.opportunity_id,
        opportunities=opportunities,
        is_withdrawn=request.withdrawn_at is not None,
        requester_id=request.requester_id,
        channel_id=request.source_channel_id,
    )


def _deal(session: Session, request: Request, opportunity_id: int | None) -> dict[str, Any]:
    """What to store of the deal: another one than before as it is now; the same one stays as it was when asked."""
    if opportunity_id == request.opportunity_id:
        return {}
    facts = accounts.facts(session, request.account_id, opportunity_id=opportunity_id)
    deal = facts.deal if facts else None
    if opportunity_id is not None and deal is None:
        raise InvalidInput({"opportunity": "That opportunity belongs to another account. Choose again."})
    return {"opportunity_id": opportunity_id, **requests.deal_columns(deal)}


def _columns(checked: CheckedFields) -> dict[str, Any]:
    return {
        "title": checked.title,
        "use_case": checked.use_case,
        "workaround": checked.workaround,
        "priority": checked.priority,
        "impact": checked.impact,
        "needed_by": checked.needed_by,
        "arr_typed_minor": checked.arr.minor if checked.arr else None,
        "arr_typed_currency": checked.arr.currency if checked.arr else None,
    }


def _changed(values: dict[str, Any], against: dict[str, Any]) -> dict[str, Any]:
    """The fields that differ, in a form that JSON can hold."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value != against[name]
    }
