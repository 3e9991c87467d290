"""The sandbox's page in a real Chromium, in front of the real bot and the whole invented company."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, sync_playwright

from sandbox.slack.page import DIST
from tests.databases import must_have_postgres as nothing_is_optional
from tests.scenarios.conftest import (  # noqa: F401  the same office, seen through the page
    OpenOffice,
    closing,
    fresh_databases,
    open_office,
    payload_file,
    postgresql_offices,
    seeds,
    shared_sql,
    sqlite_offices,
    whole_book,
)
from tests.scenarios.office import Office

_ENVIRONMENT = os.environ  # noqa: TID251  where this machine has its Chromium is not a setting of the bot
PATIENCE_MS = 10_000
SCREEN = ViewportSize(width=1280, height=860)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; without it, or without the page, these tests are skipped, and in CI they fail."""
    found = _ENVIRONMENT.get("CHROMIUM") or which("chromium") or which("chromium-browser") or which("google-chrome")
    reason = "" if found else "there is no Chromium: install it, or name it in CHROMIUM"
    if not (DIST / "index.html").is_file():
        reason = "the sandbox's page is not built: run `make setup`"
    if reason and nothing_is_optional():
        pytest.fail(f"Not optional here: {reason}")
    if reason:
        pytest.skip(reason)
    return str(found)


# Not for the session: Playwright keeps an event loop running in this thread, and other modules want to run theirs.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def office(open_office: OpenOffice) -> Office:  # noqa: F811  it is the fixture
    return open_office(seed="book")


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    """The page as the first persona, an account executive, sees it. It may ask no other host and log no error."""
    context = browser.new_context(viewport=SCREEN, locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    asked: set[str] = set()
    complaints: list[str] = []

    def remember_host(request: Request) -> None:
        asked.add(urlsplit(request.url).netloc)

    def remember_complaint(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("request", remember_host)
    page.on("console", remember_complaint)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(office.slack.base_url)
    page.get_by_role("button", name=re.compile("switch persona")).wait_for()
    yield page
    context.close()
    assert asked - {urlsplit(office.slack.base_url).netloc, ""} == set()
    assert complaints == []


@pytest.fixture
def pictures() -> Path | None:
    """Where the README's pictures are to be taken; None when nobody asked for them."""
    if not _ENVIRONMENT.get("GAPBOT_PICTURES"):
        return None
    return Path(__file__).parents[2] / "docs" / "pictures"
