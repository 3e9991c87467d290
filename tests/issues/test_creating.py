"""Creating an issue from a gap: once, without customers, and whoever asked hears of it."""

import pytest

from domain.errors import InvalidInput, NotAllowed, NotFound, Overtaken
from domain.words import GapState
from sandbox.gitlab.world import Role
from storage.jobs import Job
from tests.issues.issue_office import IssueOffice, policy
from tests.usecases.office import PM, SELLER
from usecases import issue_jobs

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_an_issue_is_made_from_title_problem_and_area_and_linked(office: IssueOffice) -> None:
    gap_id = office.gap(area_key="auth", state=GapState.BACKLOG)
    office.file(account_id=office.account("Secret Corp"), join_gap_id=gap_id)
    office.create(gap_id, title="Log in with SAML", problem="People cannot log in.\n/close\n@all")
    office.work()
    (item,) = office.house.made_by_bot()
    assert item.title == "Log in with SAML"
    assert item.state == "opened"
    assert "People cannot log in." in item.description
    assert "Auth" in item.description
    assert set(item.labels) == {"customer", "area:auth", "gap::backlog"}
    assert [note.internal for note in item.notes] == [True]
    (link,), (tracked,) = office.links, office.tracked
    assert (link.gap_id, link.issue_id, link.url) == (gap_id, tracked.id, tracked.url)
    told = office.promised(issue_jobs.TELL_CREATED)
    assert len(told) == 1
    outcome = office.issues.create.outcome(told[0].creation_id)
    assert outcome is not None
    assert (outcome.reference, outcome.asked_by) == (item.reference, PM)


def test_the_form_offers_the_projects_of_the_configuration_alone(office: IssueOffice) -> None:
    form = office.issues.create.open(office.gap(area_key="auth"), by=PM)
    assert (form.project, form.projects) == ("acme/platform", ("acme/mobile", "acme/platform"))
    assert office.issues.create.open(office.gap(area_key="data"), by=PM).project == "acme/mobile"
    with pytest.raises(InvalidInput) as refused:
        office.issues.create(office.gap(), title="X", problem="", project="other/project", key="k", by=PM)
    assert set(refused.value.fields) == {"project"}


@pytest.mark.parametrize(("title", "problem"), [("SSO for Secret Corp", ""), ("SSO", "Secret needs it")])
def test_words_that_name_a_customer_who_asks_are_refused_beside_their_field(
    office: IssueOffice, title: str, problem: str
) -> None:
    gap_id = office.gap()
    office.file(account_id=office.account("Secret Corp"), join_gap_id=gap_id)
    with pytest.raises(InvalidInput) as refused:
        office.create(gap_id, title=title, problem=problem)
    assert set(refused.value.fields) == {"problem" if problem else "title"}
    assert office.creations == []


def test_two_who_press_at_once_get_one_issue(office: IssueOffice) -> None:
    gap_id = office.gap()
    office.create(gap_id, key="view:1")
    office.create(gap_id, key="view:1")
    with pytest.raises(Overtaken):
        office.create(gap_id, key="view:2")
    with pytest.raises(Overtaken):
        office.issues.create.open(gap_id, by=PM)
    office.work()
    assert len(office.house.made_by_bot()) == len(office.links) == 1


def test_afterwards_another_one_may_be_made(office: IssueOffice) -> None:
    gap_id = office.gap()
    for _ in range(2):
        office.create(gap_id)
        office.work()
    assert len(office.house.made_by_bot()) == 2


def test_who_may_not_link_may_not_create(office: IssueOffice) -> None:
    gap_id = office.gap()
    with pytest.raises(NotAllowed):
        office.create(gap_id, by=SELLER)
    with pytest.raises(NotAllowed):
        office.issues.create.open(gap_id, by=SELLER)
    with pytest.raises(NotFound):
        office.create(99)


def test_a_project_that_is_gone_is_said_to_whoever_asked(office: IssueOffice) -> None:
    gap_id = office.gap()
    office.create(gap_id)
    office.house.world.projects.remove(office.house.project)
    office.work()
    (creation,) = office.creations
    assert creation.state == "failed"
    outcome = office.issues.create.outcome(creation.id)
    assert outcome is not None
    assert outcome.failure
    assert len(office.promised(issue_jobs.TELL_CREATED)) == 1
    office.issues.create.open(gap_id, by=PM)  # the way is free again


def test_labels_that_gitlab_drops_in_silence_are_a_dead_letter_and_not_a_lie(office: IssueOffice) -> None:
    office.house.demote(Role.GUEST)
    office.create(office.gap(area_key="auth"))
    office.work()
    (item,) = office.house.made_by_bot()
    assert item.labels == []
    dead = [job for job in office.rows(Job) if job.state == "dead"]
    assert [job.kind for job in dead] == [issue_jobs.PUSH_LABELS.name]
    assert "Planner" in str(dead[0].error)


def test_confidential_ones_are_checked_back(office: IssueOffice) -> None:
    secret = IssueOffice(office.database, clock=office.clock, house=office.house, policy=policy(confidential=True))
    secret.create(secret.gap())
    secret.work()
    (item,) = secret.house.made_by_bot()
    assert item.confidential
    assert secret.promised(issue_jobs.WARN_ADMINS) == []


def test_where_confidential_is_dropped_the_admins_hear_and_nothing_more_is_written(office: IssueOffice) -> None:
    class Forgetful:
        """Makes issues that are public whatever was asked for."""

        def __init__(self, tracker: object) -> None:
            self._tracker = tracker

        def __getattr__(self, name: str) -> object:
            return getattr(self._tracker, name)

        def create(self, *, draft: object, **rest: object) -> object:
            made = self._tracker.create(draft=draft, **rest)  # type: ignore[attr-defined]
            office.house.made_by_bot()[0].confidential = False
            return type(made)(
                issue=self._tracker.read(made.issue.ref),
                is_new=True,
                dropped=("confidential",),  # type: ignore[attr-defined]
            )

    secret = IssueOffice(
        office.database,
        clock=office.clock,
        house=office.house,
        policy=policy(confidential=True),
        in_front_of=Forgetful,  # type: ignore[arg-type]
    )
    secret.create(secret.gap())
    secret.work()
    secret.poll()
    (item,) = secret.house.made_by_bot()
    assert item.notes == []
    assert [one.trouble for one in secret.promised(issue_jobs.WARN_ADMINS)] == ["not_confidential"]
