"""Creating, labelling, closing: what came of it is compared with what was asked for."""

from datetime import timedelta

import pytest

from domain.issue_tracker import Marker, PublicDraft
from domain.issue_tracker_errors import Forbidden, Misunderstood, NotVisible
from domain.issues import IssueState
from integrations.gitlab_records import marked
from sandbox.gitlab.world import Role
from tests.integrations.gitlab_house import DRAFT, MARKER, OTHER_MARKER, START, House


class TestCreating:
    def test_gives_the_issue_and_keeps_a_marker_that_nobody_sees(self, house: House) -> None:
        created = house.create()

        item = house.made_by_bot()[0]
        assert (created.is_new, created.dropped) == (True, ())
        assert (created.issue.title, created.issue.labels) == ("Single sign-on with groups", ("customer", "gap::new"))
        assert item.description == "People cannot log in.\n\n[gapbot]: # (gapbot0123456789abcdef)"

    def test_again_finds_it_by_search(self, house: House) -> None:
        first = house.create()
        house.gitlab.records.clear()
        second = house.create()

        assert (second.issue, second.is_new) == (first.issue, False)
        assert [call.operation for call in house.gitlab.records.calls] == ["issues.list"]

    def test_again_finds_it_with_the_token_of_another_user(self, house: House) -> None:
        house.create()
        successor = house.world.add_user("gapbot2")
        house.group.members[successor.id] = Role.PLANNER
        house.world.tokens[0].user = successor

        assert not house.create().is_new

    def test_again_finds_it_although_the_search_does_not(self, house: House) -> None:
        first = house.create()
        # Somebody puts it into a comment, which GitLab's full-text search leaves out.
        item = house.made_by_bot()[0]
        house.gitlab.work.edit(item, by=house.ann, changes={"description": f"<!-- {item.description} -->"})

        assert house.create().issue.ref == first.issue.ref

    def test_with_another_marker_makes_another(self, house: House) -> None:
        house.create()

        assert house.create(marker=OTHER_MARKER).is_new
        assert len(house.made_by_bot()) == 2

    def test_is_not_misled_by_a_marker_that_begins_alike(self, house: House) -> None:
        house.create(marker=Marker(f"{MARKER.word}0"))

        assert house.create().is_new

    def test_tells_what_gitlab_left_out(self, house: House) -> None:
        house.demote(Role.GUEST)

        created = house.create()

        assert (created.issue.labels, created.dropped) == ((), ("customer", "gap::new"))

    def test_confidential_is_honoured_for_guests_too_and_seen_later(self, house: House) -> None:
        house.demote(Role.GUEST)
        draft = PublicDraft(title="T", text="Text", is_confidential=True)

        assert house.create(draft=draft).dropped == ()
        house.gitlab.work.edit(house.made_by_bot()[0], by=house.ann, changes={"confidential": False})
        assert house.create(draft=draft).dropped == ("confidential",)

    def test_in_a_project_that_is_hidden(self, house: House) -> None:
        house.project.visibility = "private"
        house.demote(None)

        with pytest.raises(NotVisible):
            house.create()

    def test_with_a_title_that_gitlab_does_not_take(self, house: House) -> None:
        with pytest.raises(Misunderstood, match="400"):
            house.create(draft=PublicDraft(title="x" * 256, text="Text"))

    def test_looks_through_its_own_issues_since_then_only(self, house: House) -> None:
        house.clock.now = START - timedelta(days=1)
        for number in range(120):
            house.gitlab.work.create(house.project, by=house.bot, title=f"Old {number}")
        house.clock.now = START + timedelta(minutes=1)

        assert house.create().is_new
        assert len(house.gitlab.records.of("issues.list")) == 2


class TestLabels:
    def test_are_added_and_removed_and_others_stay(self, house: House) -> None:
        ref = house.seen(item := house.issue(labels=["team", "gap::new"])).ref

        issue, left = house.tracker().change_labels(ref, add=["customer", "gap::planned"], remove=["gap::new"])

        assert (set(issue.labels), left) == ({"team", "customer", "gap::planned"}, ())
        body = house.gitlab.records.of("issue.update")[0].body
        assert body == {"add_labels": ["customer", "gap::planned"], "remove_labels": ["gap::new"]}
        assert set(item.labels) == set(issue.labels)

    def test_of_one_scope_do_not_exclude_each_other_without_a_licence(self, free_house: House) -> None:
        ref = free_house.seen(free_house.issue(labels=["gap::new"])).ref

        issue, _ = free_house.tracker().change_labels(ref, add=["gap::planned"])

        assert set(issue.labels) == {"gap::new", "gap::planned"}

    def test_that_did_not_change_are_named(self, house: House) -> None:
        created = house.create()
        house.gitlab.work.edit(house.made_by_bot()[0], by=house.ann, changes={"labels": ["team"]})
        house.demote(Role.GUEST)

        issue, left = house.tracker().change_labels(created.issue.ref, add=["customer"], remove=["team"])

        assert (issue.labels, left) == (("team",), ("customer", "team"))

    def test_of_a_strangers_issue_are_forbidden(self, house: House) -> None:
        ref = house.seen(house.issue()).ref
        house.demote(Role.GUEST)

        with pytest.raises(Forbidden, match="Planner"):
            house.tracker().change_labels(ref, add=["customer"])

    def test_none_are_only_read(self, house: House) -> None:
        ref = house.seen(house.issue(labels=["team"])).ref

        assert house.tracker().change_labels(ref)[0].labels == ("team",)
        assert house.gitlab.records.of("issue.update") == []

    def test_of_an_epic(self, house: House) -> None:
        ref = house.seen(house.issue(home=house.group, labels=["team"])).ref

        issue, left = house.tracker().change_labels(ref, add=["customer"], remove=["team"])

        assert (issue.labels, left) == (("customer",), ())


class TestState:
    def test_is_closed_and_reopened(self, house: House) -> None:
        ref = house.seen(house.issue()).ref

        assert house.tracker().set_state(ref, IssueState.CLOSED).state is IssueState.CLOSED
        assert house.tracker().set_state(ref, IssueState.CLOSED).state is IssueState.CLOSED
        assert house.tracker().set_state(ref, IssueState.OPEN).state is IssueState.OPEN

    def test_of_a_strangers_issue_is_forbidden(self, house: House) -> None:
        ref = house.seen(house.issue()).ref
        house.demote(Role.GUEST)

        with pytest.raises(Forbidden):
            house.tracker().set_state(ref, IssueState.CLOSED)


@pytest.mark.parametrize(
    "word", ["short", "GAPBOT0123456789ABCD", "0123456789abcdefgh", "gapbot-0123456789abc", "a" * 49]
)
def test_a_marker_that_the_search_would_lose_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="marker"):
        Marker(word)


def test_the_marker_stands_alone_after_an_empty_line() -> None:
    assert marked("Text  \n\n", MARKER) == f"Text\n\n[gapbot]: # ({MARKER.word})"
    assert DRAFT.text in marked(DRAFT.text, MARKER)
