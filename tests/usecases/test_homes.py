"""Everybody's Home tab: what is on it by role, its pages, and whose is drawn again when something happens."""

from dataclasses import replace

import pytest

from domain.errors import NotAllowed
from domain.issues import Health, IssueState, ItemKind
from domain.words import GapState, Priority
from storage.models import HomeVisit, Link, TrackedIssue
from tests.usecases.office import ADMIN, DRI, GUEST, NOW, OTHER_SELLER, PM, SELLER, Office
from usecases.home_job_kinds import LOOK_AT_HOMES, REFRESH_HOME
from usecases.home_pages import SIZES, Section
from usecases.job_kinds import SlotCame
from usecases.show_home import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def home(office: Office, user_id: str) -> Home:
    return office.use.homes.show(user_id)


def issue(office: Office, gap_id: int, health: Health | None, state: IssueState = IssueState.OPEN) -> None:
    number = next(office.numbers)
    url = f"https://gitlab.example.com/a/b/-/issues/{number}"
    issue_id = office._add(
        TrackedIssue(
            kind=ItemKind.ISSUE, namespace_id=1, iid=number, item_id=number, path="a/b", url=url, type_name="Issue",
            title="x", title_folded="x", state=state, labels=[], assignees=[], health=health, updated_at=NOW,
            read_at=NOW, standing="seen",
        )
    )  # fmt: skip
    office._add(Link(gap_id=gap_id, url=url, issue_id=issue_id, created_at=NOW, created_by=PM))


class TestRoles:
    def test_a_csm_has_their_accounts_with_what_each_asks_for(self, office: Office) -> None:
        acme = office.account("Acme", csm_slack_id=SELLER, arr_minor=100_000_00)
        small = office.account("Small", owner_slack_id=SELLER, arr_minor=1_000_00)
        office.account("Silent", owner_slack_id=SELLER)
        scim, logs = office.gap("SCIM"), office.gap("Logs", state=GapState.SHIPPED)
        for account, gap, priority in ((acme, logs, "P0"), (acme, scim, "P1"), (acme, scim, "P0"), (small, scim, "P1")):
            office.move(gap, state=GapState.BACKLOG)
            office.file(account_id=account, join_gap_id=gap, by=OTHER_SELLER, priority=priority)
        office.move(logs, state=GapState.SHIPPED)
        shown = home(office, SELLER)
        assert [
            (one.name, [(gap.gap_id, gap.priority, gap.rank) for gap in one.gaps]) for one in shown.accounts.rows
        ] == [
            ("Acme", [(scim, Priority.P0, 1), (logs, Priority.P0, None)]),
            ("Small", [(scim, Priority.P1, 1)]),
        ]
        assert shown.account_sum is not None
        assert (shown.account_sum.accounts, shown.account_sum.gaps) == (2, 2)
        assert shown.account_sum.arr.compact() == "$101k"
        assert home(office, OTHER_SELLER).accounts.total == 0

    def test_a_dri_has_their_areas_gaps_by_rank_and_their_queue(self, office: Office) -> None:
        weak = office.gap("Weak", area_key="auth", dri_id=PM)
        strong = office.gap("Strong", area_key="auth", state=GapState.TRIAGE, dri_id=DRI)
        office.gap("Unasked", area_key="auth")
        office.gap("Elsewhere", area_key="data", state=GapState.NEW)
        for name, gap, priority in (("Acme", weak, "NICE"), ("Globex", strong, "P0")):
            office.file(account_id=office.account(name), join_gap_id=gap, priority=priority)
        issue(office, strong, Health.NEEDS_ATTENTION)
        issue(office, strong, Health.AT_RISK)
        issue(office, weak, Health.AT_RISK, IssueState.CLOSED)
        shown = home(office, DRI)
        assert [(one.gap_id, one.rank, one.health) for one in shown.area_gaps] == [
            (strong, 1, Health.AT_RISK),
            (weak, 2, None),
        ]
        assert [(one.gap.gap_id, one.gap.health) for one in shown.queue.rows] == [(strong, Health.AT_RISK)]
        assert shown.nobodys.total == 0

    def test_who_may_decide_about_all_gaps_sees_those_that_nobody_decides_about(self, office: Office) -> None:
        gap_id = office.gap(state=GapState.NEW)
        office.gap(state=GapState.NEW, dri_id=ADMIN)
        assert [one.gap.gap_id for one in home(office, PM).nobodys.rows] == [gap_id]
        assert home(office, SELLER).nobodys.total == 0

    def test_pages_hold_so_many_and_one_beyond_the_end_is_the_last(self, office: Office) -> None:
        gap_id, size = office.gap(), SIZES[Section.REQUESTS]
        for number in range(size + 2):
            office.file(account_id=office.account(f"Globex {number}"), join_gap_id=gap_id)
        office.use.homes.tend.opened(SELLER)
        first = home(office, SELLER).requests
        assert (len(first.rows), first.first, first.last, first.total, first.has_next) == (
            size,
            1,
            size,
            size + 2,
            True,
        )
        office.use.homes.tend.turn(Section.REQUESTS, 9, by=SELLER)
        last = home(office, SELLER).requests
        assert (len(last.rows), last.number, last.first, last.has_next) == (2, 1, size + 1, False)
        assert len(office.jobs(REFRESH_HOME)) == 1
        office.use.homes.tend.opened(SELLER)
        assert home(office, SELLER).requests.number == 0


class TestFollowing:
    @pytest.fixture
    def gap(self, office: Office) -> int:
        gap_id = office.gap(dri_id=PM, area_key="auth")
        account = office.account(owner_slack_id=OTHER_SELLER, csm_slack_id=ADMIN)
        office.file(account_id=account, join_gap_id=gap_id)
        for user_id in (SELLER, OTHER_SELLER, PM, ADMIN, DRI, GUEST):
            office.use.homes.tend.opened(user_id)
        return gap_id

    def drawn(self, office: Office) -> list[str]:
        """Whose tabs are promised to be drawn since the last time, each as a job would."""
        known = {job.id for job in office.jobs(REFRESH_HOME)}
        replace(office.use.homes.tend, overlap=0).look(office.attempt(LOOK_AT_HOMES, SlotCame(slot="now")))
        return sorted(job.payload["user_id"] for job in office.jobs(REFRESH_HOME) if job.id not in known)

    def done(self, office: Office) -> None:
        with office.database.write() as session:
            for job in office.jobs(REFRESH_HOME):
                session.merge(job).state = "done"

    def test_everybody_whose_it_is_and_once(self, office: Office, gap: int) -> None:
        office.use.notices.move_gap(gap, wanted=GapState.PLANNED, by=PM, reason="", wording="", merged_into=None)
        office.use.notices.move_gap(gap, wanted=GapState.IN_PROGRESS, by=PM, reason="", wording="", merged_into=None)
        assert office.use.homes.tend.is_behind()
        assert self.drawn(office) == [ADMIN, DRI, OTHER_SELLER, PM, SELLER]
        assert not office.use.homes.tend.is_behind()
        assert self.drawn(office) == []

    def test_a_gap_that_is_shown_though_it_is_no_longer_theirs(self, office: Office, gap: int) -> None:
        other = office.gap("Other", state=GapState.TRIAGE, dri_id=OTHER_SELLER)
        office.use.homes.tend.drawn(OTHER_SELLER, gap_ids=home(office, OTHER_SELLER).gap_ids, digest="x")
        office.use.intake.triage.take(other, by=PM)
        assert gap
        assert self.drawn(office) == [OTHER_SELLER, PM]

    def test_one_that_waits_to_be_drawn_is_not_promised_twice(self, office: Office, gap: int) -> None:
        office.use.intake.triage.take(gap, by=PM)
        assert PM in self.drawn(office)
        office.use.intake.triage.take(gap, by=ADMIN)
        assert self.drawn(office) == []
        self.done(office)
        office.use.intake.triage.take(gap, by=PM)
        assert PM in self.drawn(office)

    def test_who_has_not_looked_for_long_is_not_followed(self, office: Office, gap: int) -> None:
        office.clock.move(days=15)
        office.use.homes.tend.opened(PM)
        office.use.intake.triage.take(gap, by=PM)
        assert self.drawn(office) == [PM]

    def test_a_drawing_that_looks_the_same_is_none(self, office: Office, gap: int) -> None:
        assert gap
        tend = office.use.homes.tend
        assert tend.looks_new(PM, "one")
        tend.drawn(PM, gap_ids=frozenset({1}), digest="one")
        assert not tend.looks_new(PM, "one")
        assert tend.looks_new(PM, "two")

    def test_guests_and_strangers_are_not_followed(self, office: Office, gap: int) -> None:
        assert gap
        with pytest.raises(NotAllowed):
            office.use.homes.tend.turn(Section.REQUESTS, 1, by=GUEST)
        office.use.homes.tend.opened("UNOBODY")
        rows = office.reading(lambda session: {row.user_id for row in session.query(HomeVisit)})
        assert rows == {SELLER, OTHER_SELLER, PM, ADMIN, DRI}
