"""What people can do on the page's view of GitLab, and what the bot's client then sees."""

from datetime import date
from pathlib import Path

import pytest

from domain.issue_tracker_errors import Busy
from domain.issues import IssueState
from sandbox.desk_routes import Unusable
from sandbox.gitlab.desk import Desk
from sandbox.gitlab.keeping import keep, kept
from sandbox.gitlab.moods import MOODS
from sandbox.gitlab.world import Role
from tests.integrations.gitlab_house import House


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.gitlab, group=house.group, by=house.ann, bot=house.bot)


def test_the_public_sees_no_internal_notes_and_no_confidential_issue(house: House, desk: Desk) -> None:
    item = house.issue(description="Text")
    desk.note({"id": item.id, "body": "Hello"})
    desk.note({"id": item.id, "body": "Hidden", "internal": True})

    seen = desk.issue({"id": item.id})
    assert [note["body"] for note in seen["public"]["notes"]] == ["Hello"]
    assert [note["internal"] for note in seen["members"]["notes"]] == [False, True]
    item.confidential = True
    assert desk.issue({"id": item.id})["public"] is None


def test_issues_are_found_by_words_latest_first(house: House, desk: Desk) -> None:
    house.issue(title="Dark mode")
    house.clock.pass_(minutes=1)
    house.issue(title="Darker mode")
    house.issue(title="Invoices", home=house.group)

    found = desk.issues({"text": "mode DARK"})

    assert [line["title"] for line in found["issues"]] == ["Darker mode", "Dark mode"]
    assert desk.issues({})["total"] == 3


def test_an_issue_is_planned_and_moved_and_its_milestone_put_off(house: House, desk: Desk) -> None:
    milestone = house.world.add_milestone(house.group, "18.7", due=date(2026, 2, 1))
    ref = house.seen(item := house.issue()).ref
    desk.plan({"id": item.id, "milestone": milestone.id})
    desk.reschedule({"milestone": milestone.id, "due": "2026-03-01"})

    planned = house.tracker().read(ref)
    assert planned.milestone is not None
    assert planned.milestone.due == date(2026, 3, 1)
    desk.move({"id": item.id, "project": "acme/mobile"})
    assert house.tracker().read(ref).state is IssueState.CLOSED
    assert desk.issue({"id": item.id})["members"]["moved_to"] == "acme/mobile#1"


def test_what_cannot_be_meant_is_said(house: House, desk: Desk) -> None:
    item = house.issue()
    milestone = house.world.add_milestone(house.group, "18.7")
    for attempt in (
        lambda: desk.move({"id": item.id, "project": "acme/platform"}),
        lambda: desk.move({"id": item.id, "project": "nowhere"}),
        lambda: desk.note({"id": item.id, "body": "  "}),
        lambda: desk.reschedule({"milestone": milestone.id, "due": "someday"}),
        lambda: desk.feel({"mood": "sunny"}),
    ):
        with pytest.raises(Unusable):
            attempt()
    with pytest.raises(KeyError):
        desk.issue({"id": 1})


def test_every_mood_can_be_had_and_ends(house: House, desk: Desk) -> None:
    ref = house.seen(house.issue()).ref
    for mood in MOODS:
        desk.feel({"mood": mood.key})
        assert desk.state({})["mood"] == mood.key
    desk.feel({"mood": "limited"})
    with pytest.raises(Busy) as busy:
        house.tracker().read(ref)
    assert busy.value.retry_after.total_seconds() == 20

    desk.feel({"mood": "well"})
    assert house.tracker().read(ref).title == "Dark mode"
    assert [call["status"] for call in desk.state({})["calls"][:2]] == [200, 429]


def test_rights_and_webhooks_can_be_taken_away(house: House, desk: Desk) -> None:
    house.gitlab.hooks.add(house.project, "http://127.0.0.1:9/")
    ref = house.seen(house.issue()).ref
    house.gitlab.hooks.wait_until_sent()
    desk.give_role({"role": "guest"})
    desk.turn_hooks({"on": False})

    assert (desk.state({})["role"], desk.state({})["hooks"]) == ("guest", False)
    assert not house.tracker().may_note_internally(ref)
    house.issue()
    house.gitlab.hooks.wait_until_sent()
    assert len(house.gitlab.hooks.hooks[0].log) == 1
    desk.turn_hooks({"on": True})
    assert desk.state({})["hooks"]


def test_a_world_is_kept_without_its_tokens(house: House, tmp_path: Path) -> None:
    house.gitlab.work.note(house.issue(), by=house.ann, body="Hello", internal=True)
    keep(house.world, tmp_path / "world")

    again = kept(tmp_path / "world", clock=house.clock)

    assert again is not None
    assert [(item.title, item.notes[0].author.name) for item in again.items] == [("Dark mode", "Ann Miller")]
    assert (again.tokens, again.groups[0].members[house.bot.id]) == ([], Role.PLANNER)
    assert again.new_id() > max(item.id for item in again.items)
    (tmp_path / "world").write_bytes(b"something else")
    assert kept(tmp_path / "world", clock=house.clock) is None
    assert kept(tmp_path / "nothing", clock=house.clock) is None
