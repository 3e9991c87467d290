"""What a poll costs, and what it finds without any webhook."""

import pytest
from sqlalchemy import insert

from domain.issue_labels import ServedGap, wanted_labels
from domain.issue_note import NotedGap
from domain.issues import IssueState, ItemKind
from domain.words import GapState
from storage.models import Gap, Link, TrackedIssue
from tests.issues.hook_door import TOKEN
from tests.issues.issue_office import IssueOffice
from tests.usecases.office import NOW, PM
from usecases import issue_jobs
from usecases.push_to_issue import digest
from usecases.search_issues import NAMES_CUSTOMER

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MANY, PROJECTS = 10_000, 15


def settle_many(office: IssueOffice) -> None:
    """Gaps with an issue each, all of it read and written before, over some projects outside the group."""
    projects = [office.house.world.add_project(f"other/p{number}") for number in range(PROJECTS)]
    times = {"created_at": NOW, "updated_at": NOW}
    served = [ServedGap(state=GapState.BACKLOG, area_key="auth")]
    common = {
        "kind": ItemKind.ISSUE,
        "type_name": "issue",
        "title": "A",
        "title_folded": "a",
        "is_confidential": False,
        "state": IssueState.OPEN,
        "standing": "seen",
        "labels": [],
        "assignees": [],
        "updated_at": NOW,
        "read_at": NOW,
        "pushed_labels": list(wanted_labels(served)),
    }
    ids = range(1, MANY + 1)
    with office.database.write() as session:
        session.execute(
            insert(Gap),
            [
                {"id": n, "title": "A", "area_key": "auth", "state": GapState.BACKLOG, "created_by": PM, "version": 1}
                | times
                for n in ids
            ],
        )
        session.execute(
            insert(TrackedIssue),
            [
                common
                | {
                    "id": n,
                    "namespace_id": projects[n % PROJECTS].id,
                    "path": projects[n % PROJECTS].path,
                    "iid": n,
                    "item_id": 10**6 + n,
                    "url": f"https://gitlab.example.com/{n}",
                    "note_digest": digest(office.issues.poll.notes.text([NotedGap(key=f"GAP-{n}")])),
                }
                for n in ids
            ],
        )
        session.execute(
            insert(Link),
            [
                {
                    "gap_id": n,
                    "issue_id": n,
                    "url": f"https://gitlab.example.com/{n}",
                    "created_at": NOW,
                    "created_by": PM,
                }
                for n in ids
            ],
        )


def test_ten_thousand_linked_issues_without_news_cost_no_more_than_twenty_requests(office: IssueOffice) -> None:
    settle_many(office)
    office.poll()  # the first one learns the numbers of the projects
    office.house.gitlab.records.clear()
    office.clock.move(minutes=5)
    office.poll()
    assert PROJECTS < len(office.house.gitlab.records.calls) <= 20
    assert office.open_jobs() == []


def test_a_project_that_cannot_be_seen_does_not_keep_the_others_from_being_polled(office: IssueOffice) -> None:
    office.house.world.projects.remove(office.house.other)
    outside = IssueOffice(office.database, clock=office.clock, house=office.house, group=None)
    item = office.house.issue(title="Seen all the same")
    outside.poll()
    assert [row.title for row in outside.tracked] == ["Seen all the same"]
    assert outside.tracked[0].iid == item.iid


def test_recent_issues_are_found_by_words_and_by_address_without_asking_gitlab(office: IssueOffice) -> None:
    office.house.issue(title="Log in with SAML for contractors")
    office.house.issue(title="Dark mode")
    gap_id = office.gap()
    office.poll()
    asked = len(office.house.gitlab.records.calls)
    search = office.issues.search
    for words in ("saml contr", "acme/platform#1", f"{office.gitlab_url}/acme/platform/-/work_items/1"):
        assert [one.title for one in search.typed(words, gap_id=gap_id, by=PM)] == ["Log in with SAML for contractors"]
    assert search.typed("100%_", gap_id=gap_id, by=PM) == []
    assert len(office.house.gitlab.records.calls) == asked


def test_gitlab_is_searched_by_a_job_and_the_words_do_not_stay(office: IssueOffice) -> None:
    office.house.issue(title="Import from Notion")
    gap_id = office.gap()
    search = office.issues.search
    search.ask(words="notion import", gap_id=gap_id, view_id="V1", by=PM)
    (wanted,) = office.promised(issue_jobs.SEARCH_GITLAB)
    answer = search.answer(wanted.search_id)
    assert answer is not None
    assert [one.title for one in answer.found] == ["Import from Notion"]
    search.forget(wanted.search_id)
    assert search.answer(wanted.search_id) is None


def test_a_search_that_gitlab_does_not_answer_says_so(office: IssueOffice) -> None:
    gap_id = office.gap()
    office.issues.search.ask(words="notion", gap_id=gap_id, view_id="V1", by=PM)
    office.house.gitlab.faults.stay("*", "502_before_effect")
    answer = office.issues.search.answer(office.promised(issue_jobs.SEARCH_GITLAB)[0].search_id)
    assert answer is not None
    assert answer.trouble
    assert answer.found == ()


def test_words_that_name_a_customer_are_not_sent_to_gitlab(office: IssueOffice) -> None:
    gap_id = office.gap()
    office.file(account_id=office.account("Redwood Cargo AG"), join_gap_id=gap_id)
    asked = len(office.house.gitlab.records.calls)
    office.issues.search.ask(words="scim redwood cargo", gap_id=gap_id, view_id="V1", by=PM)
    answer = office.issues.search.answer(office.promised(issue_jobs.SEARCH_GITLAB)[0].search_id)
    assert answer is not None
    assert (answer.trouble, answer.found) == (NAMES_CUSTOMER, ())
    assert len(office.house.gitlab.records.calls) == asked


def test_a_disabled_webhook_is_woken_by_sending_again_what_it_missed(office: IssueOffice) -> None:
    house = office.house
    house.group.members[house.bot.id] = 40  # type: ignore[assignment]  a maintainer may look at webhooks
    hook = house.gitlab.hooks.add(house.project, "http://127.0.0.1:9/webhooks/gitlab", token=TOKEN)
    item = house.issue()
    office.linked(item)
    for number in range(4):
        house.gitlab.work.edit(item, by=house.ann, changes={"title": f"Title {number}"})
        house.gitlab.hooks.wait_until_sent()
    assert hook.status(office.clock()) == "temporarily_disabled"
    office.reconcile()
    assert house.gitlab.records.of("hook.resend")


def test_old_issues_that_nobody_linked_are_forgotten(office: IssueOffice) -> None:
    kept = office.house.issue(title="Linked")
    office.house.issue(title="Not linked")
    office.linked(kept)
    office.poll()
    assert len(office.tracked) == 2
    office.clock.move(days=400)
    office.reconcile()
    assert [row.title for row in office.tracked] == ["Linked"]
