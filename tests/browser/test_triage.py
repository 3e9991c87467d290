"""A new gap is decided on its card, and everybody's Home tab answers their own question: at the sandbox's page."""

import re

from playwright.sync_api import Page, expect

from domain.words import GapState
from storage.models import Gap, Request
from tests.browser.test_page import choose, composer, go_to, open_form
from tests.scenarios.office import Office

TITLE = "Rotate signing keys without downtime"


def become(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("switch persona")).click()
    page.get_by_role("menuitemradio", name=re.compile(name)).click()
    expect(page.get_by_role("button", name=re.compile(f"{name}.*switch persona"))).to_be_visible()


def filed(page: Page, office: Office) -> Gap:
    go_to(page, "general")
    form = open_form(page, TITLE)
    choose(form, "Account", "har", "Har")
    form.get_by_role("radio", name="P1").check()
    choose(form, "at stake", "Risks", "Risks churn")
    choose(form, "Product area", "Auth", "Auth & SSO")
    form.get_by_role("button", name="File it").click()
    expect(form).to_have_count(0)
    office.settle()
    return office.last_gap()


def app(page: Page, tab: str) -> None:
    go_to(page, "gapbot")
    page.get_by_role("tab", name=tab).click()


def test_a_gap_is_taken_asked_about_answered_and_planned(page: Page, office: Office) -> None:
    gap = filed(page, office)
    become(page, "Priya Raman")
    app(page, "Messages")
    card = page.get_by_role("article").filter(has_text=f"GAP-{gap.id} {TITLE}").first
    card.get_by_role("button", name=re.compile("^Take")).click()
    expect(card.get_by_text(re.compile("Triage · 1 account asks"))).to_be_visible()
    card.get_by_role("button", name=re.compile("^Needs info")).click()
    form = page.get_by_role("dialog", name="Needs info")
    form.get_by_role("textbox").fill("Which keys?")
    form.get_by_role("button", name="Ask").click()
    expect(card.get_by_text(re.compile("Needs info · 1 account asks"))).to_be_visible()
    office.settle()

    become(page, "Lena Hoffmann")
    app(page, "Home")
    page.get_by_role("button", name=f"Answer the question about GAP-{gap.id}").click()
    form = page.get_by_role("dialog", name="Answer")
    form.get_by_role("textbox").fill("Those of the audit log")
    form.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", name="Waiting for my answer")).to_have_count(0)
    office.settle()
    assert "Those of the audit log" in (office.last_request().use_case or "")

    become(page, "Priya Raman")
    app(page, "Messages")
    expect(composer(page)).to_be_visible()
    card.get_by_role("button", name=re.compile("^Plan")).click()
    form = page.get_by_role("dialog", name="Plan")
    expect(form.get_by_text("Somebody is responsible (DRI)")).to_be_visible()
    form.get_by_role("button", name="Plan").click()
    expect(card.get_by_text(re.compile("Planned · 1 account asks"))).to_be_visible()
    office.settle()
    assert office.rows(Gap, Gap.id == gap.id)[0].state is GapState.PLANNED


def test_everybodys_home_answers_their_own_question(page: Page, office: Office) -> None:
    become(page, "Tomás Rivera")
    app(page, "Home")
    expect(page.get_by_role("heading", name="My accounts")).to_be_visible()
    mine = office.rows(Request, Request.requester_id == "U0TOMASRIV1")
    expect(page.get_by_text(re.compile(f"1–10 of {len(mine)}$"))).to_be_visible()
    page.get_by_role("button", name="Next: My requests").click()
    expect(page.get_by_text(re.compile(f"11–20 of {len(mine)}$"))).to_be_visible()

    become(page, "Priya Raman")
    app(page, "Home")
    expect(page.get_by_role("heading", name="Top gaps of my areas")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Open GAP-")).first.click()
    dialog = page.get_by_role("dialog", name=re.compile("GAP-"))
    expect(dialog.get_by_role("button", name=re.compile("^Split"))).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^Split")).click()
    expect(page.get_by_role("dialog", name=re.compile("Split GAP-")).get_by_text("What do they miss?")).to_be_visible()
    office.settle()
