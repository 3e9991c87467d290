"""Closing the loop: who hears what became of a gap, how often, and with which words."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot import clock
from domain.gap_changes import ChangeKind
from domain.issues import IssueState, ItemKind
from domain.words import GapState, OpportunityKind, OpportunityStage
from storage.jobs import enqueue
from storage.models import Account, Gap, GapChange, Link, Notice, Opportunity, Person, Request, RequestOrigin
from storage.models.issues import TrackedIssue
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, seen
from usecases.job_kinds import CHECK_PROMISES, DELIVER_NOTICES, NOTE_CHANGE_AT_ORIGIN, ChangeAtOrigin, SlotCame
from usecases.move_gap import Move, move

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
pytestmark = ON_SQLITE


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    office = open_office()
    office.know_groups()
    with office.database.write() as session:
        session.execute(update(Account).where(Account.id == 2).values(owner_slack_id="U0AVA"))
    return office


def moved(office: Office, gap_id: int, wanted: GapState, *, by: str = "U0PAT", **more: object) -> None:
    with office.database.write() as session:
        move(session, Move(gap_id=gap_id, wanted=wanted, by=by, at=clock.now(), **more))  # type: ignore[arg-type]
    office.settle()


def it_is_morning(office: Office, *names: str) -> None:
    """Put these people where the day is old enough for their daily message, and everybody else where it is not."""
    now = clock.now()
    late, early = (
        next(f"Etc/GMT{-shift:+d}" for shift in range(-12, 13) if wanted((now + timedelta(hours=shift)).hour))
        for wanted in (lambda hour: 10 <= hour < 23, lambda hour: 1 <= hour < 8)
    )
    with office.database.write() as session:
        session.execute(update(Person).values(time_zone=early))
        session.execute(
            update(Person).where(Person.id.in_([office.world.user(name).id for name in names])).values(time_zone=late)
        )
        enqueue(session, DELIVER_NOTICES, SlotCame())
    office.settle()


def said(office: Office, name: str) -> list[str]:
    return [seen(message) for message in office.slack.as_user(name).messages("app")]


def test_requesters_followers_and_account_owners_hear_at_once_that_it_shipped(office: Office) -> None:
    office.priya.command("/gap", "GAP-1 follow", channel="general")
    assert "You hear what becomes of GAP-1" in seen(office.priya.last_message("general"))

    moved(office, 1, GapState.SHIPPED, wording="It is there.")

    for name in ("cem", "ava", "priya"):
        assert ["has shipped" in text for text in said(office, name)] == [True]
    assert "O’Brien Logistics" in said(office, "ava")[0]
    assert "Nordwind" not in said(office, "ava")[0]
    assert "O’Brien" not in said(office, "priya")[0]
    assert "You can send this to the customer: &gt; It is there." in said(office, "cem")[0].replace("\n> ", " &gt; ")


def test_what_can_wait_comes_in_one_message_a_day(office: Office) -> None:
    moved(office, 1, GapState.PLANNED)
    moved(office, 1, GapState.BACKLOG)
    moved(office, 1, GapState.PLANNED, by="U0CEM")  # nobody hears of what they did themselves
    moved(office, 2, GapState.DECLINED, reason="Nobody <else> needs it")
    assert said(office, "cem") == []

    it_is_morning(office, "cem")
    it_is_morning(office, "cem")

    (message,) = said(office, "cem")
    assert message.count("is planned") == 1
    assert "was declined" in message
    assert "Nobody &lt;else&gt; needs it" in message
    moved(office, 2, GapState.TRIAGE)
    it_is_morning(office, "cem")
    assert len(said(office, "cem")) == 1  # the day had its message
    assert office.count(Notice, Notice.batch.is_(None), Notice.user_id == "U0CEM") == 1


def test_preferences_are_kept(office: Office) -> None:
    office.ava.open_home()
    office.settle()
    assert office.ava.choose("notices.prefer", "Once a day", home=True).ok
    office.cem.open_home()
    office.settle()
    assert office.cem.choose("notices.prefer", "Not at all", home=True).ok

    moved(office, 1, GapState.SHIPPED)
    assert said(office, "ava") == said(office, "cem") == []
    it_is_morning(office, "ava", "cem")
    assert len(said(office, "ava")) == 1
    assert said(office, "cem") == []


def test_requests_of_a_merged_gap_hear_of_the_one_it_went_into(office: Office) -> None:
    with office.database.write() as session:
        session.execute(update(Gap).where(Gap.id == 3).values(state=GapState.DUPLICATE, merged_into_id=1))
    moved(office, 1, GapState.SHIPPED)
    assert "GAP-1 SCIM provisioning for groups has shipped" in said(office, "gwen")[0]
    assert "Łódź Żelazo" in said(office, "gwen")[0]


def test_the_card_gets_a_line_in_its_thread_and_a_mark(office: Office) -> None:
    office.filed(office.ava)
    card = office.pat.last_message("area-auth")
    gap_id = office.last_gap().id
    moved(office, gap_id, GapState.DECLINED, by="U0PIET")

    reply = office.pat.last_message("area-auth")
    assert reply.thread_ts == card.ts
    assert "was declined" in seen(reply)
    assert list(card.reactions) == ["no_entry_sign"]


def test_the_message_that_a_request_came_from_is_answered_and_marked_once(office: Office) -> None:
    ours, mixed = office.cem.post("They need SCIM", channel="area-auth"), office.ava.post("Me too", channel="general")
    with office.database.write() as session:
        for request_id, message, place in ((1, ours, "C0AREAAUTH"), (2, mixed, "C0GENERAL"), (3, ours, "C0AREAAUTH")):
            session.add(RequestOrigin(request_id=request_id, channel_id=place, ts=message.ts, thread_ts=message.ts))
        session.execute(update(Request).where(Request.id == 3).values(gap_id=1))
    moved(office, 1, GapState.SHIPPED)
    with office.database.write() as session:  # whoever took it over does it again
        enqueue(session, NOTE_CHANGE_AT_ORIGIN, ChangeAtOrigin(change_id=1, request_id=3))
    office.settle()

    replies = [one for one in office.pat.messages("area-auth") if one.thread_ts == ours.ts]
    assert [seen(one) for one in replies if one.ts != ours.ts] == [
        ":ship: GAP-1 SCIM provisioning for groups has shipped."
    ]
    (reply,) = [seen(one) for one in office.pat.messages("general") if one.thread_ts == mixed.ts != one.ts]
    assert reply == ":ship: GAP-1 has shipped."  # a guest reads along
    assert list(ours.reactions) == list(mixed.reactions) == ["ship"]


def test_the_account_executive_gets_the_lost_deals_that_named_it(office: Office) -> None:
    with office.database.write() as session:
        for number, amount in ((91, 5_000_000), (92, 20_000_000)):
            session.add(
                Opportunity(
                    id=number, salesforce_id=f"0065g00000LOST{number:04d}", account_id=2, name=f"Deal {number}",
                    kind=OpportunityKind.NEW, stage=OpportunityStage.LOST, amount_minor=amount, amount_currency="USD",
                    close_date=date(2026, 3, 3),
                )
            )  # fmt: skip
        session.flush()
        session.execute(update(Request).where(Request.id == 1).values(opportunity_id=91))
        session.execute(update(Request).where(Request.id == 2).values(opportunity_id=92))

    moved(office, 1, GapState.SHIPPED)

    (message,) = said(office, "ava")
    assert message.index("Deal 92") < message.index("Deal 91")
    assert "$200k" in message
    assert "Win back" not in said(office, "cem")[0]


def test_a_promise_that_slips_is_told_once_for_each_new_date(office: Office) -> None:
    promised = clock.now().date() + timedelta(days=30)
    assert office.cem.command("/gap", "GAP-1 promise", channel="general").ok
    office.cem.fill({"For which account?": "Nordwind", "Promised for": promised.isoformat()})
    assert office.cem.submit().ok
    the_milestone_is_due(office, promised + timedelta(days=-1))
    assert said(office, "cem") == []

    the_milestone_is_due(office, promised + timedelta(days=20))
    the_milestone_is_due(office, promised + timedelta(days=20))
    assert ["later than was promised" in text for text in said(office, "cem")] == [True]
    assert ["later than was promised" in text for text in said(office, "pat")] == [True]
    the_milestone_is_due(office, promised + timedelta(days=40))
    assert len(said(office, "cem")) == 2
    assert office.count(GapChange, GapChange.kind == ChangeKind.PROMISE_SLIPS) == 2


def the_milestone_is_due(office: Office, day: date) -> None:
    """Let the tracker say so of the issue that is linked to GAP-1, and the night come."""
    with office.database.write() as session:
        issue = session.get(TrackedIssue, 1)
        if issue is None:
            issue = an_issue(day)
            session.add(issue)
            session.flush()
            session.add(Link(gap_id=1, url=issue.url, issue_id=1, created_at=clock.now(), created_by="U0PAT"))
        issue.milestone_due = day
        enqueue(session, CHECK_PROMISES, SlotCame())
    office.settle()


def an_issue(day: date) -> TrackedIssue:
    return TrackedIssue(
        id=1,
        kind=ItemKind.ISSUE,
        namespace_id=1,
        iid=7,
        item_id=7,
        path="acme/platform",
        url="https://gitlab.example.com/acme/platform/-/issues/7",
        type_name="issue",
        title="SCIM",
        title_folded="scim",
        state=IssueState.OPEN,
        milestone_due=day,
        labels=[],
        assignees=[],
        updated_at=clock.now(),
        read_at=clock.now(),
    )
