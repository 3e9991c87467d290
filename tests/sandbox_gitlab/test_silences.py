"""What GitLab leaves out without a word, and what it refuses."""

from pathlib import Path

import pytest
import requests

from sandbox.gitlab.keeping import keep, kept
from sandbox.gitlab.limits import GITLAB_COM
from sandbox.gitlab.server import GitLabServer
from sandbox.gitlab.world import Role
from tests.integrations.gitlab_house import House
from tests.sandbox_gitlab.conftest import Caller


def issues(house: House) -> str:
    return f"/api/v4/projects/{house.project.id}/issues"


class TestDropping:
    def test_internal_of_a_guests_note(self, house: House, call: Caller) -> None:
        house.issue()
        house.demote(Role.GUEST)

        answer = call("POST", f"{issues(house)}/1/notes", {"body": "Secret", "internal": True})

        assert (answer.status_code, answer.json()["internal"]) == (201, False)

    def test_labels_of_a_guests_issue_but_not_its_confidentiality(self, house: House, call: Caller) -> None:
        house.demote(Role.GUEST)

        answer = call("POST", issues(house), {"title": "T", "labels": ["a"], "confidential": True})

        assert (answer.status_code, answer.json()["labels"], answer.json()["confidential"]) == (201, [], True)

    def test_labels_and_confidentiality_of_an_authors_change(self, house: House, call: Caller) -> None:
        house.demote(Role.GUEST)
        call("POST", issues(house), {"title": "T"})

        answer = call("PUT", f"{issues(house)}/1", {"title": "New", "add_labels": ["a"], "confidential": True})

        changed = answer.json()
        assert (changed["title"], changed["labels"], changed["confidential"]) == ("New", [], False)

    def test_quick_actions_without_the_right(self, house: House, call: Caller) -> None:
        house.demote(Role.GUEST)

        answer = call("POST", issues(house), {"title": "T", "description": "Text\n/label ~a\n/close"})

        assert (answer.json()["description"], answer.json()["labels"]) == ("Text", [])
        assert answer.json()["state"] == "closed", "one's own issue may be closed"

    def test_a_note_of_commands_alone(self, house: House, call: Caller) -> None:
        house.issue()

        answer = call("POST", f"{issues(house)}/1/notes", {"body": "/close"})

        assert (answer.status_code, house.world.items[0].state, house.world.items[0].notes) == (202, "closed", [])


def test_the_number_of_a_deleted_issue_is_never_given_again(house: House, tmp_path: Path) -> None:
    house.issue()
    house.gitlab.work.delete(house.issue())
    assert house.issue().iid == 3
    house.gitlab.work.delete(house.world.items[-1])
    keep(house.world, tmp_path / "world")
    again = kept(tmp_path / "world", clock=house.clock)
    assert again is not None
    assert again.next_iid(again.projects[0]) == 4


class TestHiding:
    def test_internal_notes_and_confidential_issues_from_guests(self, house: House, call: Caller) -> None:
        house.gitlab.work.note(house.issue(), by=house.ann, body="Hidden", internal=True)
        house.issue(title="Secret", confidential=True)
        assert len(call("GET", f"{issues(house)}/1/notes").json()) == 1
        assert len(call("GET", issues(house)).json()) == 2

        house.demote(Role.GUEST)

        assert call("GET", f"{issues(house)}/1/notes").json() == []
        assert [one["title"] for one in call("GET", issues(house)).json()] == ["Dark mode"]
        assert call("GET", f"{issues(house)}/2").status_code == 404

    def test_others_notes_from_changes(self, house: House, call: Caller) -> None:
        note = house.gitlab.work.note(house.issue(), by=house.ann, body="Mine")
        assert note is not None

        answer = call("PUT", f"{issues(house)}/1/notes/{note.id}", {"body": "Yours"})

        assert (answer.status_code, note.body) == (403, "Mine")


class TestPlaces:
    def test_a_renamed_project_redirects_reads_and_refuses_writes(self, house: House, call: Caller) -> None:
        house.gitlab.work.rename(house.project, "acme/core")
        old = "/api/v4/projects/acme%2Fplatform"

        read = call("GET", f"{old}/issues?state=opened")
        written = call("POST", f"{old}/issues", {"title": "T"})

        assert (read.status_code, written.status_code) == (301, 405)
        assert read.headers["Location"] == f"{house.gitlab.base_url}{issues(house)}?state=opened"

    @pytest.mark.parametrize("path", ["/api/v4/projects/acme%2Fnothing", "/api/v4/groups/nothing", "/api/v4/nothing"])
    def test_nothing_is_there(self, call: Caller, path: str) -> None:
        assert call("GET", path).status_code == 404

    def test_pages_say_what_comes_next(self, house: House, call: Caller) -> None:
        for number in range(5):
            house.issue(title=str(number))

        first = call("GET", f"{issues(house)}?per_page=2&page=2")

        assert (first.headers["X-Next-Page"], first.headers["X-Total"]) == ("3", "5")
        assert 'per_page=2&page=3>; rel="next"' in first.headers["Link"]


class TestGraphql:
    def test_a_field_that_gitlab_has_not_is_refused(self, call: Caller) -> None:
        answer = call.graphql('query { namespace(fullPath: "acme") { secrets } }')

        assert "Cannot query field 'secrets'" in answer["errors"][0]["message"]
        assert "data" not in answer

    def test_what_makes_no_sense_is_refused(self, call: Caller) -> None:
        assert "Syntax Error" in call.graphql("query {")["errors"][0]["message"]

    def test_a_reader_writes_nothing(self, house: House, call: Caller) -> None:
        item = house.issue()
        house.world.tokens[0].scopes = ("read_api",)

        gid = f"gid://gitlab/WorkItem/{item.id}"
        answer = call.graphql(f'mutation {{ createNote(input: {{noteableId: "{gid}", body: "x"}}) {{ errors }} }}')

        assert answer["errors"]
        assert item.notes == []


class TestLimits:
    def test_are_kept_by_the_minute(self) -> None:
        house = House()
        house.gitlab = GitLabServer(house.world, limits=GITLAB_COM | {"note.create": 2})
        house.issue()
        with house.gitlab, requests.Session() as session:
            answers = [Caller(house, session)("POST", f"{issues(house)}/1/notes", {"body": "x"}) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert (answers[2].headers["Retry-After"], answers[2].text) == ("60", "Retry later\n")
