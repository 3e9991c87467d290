"""Reading issues and epics: every field, every way in which one can be gone."""

from datetime import date, timedelta

import pytest

from domain.issue_tracker_errors import Forbidden, NotVisible, SignInRefused
from domain.issues import Address, Assignee, Health, Issue, IssueState, ItemKind, Milestone
from sandbox.gitlab.world import Role
from tests.integrations.gitlab_house import START, House


class TestAnIssue:
    def test_is_read_with_all_that_is_mirrored(self, house: House) -> None:
        milestone = house.world.add_milestone(house.group, "18.7", due=date(2026, 2, 1))
        item = house.issue(labels=["gap::planned", "auth"], weight=3, health_status="at_risk")
        house.gitlab.work.edit(
            item,
            by=house.ann,
            changes={"milestone_id": milestone.id, "assignee_ids": [house.ann.id], "due_date": "2026-03-01"},
        )

        found = house.seen(item)

        assert found == Issue(
            ref=found.ref,
            item_id=item.id,
            path="acme/platform",
            type_name="issue",
            title="Dark mode",
            state=IssueState.OPEN,
            url=f"{house.gitlab.base_url}/acme/platform/-/issues/1",
            updated_at=START,
            labels=("auth", "gap::planned"),
            milestone=Milestone(id=milestone.id, title="18.7", due=date(2026, 2, 1)),
            due=date(2026, 3, 1),
            weight=3,
            health=Health.AT_RISK,
            assignees=(Assignee(username="ann", name="Ann Miller"),),
        )
        assert house.tracker().read(found.ref) == found

    def test_without_a_licence_has_no_weight_and_no_health(self, free_house: House) -> None:
        found = free_house.seen(free_house.issue(weight=3, health_status="at_risk"))

        assert (found.weight, found.health) == (None, None)

    def test_shows_nothing_that_people_wrote_when_printed(self, house: House) -> None:
        assert "Dark" not in repr(house.seen(house.issue()))

    def test_is_found_by_an_old_path_of_its_project(self, house: House) -> None:
        item = house.issue()
        house.gitlab.work.rename(house.project, "acme/core")

        found = house.tracker().find(Address(kind=ItemKind.ISSUE, path="acme/platform", iid=1))

        assert (found.item_id, found.path) == (item.id, "acme/core")
        assert house.tracker().project("acme/platform").id == house.project.id

    def test_that_was_moved_leads_to_where_it_is(self, house: House) -> None:
        item = house.issue()
        ref = house.seen(item).ref
        copy = house.gitlab.work.move(item, to=house.other, by=house.ann)

        left = house.tracker().read(ref)

        assert (left.state, left.moved_to) == (IssueState.CLOSED, copy.id)
        assert house.tracker().moved(left).address.reference == "acme/mobile#1"

    def test_that_was_moved_out_of_sight_is_not_visible(self, house: House) -> None:
        secret = house.world.add_project("other/secret", visibility="private")
        item = house.issue()
        house.gitlab.work.move(item, to=secret, by=house.ann)

        with pytest.raises(NotVisible, match="moved to a place"):
            house.tracker().moved(house.seen(item))

    def test_closed_as_a_duplicate_names_the_other(self, house: House) -> None:
        first = house.issue()
        second = house.issue()
        house.gitlab.work.note(second, by=house.ann, body=f"/duplicate #{first.iid}")

        found = house.seen(second)

        assert (found.state, found.duplicate_of) == (IssueState.CLOSED, house.seen(first).ref)

    def test_of_several_are_read_at_once_without_the_missing(self, house: House) -> None:
        items = [house.issue(title=f"Issue {number}") for number in range(3)]
        house.gitlab.work.delete(items[1])

        found = house.tracker().read_many(project_id=house.project.id, iids=[3, 2, 1])

        assert {issue.title for issue in found} == {"Issue 0", "Issue 2"}
        assert len(house.gitlab.records.calls) == 1
        assert house.tracker().read_many(project_id=house.project.id, iids=[]) == []


class TestGone:
    def test_deleted_and_hidden_look_the_same(self, house: House) -> None:
        ref = house.seen(item := house.issue()).ref
        house.gitlab.work.edit(item, by=house.ann, changes={"confidential": True})
        house.demote(None)
        with pytest.raises(NotVisible) as hidden:
            house.tracker().read(ref)
        house.gitlab.work.delete(item)
        with pytest.raises(NotVisible) as gone:
            house.tracker().read(ref)

        assert gone.value.sentence == hidden.value.sentence
        assert "closed" not in gone.value.sentence

    def test_token_is_said_to_be_renewed(self, house: House) -> None:
        house.world.tokens[0].is_revoked = True

        with pytest.raises(SignInRefused, match="Renew GITLAB_TOKEN"):
            house.tracker().account()

    def test_expired_token_too(self, house: House) -> None:
        house.world.tokens[0].expires_on = START.date()

        with pytest.raises(SignInRefused):
            house.seen(house.issue())


class TestWhoClosed:
    def test_a_merged_change(self, house: House) -> None:
        ref = house.seen(item := house.issue()).ref
        house.gitlab.work.close(item, by=house.ann)
        house.gitlab.work.reopen(item, by=house.ann)
        merge_request = house.gitlab.work.close_by_merge(item, by=house.ann)

        found = house.tracker().closed_by(ref)

        assert found is not None
        assert (found.merge_request_id, found.is_by_change) == (merge_request, True)

    def test_a_person(self, house: House) -> None:
        ref = house.seen(item := house.issue()).ref
        house.gitlab.work.close_by_merge(item, by=house.ann)
        house.gitlab.work.reopen(item, by=house.ann)
        house.gitlab.work.close(item, by=house.ann)

        found = house.tracker().closed_by(ref)

        assert found is not None
        assert not found.is_by_change

    def test_nobody_yet(self, house: House) -> None:
        assert house.tracker().closed_by(house.seen(house.issue()).ref) is None

    def test_after_a_long_history(self, house: House) -> None:
        ref = house.seen(item := house.issue()).ref
        for _ in range(60):
            house.gitlab.work.close(item, by=house.ann)
            house.gitlab.work.reopen(item, by=house.ann)
        house.gitlab.work.close_by_merge(item, by=house.ann)

        found = house.tracker().closed_by(ref)

        assert found is not None
        assert found.is_by_change


class TestAnEpic:
    def test_is_read_with_all_that_is_mirrored(self, house: House) -> None:
        milestone = house.world.add_milestone(house.group, "19.0", due=date(2026, 5, 1))
        item = house.issue(home=house.group, title="Identity", labels=["auth"], weight=8, health_status="on_track")
        house.gitlab.work.edit(
            item,
            by=house.ann,
            changes={"milestone_id": milestone.id, "assignee_ids": [house.ann.id], "due_date": "2026-04-01"},
        )
        house.gitlab.work.close(item, by=house.ann)

        found = house.seen(item)

        assert found.address.reference == "acme&1"
        assert (found.title, found.type_name, found.state) == ("Identity", "epic", IssueState.CLOSED)
        assert (found.labels, found.weight, found.health) == (("auth",), 8, Health.ON_TRACK)
        assert found.milestone == Milestone(id=milestone.id, title="19.0", due=date(2026, 5, 1))
        assert (found.due, found.closed_at, found.updated_at) == (date(2026, 4, 1), START, START)
        assert found.assignees == (Assignee(username="ann", name="Ann Miller"),)
        assert house.tracker().read(found.ref) == found
        assert house.tracker().closed_by(found.ref) is None

    def test_is_not_there_without_a_licence(self, free_house: House) -> None:
        item = free_house.issue(home=free_house.group)

        with pytest.raises(NotVisible, match="no epics"):
            free_house.seen(item)

    def test_hidden_or_in_a_group_that_is_not_there(self, house: House) -> None:
        ref = house.seen(item := house.issue(home=house.group)).ref
        house.gitlab.work.edit(item, by=house.ann, changes={"confidential": True})
        house.demote(Role.GUEST)

        with pytest.raises(NotVisible):
            house.tracker().read(ref)
        with pytest.raises(NotVisible):
            house.tracker().find(Address(kind=ItemKind.EPIC, path="nowhere", iid=1))


class TestSearch:
    def test_finds_by_beginnings_of_words_below_the_group(self, house: House) -> None:
        house.issue(title="Sign in with passkeys")
        house.clock.pass_(minutes=1)
        house.issue(title="Audit log", description="Who signed in when", home=house.other)
        house.issue(title="Invoices")

        found = house.tracker().search(group="acme", words="  sign   IN ")

        assert [issue.title for issue in found] == ["Audit log", "Sign in with passkeys"]

    def test_leaves_out_what_the_bot_may_not_see(self, house: House) -> None:
        house.issue(title="Merger", confidential=True)
        house.demote(Role.GUEST)

        assert house.tracker().search(group="acme", words="merger") == []

    @pytest.mark.parametrize("words", ["", "  ", "\n"])
    def test_of_nothing_asks_nothing(self, house: House, words: str) -> None:
        assert house.tracker().search(group="acme", words=words) == []
        assert house.gitlab.records.calls == []


class TestOurselves:
    def test_account_says_who_and_until_when(self, house: House) -> None:
        house.world.tokens[0].expires_on = START.date() + timedelta(days=30)

        found = house.tracker().account()

        assert (found.id, found.username, found.scopes) == (house.bot.id, "gapbot", {"api"})
        assert (found.expires_on, found.version) == (date(2026, 2, 4), "18.6.1-ee")

    def test_role_is_the_highest_of_project_and_groups(self, house: House) -> None:
        house.project.members[house.bot.id] = Role.MAINTAINER

        assert house.tracker().project("acme/platform").role == Role.MAINTAINER
        assert house.tracker().group("acme").role == Role.PLANNER
        house.project.members.clear()
        house.demote(None)
        assert house.tracker().project("acme/platform").role is None


class TestHooks:
    def test_are_shown_to_maintainers_only(self, house: House) -> None:
        with pytest.raises(Forbidden):
            house.tracker().hooks(house.project.id)

    def test_what_a_hook_missed_is_sent_again(self, house: House) -> None:
        house.demote(Role.MAINTAINER)
        house.gitlab.hooks.add(house.project, f"{house.gitlab.base_url}/nobody-listens-here")
        house.issue()
        house.gitlab.hooks.wait_until_sent()
        hook = house.tracker().hooks(house.project.id)[0]

        missed = house.tracker().failed_deliveries(hook)
        assert len(missed) == 1
        house.gitlab.hooks.hooks[0].url = f"{house.gitlab.base_url}/users/sign_in"
        house.tracker().resend(hook, delivery=missed[0])
        house.gitlab.hooks.wait_until_sent()

        assert house.tracker().failed_deliveries(hook) == []
        assert (hook.alert_status, hook.disabled_until) == ("executable", None)
