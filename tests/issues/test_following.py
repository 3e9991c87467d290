"""What gaps make of what happens to their issues."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.errors import InvalidInput, NotAllowed, Overtaken
from domain.issues import IssueState
from domain.words import GapState
from sandbox.gitlab.world import Item
from storage import issues
from storage.models import Gap, GapChange
from tests.issues.issue_office import IssueOffice, policy
from tests.usecases.office import DRI, PM, SELLER
from usecases import issue_jobs
from usecases.follow_issue import BOT

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def state_of(office: IssueOffice, gap_id: int) -> GapState:
    with office.database.read() as session:
        return session.scalars(select(Gap.state).where(Gap.id == gap_id)).one()


def later(office: IssueOffice, act: Callable[[], object]) -> None:
    """Let something happen in GitLab a little later, and be noticed by the poll."""
    office.clock.move(minutes=7)
    act()
    office.clock.move(minutes=7)
    office.poll()


def merged(office: IssueOffice, item: Item) -> None:
    later(office, lambda: office.house.gitlab.work.close_by_merge(item, by=office.house.ann))


def labelled(office: IssueOffice, item: Item, **changes: list[str]) -> None:
    later(office, lambda: office.house.gitlab.work.edit(item, by=office.house.ann, changes=changes))
    office.work()


@sqlite_only
class TestLabels:
    def test_a_state_that_is_the_teams_own_business_is_heard(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item, state=GapState.BACKLOG)
        labelled(office, item, add_labels=["gap::planned"], remove_labels=["gap::backlog"])
        assert state_of(office, gap_id) is GapState.PLANNED
        moved = office.audit(f"gap:{gap_id}")[-1]
        assert (moved.action, moved.actor_id) == ("gap.moved", BOT)
        assert moved.reason == f"{item.reference} was labelled gap::planned."
        assert [label for label in item.labels if label.startswith("gap::")] == ["gap::planned"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"add_labels": ["gap::shipped"], "remove_labels": ["gap::planned"]},
            {"add_labels": ["gap::nonsense"]},
            {"add_labels": ["gap::needs_info"], "remove_labels": ["gap::planned"]},
            {"remove_labels": ["gap::planned"]},
        ],
    )
    def test_what_cannot_be_heeded_is_taken_back(self, office: IssueOffice, changes: dict[str, list[str]]) -> None:
        item = office.house.issue()
        gap_id = office.linked(item, state=GapState.PLANNED)
        labelled(office, item, **changes)
        assert state_of(office, gap_id) is GapState.PLANNED
        assert [label for label in item.labels if label.startswith("gap::")] == ["gap::planned"]

    def test_of_an_issue_that_serves_two_gaps_no_label_says_which(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gaps = [office.linked(item, state=GapState.BACKLOG) for _ in range(2)]
        labelled(office, item, add_labels=["gap::planned"], remove_labels=["gap::backlog"])
        assert {state_of(office, gap_id) for gap_id in gaps} == {GapState.BACKLOG}
        assert "gap::backlog" in item.labels


class TestClosing:
    def test_by_a_merged_change_asks_the_dri_who_ships_the_gap(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item, state=GapState.IN_PROGRESS)
        merged(office, item)
        (asked,) = office.questions
        assert (asked.state, asked.is_by_change) == ("open", True)
        assert state_of(office, gap_id) is GapState.IN_PROGRESS
        assert [one.question_id for one in office.promised(issue_jobs.ASK_ABOUT_ISSUE)] == [asked.id]
        office.issues.answer(asked.id, has_shipped=True, by=DRI)
        office.work()
        assert state_of(office, gap_id) is GapState.SHIPPED
        assert "gap::shipped" in item.labels
        assert "gap::in_progress" not in item.labels
        moved = office.audit(f"gap:{gap_id}")[-1]
        assert (moved.action, moved.actor_id, moved.reason) == (
            "gap.moved",
            DRI,
            f"{item.reference} was closed by a merged change.",
        )

    @sqlite_only
    def test_by_hand_asks_as_well_and_a_no_keeps_the_gap_open(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item, state=GapState.PLANNED)
        later(office, lambda: office.house.gitlab.work.close(item, by=office.house.ann))
        (asked,) = office.questions
        assert not asked.is_by_change
        office.issues.answer(asked.id, has_shipped=False, by=PM)
        assert state_of(office, gap_id) is GapState.PLANNED
        with pytest.raises(Overtaken):
            office.issues.answer(asked.id, has_shipped=True, by=DRI)
        assert state_of(office, gap_id) is GapState.PLANNED

    @sqlite_only
    def test_by_hand_may_decline_the_gap_with_a_reason_that_names_nobody(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item, state=GapState.PLANNED)
        office.file(account_id=office.account("Redwood Cargo"), join_gap_id=gap_id)
        later(office, lambda: office.house.gitlab.work.close(item, by=office.house.ann))
        decline, asked = office.issues.answer.decline, office.questions[0].id
        for reason in (" ", "x" * 2001, "Redwood Cargo alone wants it"):
            with pytest.raises(InvalidInput):
                decline(asked, reason=reason, by=DRI)
        with pytest.raises(NotAllowed):
            decline(asked, reason="Out of scope", by=SELLER)
        assert (office.questions[0].state, state_of(office, gap_id)) == ("open", GapState.PLANNED)
        decline(asked, reason="Out of scope", by=DRI)
        assert state_of(office, gap_id) is GapState.DECLINED
        assert (office.questions[0].answer, office.audit(f"gap:{gap_id}")[-1].reason) == ("declined", "Out of scope")
        for again in (
            lambda: decline(asked, reason="Again", by=DRI),
            lambda: office.issues.answer.check(asked, by=DRI),
        ):
            with pytest.raises(Overtaken):
                again()
        office.work()
        assert "gap::declined" in item.labels
        later(office, lambda: office.house.gitlab.work.reopen(item, by=office.house.ann))
        assert state_of(office, gap_id) is GapState.TRIAGE

    @sqlite_only
    def test_only_who_may_move_the_gap_answers(self, office: IssueOffice) -> None:
        item = office.house.issue()
        office.linked(item)
        merged(office, item)
        for question_id in (office.questions[0].id, 99):
            with pytest.raises(NotAllowed):
                office.issues.answer(question_id, has_shipped=True, by=SELLER)
        assert office.questions[0].state == "open"

    @sqlite_only
    def test_nobody_is_asked_while_another_issue_is_open_or_the_gap_is_closed(self, office: IssueOffice) -> None:
        item, other, third = office.house.issue(), office.house.issue(), office.house.issue()
        gap_id = office.linked(item)
        office.linked(other, gap_id)
        office.linked(third, state=GapState.DECLINED)
        merged(office, item)
        merged(office, third)
        assert office.questions == []
        merged(office, other)
        assert [(asked.gap_id, asked.issue_id) for asked in office.questions] == [(gap_id, office.links[1].issue_id)]

    @sqlite_only
    def test_each_closing_asks_once_however_often_it_is_read(self, office: IssueOffice) -> None:
        item = office.house.issue()
        office.linked(item)
        merged(office, item)
        for _ in range(3):
            office.reconcile()
        assert len(office.questions) == 1
        later(office, lambda: office.house.gitlab.work.reopen(item, by=office.house.ann))
        merged(office, item)
        assert [asked.state for asked in office.questions] == ["withdrawn", "open"]

    @sqlite_only
    def test_an_issue_that_was_closed_when_it_was_linked_asks_nobody(self, office: IssueOffice) -> None:
        item = office.house.issue()
        office.house.gitlab.work.close(item, by=office.house.ann)
        office.linked(item)
        assert office.questions == []

    @sqlite_only
    def test_the_clock_ships_what_was_merged_where_the_policy_says_so(self, office: IssueOffice) -> None:
        hasty = IssueOffice(office.database, clock=office.clock, house=office.house, policy=policy(ship_after="3d"))
        by_merge, by_hand = hasty.house.issue(), hasty.house.issue()
        shipped, open_ = hasty.linked(by_merge), hasty.linked(by_hand)
        merged(hasty, by_merge)
        later(hasty, lambda: hasty.house.gitlab.work.close(by_hand, by=hasty.house.ann))
        for days, expected in ((2, GapState.BACKLOG), (2, GapState.SHIPPED)):
            hasty.clock.move(days=days)
            hasty.want(issue_jobs.SHIP_UNANSWERED)
            hasty.work()
            assert state_of(hasty, shipped) is expected
        assert state_of(hasty, open_) is GapState.BACKLOG
        assert hasty.questions[0].answered_by == BOT

    @sqlite_only
    def test_without_such_a_policy_the_clock_ships_nothing(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        merged(office, item)
        office.clock.move(days=400)
        office.want(issue_jobs.SHIP_UNANSWERED)
        office.work()
        assert state_of(office, gap_id) is GapState.BACKLOG

    @sqlite_only
    def test_reopened_takes_a_gap_back_that_its_closing_shipped(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        merged(office, item)
        office.issues.answer(office.questions[0].id, has_shipped=True, by=DRI)
        later(office, lambda: office.house.gitlab.work.reopen(item, by=office.house.ann))
        assert state_of(office, gap_id) is GapState.IN_PROGRESS
        assert "gap::in_progress" in item.labels

    @sqlite_only
    def test_unlinking_takes_the_question_back(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        merged(office, item)
        office.issues.link.unlink(gap_id, text="", by=PM)
        assert [asked.state for asked in office.questions] == ["withdrawn"]
        assert len(office.promised(issue_jobs.SETTLE_QUESTION)) == 1


@sqlite_only
class TestComingAndGoing:
    def test_a_deleted_issue_is_not_visible_and_never_closed(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        office.clock.move(minutes=1)
        office.house.gitlab.work.delete(item)
        office.reconcile()
        assert office.tracked[0].standing == "hidden"
        assert office.questions == []
        shown = office.use.show_gap(gap_id, by=PM).issues[0]
        assert (shown.is_hidden, shown.state) == (True, None)

    def test_a_lost_right_hides_and_its_return_shows_again(self, office: IssueOffice) -> None:
        office.house.project.visibility = "private"
        office.house.group.visibility = "private"
        item = office.house.issue()
        office.linked(item)
        role = office.house.group.members[office.house.bot.id]
        office.house.demote(None)
        office.clock.move(minutes=1)
        office.reconcile()
        assert office.tracked[0].standing == "hidden"
        office.house.demote(role)
        office.clock.move(minutes=1)
        office.reconcile()
        assert office.tracked[0].standing == "seen"
        assert office.questions == []

    def test_what_was_hidden_is_read_and_written_to_when_somebody_links_it(self, office: IssueOffice) -> None:
        office.house.project.visibility = "private"
        office.house.group.visibility = "private"
        item = office.house.issue()
        first = office.linked(item)
        role = office.house.group.members[office.house.bot.id]
        office.house.demote(None)
        office.clock.move(minutes=1)
        office.reconcile()
        office.issues.link.unlink(first, text="", by=PM)
        office.house.demote(role)
        office.linked(item, state=GapState.PLANNED)
        assert office.tracked[0].standing == "seen"
        assert "gap::planned" in item.labels

    def test_a_moved_issue_says_where_it_is_now(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        later(office, lambda: office.house.gitlab.work.move(item, to=office.house.other, by=office.house.ann))
        shown = office.use.show_gap(gap_id, by=PM).issues[0]
        assert (shown.is_moved, shown.state) == (True, None)
        assert shown.moved_to_url is not None
        assert shown.moved_to_url.endswith("/acme/mobile/-/issues/1")
        assert office.questions == []

    def test_a_renamed_project_is_still_ours(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        office.house.gitlab.work.rename(office.house.project, "acme/core")
        later(office, lambda: office.house.gitlab.work.close(item, by=office.house.ann))
        assert office.tracked[0].state is IssueState.CLOSED
        assert office.use.show_gap(gap_id, by=PM).issues[0].reference == "acme/core#1"

    def test_a_milestone_that_moves_is_told_for_open_gaps(self, office: IssueOffice) -> None:
        house = office.house
        milestone = house.world.add_milestone(house.project, "18.3", due=date(2027, 1, 15))
        item = house.issue()
        house.gitlab.work.plan(item, milestone, by=house.ann)
        gap_id = office.linked(item)
        milestone.due += timedelta(days=30)  # a renamed or moved milestone touches no issue: only the night sees it
        office.clock.move(minutes=1)
        office.reconcile()
        (change,) = [one for one in office.rows(GapChange) if one.kind == "milestone"]
        assert (change.gap_id, change.before, change.after) == (gap_id, "2027-01-15", "2027-02-14")

    def test_an_older_reading_does_not_undo_a_newer_one(self, office: IssueOffice) -> None:
        item = office.house.issue()
        office.linked(item)
        old = office.house.seen(item)
        read_at = office.clock()
        office.clock.move(minutes=1)
        office.house.gitlab.work.close(item, by=office.house.ann)
        office.clock.move(minutes=1)
        office.reconcile()

        with office.database.write() as session:
            issues.keep(session, old, read_at=read_at)
        assert office.tracked[0].state is IssueState.CLOSED
