"""The view of the local GitLab beside Slack: what the public and members see, by keyboard and in both themes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import clock
from bot.manifest import manifest
from domain.issue_tracker import Marker, NoteText, PublicDraft
from domain.issues import Issue, IssueState
from integrations.gitlab import GitLabTracker
from sandbox import book, town
from sandbox.forge import Forge
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.browser.conftest import PATIENCE_MS, SCREEN
from tests.browser.test_page import taken
from tests.browser.test_salesforce_view import faults_of

MARKER = Marker("gapbot0123456789abcdef")


@pytest.fixture
def forge(whole_book: book.Book, tmp_path: Path) -> Forge:
    return Forge(whole_book, folder=tmp_path, clock=clock.now)


@pytest.fixture
def tracker(forge: Forge) -> Iterator[GitLabTracker]:
    """The bot's own client; nobody takes the webhooks."""
    found = forge.start(bot_url="http://127.0.0.1:9")
    yield GitLabTracker(url=found["GITLAB_URL"], token=found["GITLAB_TOKEN"], now=clock.now)
    forge.stop()


@pytest.fixture
def issue(tracker: GitLabTracker) -> Issue:
    """As the bot makes one, with a note for members."""
    project = tracker.project("farreach/auth")
    draft = PublicDraft(title="Log in by a link in a mail", text="Passwords are forgotten.", labels=("customer",))
    made = tracker.create(project_id=project.id, draft=draft, marker=MARKER, since=clock.now()).issue
    tracker.put_note(made.ref, text=NoteText("Asked for by 3 accounts."), marker=MARKER)
    return made


@pytest.fixture
def view(browser: Browser, whole_book: book.Book, forge: Forge, issue: Issue) -> Iterator[Page]:
    """GitLab on the page; no bot is needed to look at it."""
    del issue
    world = World(name=whole_book.company)
    town.settle(world, whole_book)
    slack = SlackServer(world, manifest=manifest(url="https://bot.example"), neighbours={forge.name: forge.routes()})
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce", color_scheme="light")
    context.set_default_timeout(PATIENCE_MS)
    with slack:
        page = context.new_page()
        page.goto(f"{slack.base_url}/?beside=gitlab")
        yield page
        context.close()


def test_an_issue_is_looked_at_with_both_eyes_and_closed(
    view: Page, tracker: GitLabTracker, issue: Issue, pictures: Path | None
) -> None:
    view.get_by_role("searchbox", name="Search issues").press_sequentially("link in a mail")
    expect(view.get_by_role("status").filter(has_text="issue")).to_have_text("1 issue")
    assert faults_of(view) == []
    view.get_by_role("button", name="Log in by a link in a mail").press("Enter")

    article = view.get_by_role("article", name="farreach/auth#")
    expect(article).to_contain_text("Passwords are forgotten.")
    expect(article).not_to_contain_text("3 accounts")
    expect(article).not_to_contain_text(MARKER.word)
    view.get_by_role("button", name="As members see it").press("Enter")
    expect(article).to_contain_text("Asked for by 3 accounts.")
    expect(article).to_contain_text("Internal note")
    assert faults_of(view) == []
    taken(view, pictures, "gitlab")

    view.get_by_role("combobox", name="Milestone").select_option(index=2)
    view.get_by_role("button", name="Close by merge").press("Enter")
    expect(view.get_by_role("button", name="Reopen")).to_be_visible()
    expect(article).to_contain_text("Internal note")
    read, closed = tracker.read(issue.ref), tracker.closed_by(issue.ref)
    assert (read.state, read.milestone is not None) == (IssueState.CLOSED, True)
    assert closed is not None
    assert closed.is_by_change

    view.get_by_role("button", name="Use dark colours").click()
    assert faults_of(view) == []


def test_what_was_changed_is_there_the_next_time(
    whole_book: book.Book, forge: Forge, issue: Issue, tmp_path: Path
) -> None:
    """And an address of an issue leads to the page."""
    forge.stop()

    again = Forge(whole_book, folder=tmp_path, clock=clock.now, page="http://127.0.0.1:8765/")
    found = again.start(bot_url="http://127.0.0.1:9")
    tracker = GitLabTracker(url=found["GITLAB_URL"], token=found["GITLAB_TOKEN"], now=clock.now)

    assert tracker.read(issue.ref).title == "Log in by a link in a mail"
    assert [note.is_internal for note in tracker.notes(issue.ref)] == [True]
    again.stop()
