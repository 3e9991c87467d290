"""The view of the local Salesforce beside Slack: operated by keyboard, readable in both themes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import clock
from bot.manifest import manifest
from sandbox import book, town
from sandbox.crm import Crm
from sandbox.slack.page import DIST
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World
from tests.browser.conftest import PATIENCE_MS, SCREEN

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def crm(whole_book: book.Book, tmp_path: Path) -> Iterator[Crm]:
    crm = Crm(whole_book, folder=tmp_path, clock=clock.now)
    yield crm
    crm.stop()


@pytest.fixture
def view(browser: Browser, whole_book: book.Book, crm: Crm) -> Iterator[Page]:
    """Salesforce on the page; no bot is needed to look at it."""
    world = World(name=whole_book.company)
    town.settle(world, whole_book)
    slack = SlackServer(world, manifest=manifest(url="https://bot.example"), neighbours={crm.name: crm.routes()})
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce", color_scheme="light")
    context.set_default_timeout(PATIENCE_MS)
    with slack:
        page = context.new_page()
        page.goto(f"{slack.base_url}/?beside=salesforce")
        yield page
        context.close()


def faults_of(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")
    return found


def test_an_account_is_found_put_right_and_merged_and_the_weather_changes(view: Page, crm: Crm) -> None:
    view.get_by_role("searchbox", name="Search accounts").press_sequentially("grünwald m")
    expect(view.get_by_role("row")).to_have_count(3)
    view.get_by_role("button", name="Edit Grünwald Maschinenbau GmbH").press("Enter")
    form = view.get_by_role("dialog", name="Edit account")
    form.get_by_label("ARR").fill("lots")
    form.get_by_label("ARR").press("Enter")
    expect(form.get_by_role("alert")).to_have_text("ARR is a number, like 240000, or nothing.")
    assert faults_of(view) == []
    form.get_by_label("ARR").fill("2,000,000")
    form.get_by_label("ARR").press("Enter")
    expect(form).to_have_count(0)
    expect(view.get_by_role("row", name=re.compile("Maschinenbau"))).to_contain_text("€2,000,000")

    for box in view.get_by_role("checkbox").all():
        box.press("Space")
    view.get_by_role("combobox", name="Keep").select_option("Grünwald Maschinenbau GmbH")
    view.get_by_role("button", name="Merge 2 accounts").press("Enter")
    expect(view.get_by_role("row", name=re.compile("Makina"))).to_contain_text("merged into")
    assert faults_of(view) == []

    view.get_by_role("radio", name="Works").press("ArrowDown")
    expect(view.get_by_role("radio", name="Slow")).to_be_checked()
    view.get_by_role("button", name="Use dark colours").click()
    assert faults_of(view) == []
    assert crm.desk.state({})["mood"] == "slow"
