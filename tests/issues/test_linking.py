"""Linking, unlinking, and what is written to an issue because of it."""

from datetime import date

import pytest

from domain.errors import NotAllowed, NotFound, Overtaken
from domain.issue_reference import ElsewhereAddress
from domain.issues import IssueState
from domain.words import GapState
from sandbox.gitlab.world import Role
from storage import gaps as stored_gaps
from tests.issues.issue_office import IssueOffice
from tests.usecases.office import ADMIN, DRI, NOW, PM, SELLER
from usecases import issue_jobs
from usecases.request_fields import RequestFields

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class TestLinking:
    def test_a_pasted_address_becomes_an_issue_with_all_that_gitlab_knows(self, office: IssueOffice) -> None:
        house = office.house
        milestone = house.world.add_milestone(house.project, "18.3", due=date(2027, 1, 15))
        item = house.issue(title="Log in with SAML", labels=["auth"], weight=3)
        house.gitlab.work.plan(item, milestone, by=house.ann)
        office.linked(item)
        (tracked,), (link,) = office.tracked, office.links
        assert (tracked.title, tracked.state, tracked.milestone_title) == ("Log in with SAML", IssueState.OPEN, "18.3")
        assert (tracked.milestone_due, tracked.weight, tracked.standing) == (date(2027, 1, 15), 3, "seen")
        assert link.issue_id == tracked.id
        assert link.url == tracked.url

    def test_labels_and_one_internal_note_follow(self, office: IssueOffice) -> None:
        item = office.house.issue(labels=["bug", "gap::shipped"])
        gap_id = office.gap(area_key="auth", state=GapState.PLANNED)
        office.file(account_id=office.account(), join_gap_id=gap_id, priority="P0", workaround="")
        office.linked(item, gap_id)
        assert set(item.labels) == {"bug", "customer", "area:auth", "gap::planned"}
        (note,) = item.notes
        assert note.internal
        assert f"GAP-{gap_id}" in note.body
        assert "1 account asks" in note.body

    @sqlite_only
    def test_an_address_in_the_form_is_read_at_once(self, office: IssueOffice) -> None:
        first, second = office.house.issue(), office.house.issue()
        address = f"{office.house.gitlab.base_url}/acme/platform/-/issues/"
        filed = office.file(account_id=office.account(), gitlab_url=f"{address}{first.iid}")
        office.work()
        assert [row.iid for row in office.tracked] == [first.iid]
        office.use.change_request.correct(
            filed.request_id,
            expected_version=1,
            fields=RequestFields(
                title="SCIM", priority="P1", impact="risks_churn", gitlab_url=f"{address}{second.iid}"
            ),
            key="view:again",
            by=SELLER,
        )
        office.work()
        assert [(row.iid, row.standing) for row in office.tracked] == [(first.iid, "seen"), (second.iid, "seen")]
        assert all("customer" in item.labels for item in (first, second))

    @sqlite_only
    def test_the_note_is_updated_in_place_when_more_accounts_ask(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        for name in ("One", "Two"):
            office.file(account_id=office.account(name), join_gap_id=gap_id)
        office.poll()
        (note,) = item.notes
        assert "2 accounts ask" in note.body

    @sqlite_only
    def test_a_poll_without_news_writes_nothing(self, office: IssueOffice) -> None:
        office.linked(office.house.issue())
        office.poll()
        before = len(office.house.gitlab.records.of("issue.update", "note.create", "note.update", "graphql.mutation"))
        office.clock.move(minutes=10)
        office.poll()
        after = office.house.gitlab.records.of("issue.update", "note.create", "note.update", "graphql.mutation")
        assert len(after) == before

    @sqlite_only
    def test_one_issue_may_serve_several_gaps_and_a_gap_may_have_several_issues(self, office: IssueOffice) -> None:
        item, other = office.house.issue(), office.house.issue(home=office.house.other)
        first = office.linked(item, state=GapState.TRIAGE)
        office.linked(item, area_key="data", state=GapState.PLANNED)
        office.linked(other, first)
        assert {"area:auth", "area:data", "gap::planned"} <= set(item.labels)
        assert "gap::triage" in other.labels
        (note,) = item.notes
        assert note.body.count("**GAP-") == 2

    @sqlite_only
    def test_the_same_issue_under_another_address_is_the_same_link(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.linked(item)
        with pytest.raises(Overtaken):
            office.issues.link(
                gap_id, text=f"{office.gitlab_url}/{item.home.path}/-/work_items/{item.iid}#note_3", by=PM
            )

    def test_an_address_from_the_form_is_read_by_the_next_poll(self, office: IssueOffice) -> None:
        item = office.house.issue()
        gap_id = office.gap()
        url = f"{office.gitlab_url}/{item.home.path}/-/work_items/{item.iid}"
        with office.database.write() as session:
            stored_gaps.add_link(session.connection(), gap_id=gap_id, url=url, by=SELLER, at=NOW)
        office.poll()
        (link,) = office.links
        assert link.issue_id == office.tracked[0].id
        assert link.url.endswith("/-/issues/1")
        assert "customer" in item.labels

    @sqlite_only
    def test_what_gitlab_does_not_show_stays_a_link_that_says_so(self, office: IssueOffice) -> None:
        gap_id = office.gap()
        office.issues.link(gap_id, text="acme/platform#99", by=PM)
        office.work()
        (link,) = office.links
        assert link.issue_id is None
        assert link.unseen_at is not None
        card = office.use.show_gap(gap_id, by=PM)
        assert card.issues[0].is_hidden
        assert card.issues[0].state is None

    @sqlite_only
    def test_nobody_links_what_is_on_another_host(self, office: IssueOffice) -> None:
        with pytest.raises(ElsewhereAddress):
            office.issues.link(office.gap(), text="https://gitlab.com/acme/platform/-/issues/1", by=PM)

    @sqlite_only
    @pytest.mark.parametrize(
        ("by", "may"), [(PM, True), (ADMIN, True), (DRI, True), (SELLER, False), ("UGUEST", False)]
    )
    def test_product_people_and_the_dri_may(self, office: IssueOffice, by: str, may: bool) -> None:
        gap_id = office.gap(dri_id=DRI)
        if may:
            assert office.issues.link(gap_id, text="acme/platform#1", by=by).key == f"GAP-{gap_id}"
            return
        with pytest.raises(NotAllowed):
            office.issues.link(gap_id, text="acme/platform#1", by=by)
        assert office.links == []

    @sqlite_only
    def test_a_gap_that_does_not_exist_is_not_linked(self, office: IssueOffice) -> None:
        with pytest.raises(NotFound):
            office.issues.link(99, text="acme/platform#1", by=PM)

    @sqlite_only
    def test_an_epic_can_be_linked(self, office: IssueOffice) -> None:
        epic = office.house.issue(home=office.house.group, title="All of sign-on")
        office.linked(epic)
        assert office.tracked[0].title == "All of sign-on"
        assert "customer" in epic.labels
        assert [note.internal for note in epic.notes] == [True]


@sqlite_only
class TestUnlinking:
    def test_takes_back_our_labels_and_our_note_and_nobody_elses(self, office: IssueOffice) -> None:
        item = office.house.issue(labels=["bug"])
        gap_id = office.linked(item)
        office.house.gitlab.work.note(item, by=office.house.ann, body="A word of Ann’s")
        office.issues.link.unlink(gap_id, text="", by=PM)
        office.work()
        assert item.labels == ["bug"]
        assert [note.author.username for note in item.notes] == ["ann"]
        assert [row.action for row in office.audit(f"gap:{gap_id}")] == ["gap.linked", "gap.unlinked"]

    def test_with_another_gap_left_the_note_and_labels_say_so(self, office: IssueOffice) -> None:
        item = office.house.issue()
        first = office.linked(item, state=GapState.PLANNED)
        second = office.linked(item, area_key="data", state=GapState.TRIAGE)
        office.issues.link.unlink(first, text=item.reference, by=PM)
        office.work()
        assert set(item.labels) == {"customer", "area:data", "gap::triage"}
        assert f"GAP-{second}" in item.notes[0].body
        assert f"GAP-{first}" not in item.notes[0].body

    def test_asks_which_one_where_there_are_several(self, office: IssueOffice) -> None:
        gap_id = office.linked(office.house.issue())
        office.linked(office.house.issue(), gap_id)
        with pytest.raises(NotFound, match="2 links"):
            office.issues.link.unlink(gap_id, text="", by=PM)
        with pytest.raises(NotFound, match="not linked"):
            office.issues.link.unlink(gap_id, text="acme/platform#77", by=PM)


@sqlite_only
class TestRights:
    def test_without_the_right_to_hide_no_note_is_written_and_the_admins_hear_once(self, office: IssueOffice) -> None:
        office.house.demote(Role.GUEST)
        item = office.house.issue()
        office.linked(item)
        office.poll()
        assert item.notes == []
        assert [one.trouble for one in office.promised(issue_jobs.WARN_ADMINS)] == ["may_not_hide"]

    def test_the_right_to_hide_is_asked_for_again_the_next_day(self, office: IssueOffice) -> None:
        office.house.demote(Role.GUEST)
        item = office.house.issue()
        office.linked(item)
        office.house.demote(Role.PLANNER)
        office.poll()
        assert item.notes == []
        office.clock.move(days=1)
        office.poll()
        assert [note.internal for note in item.notes] == [True]

    def test_a_confidential_issues_words_are_not_for_everybody(self, office: IssueOffice) -> None:
        gap_id = office.linked(office.house.issue(title="Breach of X", confidential=True))
        assert office.use.show_gap(gap_id, by=SELLER).issues[0].title is None
        assert office.use.show_gap(gap_id, by=PM).issues[0].title == "Breach of X"
        assert not office.use.show_gap(gap_id, by=SELLER).can_link
