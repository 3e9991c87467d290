"""A customer that nobody else may hear of: its name, domain and money are looked for wherever they must not be.

The usual places (channels, previews, logs) are searched after every scenario, see `promises`; here are the others.
"""

import json
from typing import Any

import pytest

from domain.words import AccountKind
from storage.jobs.models import Job
from storage.models import Account, AuditRow
from tests.scenarios.forms import filled_in_form
from tests.scenarios.office import Office, seen

NAME, DOMAIN, MONEY = "Zzcanary Holdings", "zzcanary-domain.example", 987_654_321_00
CANARIES = ("zzcanary", "987,654", "987654", "$988m", "987.7")


@pytest.fixture
def office(office: Office) -> Office:
    """With the customer that nobody may hear of."""
    with office.database.write() as session:
        session.add(
            Account(
                salesforce_id="0015g00000CANARY00",
                name=NAME,
                domain=DOMAIN,
                kind=AccountKind.CUSTOMER,
                arr_minor=MONEY,
                arr_currency="USD",
                created_at=office.now(),
            )
        )
    return office


def leaks(*texts: str) -> list[str]:
    return [canary for text in texts for canary in CANARIES if canary in text.casefold()]


def everything_happens(office: Office) -> None:
    """File, be wrong, put it right, edit, look, withdraw: all the ways in which data travels."""
    office.file(office.ava, "Bulk edit of users", account=NAME, ARR_at_stake="$987,654,321 or so")
    office.ava.type("ARR at stake", "$987,654,321")
    assert office.ava.submit().ok
    office.settle()
    confirmation = office.ava.last_message("general")
    office.ava.click("Open", message=confirmation, channel="general")
    office.ava.click("Edit", message=confirmation, channel="general")
    office.ava.fill({"Use case": f"{NAME} wants it", "Priority": "P0"})
    assert office.ava.submit().ok
    office.ava.open_home()
    office.top_gaps(office.ava)
    office.cem.command("/gap", "GAP-5", channel="general")
    office.ava.click("Withdraw", message=confirmation, channel="general")
    office.settle()


def test_the_requester_sees_it_so_the_search_can_find_it(office: Office) -> None:
    confirmation = office.filed(office.ava, account=NAME)

    assert leaks(seen(confirmation))


def test_nobody_else_sees_it(office: Office) -> None:
    everything_happens(office)

    others = [
        *(json.dumps(message.as_slack(with_metadata=True)) for message in office.pat.messages("area-auth")),
        *(json.dumps(message.as_slack()) for message in office.cem.messages("general")),
        json.dumps(office.cem.modal.as_slack()),
        office.top_gaps(office.cem),
    ]
    assert leaks(*others) == []


def test_no_preview_says_it(office: Office) -> None:
    everything_happens(office)

    texts = [
        str(record["body"].get("text") or "")
        for record in office.slack.records.calls
        if isinstance(record["body"], dict)
    ]
    assert texts
    assert leaks(*texts) == []


def test_no_address_that_is_called_carries_it(office: Office) -> None:
    everything_happens(office)

    assert leaks(*(record["path"] for record in office.slack.records.calls)) == []


def test_logs_metrics_and_health_say_nothing(office: Office) -> None:
    everything_happens(office)

    pages = [office.page(path) for path in ("/metrics", "/healthz", "/readyz")]
    assert "gapbot_ack_seconds" in pages[0]
    assert leaks(office.logs, *pages) == []


def test_what_waits_and_what_died_carries_ids_alone(office: Office) -> None:
    office.expects_dead_jobs = True
    office.world.channel("area-auth").archived = True
    everything_happens(office)

    assert office.dead_jobs()
    assert leaks(*(json.dumps([job.payload, job.error, job.key]) for job in office.rows(Job))) == []


def test_the_trace_of_who_did_what_has_no_name_in_it_where_the_id_will_do(office: Office) -> None:
    office.filed(office.ava, account=NAME)

    assert leaks(*(json.dumps([row.before, row.after, row.reason]) for row in office.rows(AuditRow))) == []


FAILURES: dict[str, str] = {
    "while a request is filed": "usecases.file_request.names_customer",
    "while the list is put together": "usecases.list_gaps.linked_issues",
    "while the form is drawn": "handlers.feature_request.views.form",
}


@pytest.mark.parametrize("place", FAILURES.values(), ids=list(FAILURES))
def test_a_failure_nobody_foresaw_says_a_reference_that_the_log_has_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(place, _failing)
    office.send("interaction", office.envelope("interaction", a_submission(office)))
    for command, text in (("/top-gaps", ""), ("/gap", "GAP-1"), ("/feature-request", "SSO")):
        assert office.ava.command(command, text, channel="general").ok

    said = json.dumps([office.link.bodies, office.slack.records.of("views.open", "chat.postEphemeral")])
    assert "Something went wrong on my side, and nothing was changed." in said
    shown = said.partition("say this reference: ")[2][:8]
    assert f'"reference": "{shown}"' in office.logs
    assert "RuntimeError" in office.logs
    assert leaks(office.logs) == []
    assert "Traceback" not in said


def a_submission(office: Office) -> dict[str, Any]:
    return {"type": "view_submission", "view": filled_in_form(office.world.ids.new("V"), title="Bulk edit of users")}


def _failing(*_arguments: Any, **_more: Any) -> Any:
    raise RuntimeError(f"{NAME} ({DOMAIN}) pays $987,654,321")
