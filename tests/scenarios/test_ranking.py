"""People work with the ranked list: filter it, save it, take it along, ask why, estimate, and try other weights."""

import csv
import io

import pytest

from storage.jobs import enqueue
from storage.models import DealCorrection, GapEstimate, RankDay, SavedView
from tests.scenarios.office import Office, buttons_of, seen
from usecases.job_kinds import TAKE_SNAPSHOT, SlotCame

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def office(office: Office) -> Office:
    """With the product managers known as such."""
    office.know_groups()
    return office


def test_filters_are_typed_or_filled_in_and_kept_under_a_name(office: Office) -> None:
    pat = office.pat
    shown = office.top_gaps(pat, "area:auth")
    assert "Top gap of 1 found" in shown
    assert "SCIM provisioning for groups" in shown
    assert "Export" not in shown

    assert pat.click("Filters", message=pat.last_message("general"), channel="general").ok
    pat.fill({"Words in the title": "export", "Priority": "Nice to have"})
    pat.choose("Product area", "Auth & SSO")
    assert pat.submit().response_action == "close"
    office.settle()
    assert "No open gap fits these filters." in seen(pat.last_message("general"))

    assert pat.click("Filters", message=pat.last_message("general"), channel="general").ok
    pat.choose("Product area", "Platform")
    assert pat.submit().response_action == "close"
    office.settle()
    shown = seen(pat.last_message("general"))
    assert "Export the audit log to S3" in shown
    assert "area:auth,platform priority:NICE export" in shown

    assert pat.click("Save view", message=pat.last_message("general"), channel="general").ok
    pat.fill({"Name": "Exports"})
    assert pat.submit().response_action == "close"
    assert [view.query for view in office.rows(SavedView)] == ["area:auth,platform priority:NICE export"]
    assert "Export the audit log to S3" in office.top_gaps(pat, "exports")
    assert "Exports" in office.top_gaps(pat, "views")
    assert "I forgot the view “Exports”." in office.top_gaps(pat, "forget exports")
    assert "No views are saved yet." in office.top_gaps(pat, "views")


def test_what_is_wrong_is_said_in_the_form(office: Office) -> None:
    office.top_gaps(office.ava)
    assert office.ava.click("Filters", message=office.ava.last_message("general"), channel="general").ok
    office.ava.fill({"Asked since": "soon"})
    errors = office.ava.submit().errors
    assert errors == {
        "filter_since": "`since:` takes a day like `since:2026-01-31`, or so long ago: `30d`, `6w`, `3m`, `1y`."
    }


def test_the_table_shows_every_figure_beside_the_others(office: Office) -> None:
    office.top_gaps(office.pat)
    assert office.pat.click("Table", message=office.pat.last_message("general"), channel="general").ok
    office.settle()
    message = office.pat.last_message("general")
    table = next(block for block in message.blocks if block["type"] == "table")
    first = [cell["text"] for cell in table["rows"][1]]
    assert first[:6] == ["1", "–", "GAP-1", "SCIM provisioning for groups", "$900k", "2"]
    assert "List" in buttons_of(message)


def test_the_whole_list_comes_as_a_file_once(office: Office) -> None:
    office.top_gaps(office.pat, "2")
    message = office.pat.last_message("general")
    for _ in range(2):
        assert office.pat.click("CSV", message=message, channel="general").ok
    office.settle()
    files = [file for said in office.pat.messages("app") for file in said.files]
    assert len(files) in {1, 2}, "two clicks are two wishes, one click is one"
    content = office.slack.files.get(files[0]["id"]).content
    assert content is not None
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[3] for row in rows] == ["Gap", "GAP-1", "GAP-3", "GAP-2"]
    assert rows[1][7:9] == ["900000.00", "USD"]


def test_why_is_told_down_to_the_account(office: Office) -> None:
    office.top_gaps(office.pat)
    assert office.pat.choose("top_gaps.row", "Why 1?", message=office.pat.last_message("general"), channel="general").ok
    shown = str(office.pat.modal.blocks)
    assert "*Nordwind AG*" in shown
    assert "*Against #2* GAP-" in shown
    assert office.pat.click("Open the gap").ok
    assert office.pat.modal.content["title"]["text"] == "GAP-1"

    assert office.ava.command("/gap", "GAP-1 why", channel="general").ok
    shown = str(office.ava.modal.blocks)
    assert "Nordwind" not in shown
    assert "Who asks is for those who may see customers." in shown


def test_an_estimate_is_said_and_a_gap_without_one_is_asked_for_it(office: Office) -> None:
    shown = office.top_gaps(office.pat, "model:cd3")
    assert "estimate missing" in shown
    assert office.pat.choose(
        "top_gaps.row", "Estimate this", message=office.pat.last_message("general"), channel="general"
    ).ok
    office.pat.fill({"Effort": "weight 8", "Reach: share of accounts": "10 (80 % or more)", "Themes": "Compliance"})
    assert office.pat.submit().response_action == "close"
    (estimate,) = office.rows(GapEstimate)
    assert (estimate.weight, estimate.reach, estimate.updated_by) == (8, "10", office.pat.id)
    assert office.pat.command("/gap", f"GAP-{estimate.gap_id} effort", channel="general").ok
    office.pat.fill({"Effort": "soon"})
    assert "Write person-months" in str(office.pat.submit().errors)


def test_a_deal_is_corrected_from_the_explanation(office: Office) -> None:
    office.filed(office.ava, account="Müller", Opportunity="Renewal and 200 seats")
    gap = office.last_gap()
    assert office.pat.command("/gap", f"GAP-{gap.id} why", channel="general").ok
    assert office.pat.click("Correct a deal").ok
    office.pat.choose("Deal", "Renewal and 200 seats")
    office.pat.fill({"Counts for": "€20k", "Why?": "Only the seats"})
    assert office.pat.submit().ok
    (correction,) = office.rows(DealCorrection)
    assert (correction.amount_minor, correction.amount_currency) == (2_000_000, "EUR")


def test_history_is_drawn(office: Office) -> None:
    with office.database.write() as session:
        enqueue(session, TAKE_SNAPSHOT, SlotCame(slot="now"))
    office.settle()
    assert office.count(RankDay) == 1
    assert office.ava.command("/gap", "GAP-1 history", channel="general").ok
    message = office.ava.last_message("general")
    assert message.ephemeral_to == office.ava.id
    assert "#1 of 3 on" in seen(message)
    assert office.ava.click("Why?", message=message, channel="general").ok


def test_other_weights_are_tried_and_nothing_is_kept(office: Office) -> None:
    assert office.gwen.command("/top-gaps", "what-if", channel="general").ok
    office.gwen.fill({"Weight of Impacted ARR": "0", "Weight of Accounts": "1", "Weight of Strategic ARR": "0"})
    office.gwen.fill({"Weight of P0 strength": "0"})
    assert office.gwen.submit().response_action == "push"
    shown = str(office.gwen.modal.blocks)
    assert "Accounts 1.00" in shown
    assert "*1.* SCIM provisioning for groups (GAP-1)" in shown
    assert office.ava.command("/top-gaps", "what-if", channel="general").ok
    assert "You may not do this" in seen(office.ava.last_message("general"))


def test_help_says_what_can_be_typed(office: Office) -> None:
    shown = office.top_gaps(office.ava, "help")
    assert "`segment:`" in shown
    assert "`/top-gaps save NAME filters`" in shown


def test_more_than_can_be_ranked_while_slack_waits_follows_by_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usecases.listings.MOST_READ_WHILE_WAITING", 0)
    monkeypatch.setattr("usecases.listings.MOST_RANKED_WHILE_WAITING", 0)
    assert "The list follows in a moment." in office.top_gaps(office.pat, "area:auth")
    office.settle()
    assert "SCIM provisioning for groups" in seen(office.pat.last_message("general"))
    assert "SCIM provisioning" in office.top_gaps(office.pat, "area:auth"), "what was ranked is there at once"


def test_why_and_what_if_of_many_requests_fill_their_windows_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usecases.explain_place.MOST_READ", 0)
    monkeypatch.setattr("usecases.listings.MOST_READ_WHILE_WAITING", 0)
    monkeypatch.setattr("usecases.listings.MOST_RANKED_WHILE_WAITING", 0)
    assert office.pat.command("/gap", "GAP-1 why", channel="general").ok
    assert "appears here by itself" in str(office.pat.modal.blocks)
    office.settle()
    assert "Impacted ARR" in str(office.pat.modal.blocks)
    assert office.gwen.command("/top-gaps", "what-if", channel="general").ok
    assert office.gwen.submit().response_action == "update"
    assert "appears here by itself" in str(office.gwen.modal.blocks)
    office.settle(hasten=True)
    assert "Nothing was saved" in str(office.gwen.modal.blocks)
