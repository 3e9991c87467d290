"""Issues from Slack: a product manager links, creates and unlinks; GitLab answers, and what closes is asked about."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import clock
from domain.words import GapState
from sandbox.gitlab.world import Item
from storage.models import Gap, Link, TrackedIssue
from tests.canary import leaks_to_gitlab
from tests.gitlab_contract import violations
from tests.integrations.gitlab_house import TOKEN, House
from tests.scenarios.conftest import OpenOffice
from tests.scenarios.office import Office, buttons_of, seen
from tests.scenarios.test_who_may import ALLOWED, MEMBERS, REFUSED, STRANGERS, Door, action, at_the_door, command, form

HOOK_TOKEN = "a-hook-token"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@dataclass
class Street:
    """A company's Slack and its GitLab, side by side."""

    office: Office
    house: House

    def issue(self, title: str, **fields: Any) -> Item:
        return self.house.issue(title=title, **fields)

    def hooked(self) -> None:
        """Let GitLab tell the bot of what happens."""
        self.house.gitlab.hooks.add(self.house.project, f"{self.office.address.url}/webhooks/gitlab", token=HOOK_TOKEN)

    def settle(self) -> None:
        self.house.gitlab.hooks.wait_until_sent()
        self.office.settle()

    def card(self, by: str, key: str = "GAP-1") -> str:
        person = getattr(self.office, by)
        assert person.command("/gap", key, channel="general").ok
        return json.dumps(person.modal.blocks, ensure_ascii=False)


@pytest.fixture
def street(open_office: OpenOffice) -> Iterator[Street]:
    house = House(clock=clock.now)  # type: ignore[arg-type]  the real one
    with house.gitlab:
        office = open_office(
            more_settings={
                "gitlab_url": house.gitlab.base_url,
                "gitlab_token": SecretStr(TOKEN),
                "gitlab_project": "acme/platform",
                "gitlab_group": "acme",
                "gitlab_webhook_token": SecretStr(HOOK_TOKEN),
            },
        )
        office.know_groups()
        yield Street(office, house)
        office.settle()
        assert leaks_to_gitlab(house.gitlab.records.calls, office.database) == []
    assert violations(house.gitlab.records.calls) == []


def test_a_pasted_address_is_linked_read_and_shown(street: Street) -> None:
    office, item = street.office, street.issue("Provision groups with SCIM", weight=5)
    outcome = office.pat.command("/gap", f"GAP-1 link {item.reference}", channel="general")
    assert outcome.ok
    street.settle()
    assert any(f"GAP-1 is linked to {item.reference}" in seen(one) for one in office.pat.messages("general"))
    shown = street.card("pat")
    assert "Provision groups with SCIM" in shown
    assert "open · weight 5" in shown
    assert "acme/platform#1 (" not in shown
    assert "GitLab #1 (open, weight 5)" in office.top_gaps(office.ava)
    assert set(item.labels) == {"customer", "area:auth", "gap::backlog"}

    office.pat.click("Unlink")
    assert "GAP-1 is no longer linked to acme/platform#1" in str(office.pat.modal.blocks)
    street.settle()
    assert office.count(Link) == 0
    assert (item.labels, item.notes) == ([], [])


def test_an_issue_is_found_by_words_in_the_mirror_and_in_gitlab(street: Street) -> None:
    office = street.office
    street.issue("Provision groups", description="In words that only GitLab knows: scim endpoint")
    street.card("pat")
    office.pat.click("Link issue")
    offered = [one["text"]["text"] for one in office.pat.suggestions("Issue or epic", "scim endpoint")]
    assert offered == ["Search GitLab for “scim endpoint”"]
    office.pat.choose("Issue or epic", "scim endpoint")
    assert "Searching GitLab for “scim endpoint” …" in str(office.pat.modal.blocks)
    street.settle()
    assert "GitLab finds 1 issue for “scim endpoint”" in str(office.pat.modal.blocks)
    office.pat.fill({"Found in GitLab": "Provision groups"})
    assert office.pat.submit().response_action == "update"
    assert "GAP-1 is linked to acme/platform#1." in str(office.pat.modal.blocks)
    street.settle()
    assert office.count(Link, Link.issue_id.is_not(None)) == 1


def test_what_cannot_be_linked_is_said_beside_the_field(street: Street) -> None:
    office = street.office
    street.card("pat")
    office.pat.click("Link issue")
    for typed, says in (("nonsense", "group/project#7"), ("https://gitlab.com/a/b/-/issues/1", "not on 127.0.0.1")):
        office.pat.fill({"Or paste its address": typed})
        submission = office.pat.submit()
        assert submission.response_action == "errors"
        assert says in str(submission)


def test_an_issue_is_created_and_its_address_comes_by_message(street: Street) -> None:
    office = street.office
    street.card("pat")
    office.pat.click("Create issue")
    assert "Everybody who sees the project reads this" in str(office.pat.modal.blocks)
    office.pat.fill({"Title": "SCIM for Nordwind"})
    submission = office.pat.submit()
    assert "names a customer" in str(submission)
    office.pat.fill({"Title": "SCIM for groups", "Problem": "Groups have to be made by hand.\n/close"})
    assert office.pat.submit().response_action == "update"
    street.settle()
    (item,) = street.house.made_by_bot()
    assert (item.title, item.state) == ("SCIM for groups", "opened")
    assert [note.internal for note in item.notes] == [True]
    assert "2 accounts ask" in item.notes[0].body
    assert f"Created <{street.house.gitlab.base_url}/acme/platform/-/issues/1|acme/platform#1> for GAP-1." in seen(
        office.pat.last_message("app")
    )
    for place in (office.logs, office.page("/metrics"), item.title, item.description, *item.labels):
        assert "Nordwind" not in place


def test_a_merged_change_asks_the_dri_whose_word_ships_the_gap(street: Street) -> None:
    office, item = street.office, street.issue("Provision groups with SCIM")
    office.pat.command("/gap", f"GAP-1 link {item.reference}", channel="general")
    street.hooked()
    street.settle()
    street.house.gitlab.work.close_by_merge(item, by=street.house.ann)
    street.settle()
    asked = office.pat.last_message("app")
    assert "was closed by a merged change. Has the gap shipped?" in seen(asked)
    assert buttons_of(asked) == ["Yes, shipped", "No, keep it open"]
    assert "Provision" not in asked.text
    office.pat.click("Yes, shipped", message=asked)
    street.settle()
    settled = next(one for one in office.pat.messages("app") if one.ts == asked.ts)
    assert "said: shipped." in seen(settled)
    assert buttons_of(settled) == []
    with office.database.read() as session:
        assert session.scalar(select(Gap.state).where(Gap.id == 1)) is GapState.SHIPPED
    assert "gap::shipped" in item.labels


def test_a_closing_by_hand_may_decline_the_gap_with_a_reason(street: Street) -> None:
    office, item = street.office, street.issue("Provision groups with SCIM")
    office.pat.command("/gap", f"GAP-1 link {item.reference}", channel="general")
    street.hooked()
    street.settle()
    street.house.gitlab.work.close(item, by=street.house.ann)
    street.settle()
    asked = office.pat.last_message("app")
    assert "Has the gap shipped, does it stay open, or is it declined?" in seen(asked)
    assert buttons_of(asked) == ["Yes, shipped", "No, keep it open", "Decline it …"]
    office.pat.click("Decline it …", message=asked)
    office.pat.fill({"Why?": "Nordwind alone wants it"})
    assert "customer" in str(office.pat.submit())
    office.pat.fill({"Why?": "Directories differ too much"})
    assert office.pat.submit().ok
    street.settle()
    settled = next(one for one in office.pat.messages("app") if one.ts == asked.ts)
    assert "said: declined. Whoever asked reads why." in seen(settled)
    assert buttons_of(settled) == []
    assert [gap.state for gap in office.rows(Gap, Gap.id == 1)] == [GapState.DECLINED]
    assert "gap::declined" in item.labels


def test_a_webhook_brings_what_changed_at_once_and_own_edits_do_not_loop(street: Street) -> None:
    office, item = street.office, street.issue("Provision groups with SCIM")
    street.hooked()
    office.pat.command("/gap", f"GAP-1 link {item.reference}", channel="general")
    street.settle()
    writes = len(street.house.gitlab.records.of("issue.update", "note.create", "note.update"))
    street.house.gitlab.work.edit(item, by=street.house.ann, changes={"title": "Provision groups and users"})
    street.settle()
    assert [row.title for row in office.rows(TrackedIssue)] == ["Provision groups and users"]
    assert len(street.house.gitlab.records.of("issue.update", "note.create", "note.update")) == writes


def test_without_gitlab_the_words_say_so_and_the_card_has_no_buttons(office: Office) -> None:
    for word in ("link acme/platform#1", "unlink", "issue"):
        assert office.pat.command("/gap", f"GAP-1 {word}", channel="general").ok
        assert office.pat.last_message("general").text.startswith("GitLab is not connected.")
    office.pat.command("/gap", "GAP-1", channel="general")
    assert "Link issue" not in str(office.pat.modal.blocks)


LINKERS = ("pat", "ada")
LINK_FORM = partial(form, open_to=LINKERS, metadata='{"gap_id": 1}')
DOORS: dict[str, Door] = {
    "link": action("issues.open_link", "1", open_to=LINKERS),
    "create": action("issues.open_create", "1", open_to=LINKERS),
    "unlink": action("issues.unlink", "1", open_to=LINKERS),
    "link form": LINK_FORM("issues.link"),
    "create form": LINK_FORM("issues.create"),
    "shipped": action("issues.shipped", "1", open_to=LINKERS),
    "not shipped": action("issues.not_shipped", "1", open_to=LINKERS),
    "decline": action("issues.open_decline", "1", open_to=LINKERS),
    "decline form": form("issues.decline", open_to=LINKERS, metadata="1"),
    "command": Door(command("/gap", "GAP-1 link acme/platform#1").payload, open_to=LINKERS),
}


def test_each_door_opens_for_product_people_and_the_dri_alone(street: Street) -> None:
    people = (*MEMBERS, *STRANGERS[:3])
    for name, door in DOORS.items():
        expected = {one: ALLOWED if one in door.open_to else REFUSED for one in people}
        assert {one: at_the_door(street.office, door, one) for one in people} == expected, name
