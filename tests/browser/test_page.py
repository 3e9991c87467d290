"""A person at the sandbox's page: what `make demo` promises to show."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from sandbox.book import Book
from storage.models import Request
from tests.scenarios.office import Office


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Message"))


def say(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def go_to(page: Page, channel: str) -> None:
    page.get_by_role("navigation").get_by_role("button", name=re.compile(channel)).click()


def choose(form: Locator, label: str, typed: str, option: str) -> None:
    field = form.get_by_role("combobox", name=re.compile(label))
    field.click()
    field.press_sequentially(typed)
    form.page.get_by_role("option", name=re.compile(option)).first.click()


def open_form(page: Page, text: str = "") -> Locator:
    say(page, f"/feature-request {text}".strip())
    form = page.get_by_role("dialog", name="Feature request")
    expect(form).to_be_visible()
    return form


def test_a_request_is_filed_put_right_and_found_in_the_ranking(page: Page, office: Office) -> None:
    before = office.count(Request)
    go_to(page, "wg-product-gaps")
    form = open_form(page, "Rotate signing keys without downtime")
    choose(form, "Account", "har", "Har")
    form.get_by_role("radio", name="P0").check()
    choose(form, "at stake", "Risks", "Risks churn")
    choose(form, "Product area", "Auth", "Auth & SSO")
    form.get_by_role("textbox", name="Workaround").fill("They restart everything at night")
    form.get_by_role("button", name="File it").click()

    expect(form.get_by_text("P0 means that there is no workaround.")).to_be_visible()
    expect(form.get_by_role("textbox", name="Workaround")).to_have_value("They restart everything at night")
    assert office.count(Request) == before
    form.get_by_role("textbox", name="Workaround").fill("")
    form.get_by_role("button", name="File it").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    confirmation = page.get_by_role("article").filter(has_text="Filed for")
    expect(confirmation).to_contain_text("Only visible to you")
    expect(confirmation).to_contain_text(re.compile(r"It is #\d+ of \d+, new in the ranking\."))
    expect(confirmation.get_by_role("button", name=re.compile("Edit"))).to_be_visible()
    office.settle()
    assert office.count(Request) == before + 1

    key = f"GAP-{office.last_request().gap_id}"
    rank = int(re.findall(r"#(\d+) of", confirmation.inner_text())[0])
    say(page, "/top-gaps")
    expect(page.get_by_role("heading", name=re.compile(r"Top 10 gaps of \d+"))).to_be_visible()
    for first in range(11, rank + 1, 10):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("heading", name=re.compile(f"Gaps? {first}"))).to_be_visible()
    expect(page.get_by_role("article").last).to_contain_text(key)


def test_the_form_knows_the_account_and_the_gap_and_the_list_reads_well(
    page: Page, pictures: Path | None, whole_book: Book
) -> None:
    """What the README shows; the pictures are taken when `GAPBOT_PICTURES` asks for them."""
    go_to(page, "wg-product-gaps")
    say(page, "/top-gaps")
    top = page.get_by_role("heading", name=re.compile(r"Top 10 gaps of \d+"))
    expect(top).to_be_visible()
    first = page.get_by_role("article").last.get_by_text(re.compile(r"^1\. ")).inner_text().removeprefix("1. ")
    top.scroll_into_view_if_needed()
    taken(page, pictures, "top-gaps")

    form = open_form(page, first)
    customer = max((one for one in whole_book.accounts if one.kind == "customer"), key=lambda one: one.arr or 0)
    choose(form, "Account", customer.name[:8], re.escape(customer.name))
    expect(form.get_by_text(re.compile(r"Customer · .* ARR", re.DOTALL))).to_be_visible()
    expect(form.get_by_role("radio", name=re.compile(re.escape(first)))).to_be_visible()
    form.get_by_role("button", name="Close dialog").focus()
    form.get_by_text("Account", exact=True).scroll_into_view_if_needed()
    taken(page, pictures, "form")


def test_a_guest_is_refused(page: Page) -> None:
    page.get_by_role("button", name=re.compile("switch persona")).click()
    page.get_by_role("menuitemradio", name=re.compile("Jonas Weber")).click()
    expect(page.get_by_role("button", name=re.compile("Jonas Weber.*switch persona"))).to_be_visible()
    go_to(page, "general")

    say(page, "/feature-request Anything")

    expect(page.get_by_text("gapbot is for full members of this workspace.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_everything_can_be_done_by_keyboard(page: Page, office: Office) -> None:
    before = office.count(Request)
    go_to(page, "general")
    composer(page).focus()
    page.keyboard.type("/feature-request Keyboard shortcuts in the editor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Feature request")).to_be_visible()

    focus_on(page, "Account")
    page.keyboard.type("har")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    focus_on(page, "P0")
    page.keyboard.press("ArrowDown")  # radio buttons are one stop; arrows move among them
    expect(page.get_by_role("radio", name="P1")).to_be_checked()
    focus_on(page, "at stake")
    page.keyboard.type("churn")
    page.keyboard.press("Enter")
    focus_on(page, "File it")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Filed for")).to_be_visible()
    assert office.count(Request) == before + 1


def test_escape_leaves_the_form_and_nothing_is_filed(page: Page, office: Office) -> None:
    before = office.count(Request)
    go_to(page, "general")
    form = open_form(page, "Never mind")
    expect(form.locator(":focus")).to_be_attached()  # the form has the keyboard a moment after it is seen

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(composer(page)).to_be_focused()
    assert office.count(Request) == before


def test_the_home_tab_shows_what_is_mine(page: Page) -> None:
    go_to(page, "gapbot")

    expect(page.get_by_role("heading", name="My requests")).to_be_visible()
    page.get_by_role("button", name="File a request").click()
    expect(page.get_by_role("dialog", name="Feature request")).to_be_visible()


def taken(page: Page, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=pictures / f"{name}.png")


def focus_on(page: Page, name: str, *, most_tabs: int = 60) -> None:
    """Press Tab until what is focused has this name; raise when it never has."""
    for _ in range(most_tabs):
        focused = page.evaluate(_NAME_OF_FOCUSED)
        if name in focused:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} cannot be reached by Tab")


_NAME_OF_FOCUSED = """() => {
  const one = document.activeElement;
  const labels = [...(one.labels ?? [])].map((label) => label.textContent);
  const ids = (one.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
  const named = ids.map((id) => document.getElementById(id)?.textContent);
  const own = one.tagName === "BUTTON" ? one.textContent : "";
  return [one.getAttribute("aria-label"), ...named, ...labels, own].join(" ");
}"""
