"""A colleague writes to the bot as to a person: at the sandbox's page."""

import re

from playwright.sync_api import Page, expect

from sandbox.book import Book
from storage.models import Request
from tests.browser.test_page import composer, go_to, say
from tests.scenarios.office import Office


def test_a_need_is_told_and_filed(page: Page, office: Office, whole_book: Book) -> None:
    before = office.count(Request)
    customer = max((one for one in whole_book.accounts if one.kind == "customer"), key=lambda one: one.arr or 0)
    go_to(page, "gapbot")
    page.get_by_role("tab", name="Messages").click()
    expect(composer(page)).to_be_visible()
    say(page, f"{customer.name} needs quantum-safe signatures, P0, churn risk, 90k")
    page.get_by_role("button", name=re.compile("1 reply")).click()
    expect(page.get_by_text("Here is what I understood").last).to_be_visible()

    page.get_by_role("button", name="Edit").last.click()
    modal = page.get_by_role("dialog")
    modal.get_by_label("What is missing?").fill("Signatures that outlive quantum computers")
    modal.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Signatures that outlive quantum computers").last).to_be_visible()
    page.get_by_role("button", name="File it").click()

    expect(page.get_by_text(re.compile("Filed as GAP-")).last).to_be_visible()
    office.settle()
    assert office.count(Request) == before + 1
    assert office.last_request().title == "Signatures that outlive quantum computers"
