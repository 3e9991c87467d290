"""The check at the end of every test: what it finds, and that it fails a test."""

import io
from datetime import UTC, datetime

import pytest
import structlog

from domain.issue_tracker import PublicDraft
from sandbox.gitlab.records import Exchange
from storage.database import Database
from tests.canary import CANARY, Words, known, leaks_to_gitlab
from tests.conftest import pytest_runtest_makereport
from tests.integrations.gitlab_house import House
from tests.scenarios.captured_log import log_captured
from tests.usecases.office import Office


@pytest.mark.parametrize(
    "text",
    [
        "SSO for Larkmoor Retail Group",
        '{"event": "filed", "account": "Gr\\u00fcnwald Maschinenbau"}',
        "GRUNWALD MASCHINENBAU wants it",
        "see larkmoor-retail-group.example/sso",
        "O’Brien Logistics, again",
        f"x{CANARY}y",
    ],
)
def test_a_name_is_found_in_any_spelling(text: str) -> None:
    assert known().found_in(text)


@pytest.mark.parametrize("text", ["", "Retail", "Larkmoor", "the group of retail", "Offline mode on Android"])
def test_a_part_of_a_name_is_no_name(text: str) -> None:
    assert known().found_in(text) == []


def test_amounts_are_found_as_they_are_shown() -> None:
    assert Words(["$987,654,321", "$988m"]).found_in("worth $988m or $987,654,321.") == ["987 654 321", "988m"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_database_knows_of_customers_is_looked_for(database: Database) -> None:
    office = Office(database)
    account = office.account("Redwood Cargo", owner_name="Olga Ownerson", arr_minor=123_456_00)
    office.file(account_id=account, use_case="They ship by hand")
    assert leaks_to_gitlab([written("3 accounts ask")], database) == []
    for text in ("for Redwood Cargo", "by Olga Ownerson", "$123,456", "$123k", "123456", "They ship by hand!"):
        assert leaks_to_gitlab([written(text)], database), text


def written(text: str) -> Exchange:
    """A note that a GitLab was sent."""
    return Exchange(
        operation="note.create",
        method="POST",
        path="/api/v4/projects/1/issues/1/notes",
        body={"body": text},
        status=201,
        answer=None,
        is_genuine=True,
        at=datetime(2026, 1, 5, tzinfo=UTC),
    )


def told_at_the_end(request: pytest.FixtureRequest, *, logged: str = "") -> str:
    """End this test as pytest would; return what it is told, and let the suite forget what was said on purpose."""
    call = pytest.CallInfo.from_call(lambda: None, when="teardown")
    report = pytest.TestReport.from_item_and_call(request.node, call)
    report.sections.append(("Captured stdout call", logged))
    wrapped = pytest_runtest_makereport(request.node, call)
    next(wrapped)
    with pytest.raises(StopIteration) as stopped:
        wrapped.send(report)
    assert stopped.value.value.outcome == ("failed" if report.longrepr else "passed")
    return str(report.longrepr or "")


def test_who_tells_gitlab_of_a_customer_fails(request: pytest.FixtureRequest) -> None:
    house = House()
    with house.gitlab:
        house.tracker().search(group="acme", words="single sign-on")
        assert told_at_the_end(request) == ""
        house.create(draft=PublicDraft(title="SSO for Larkmoor Retail Group", text="They pay.", labels=()))
        assert "GitLab: issue.create: larkmoor retail group" in told_at_the_end(request)
        assert told_at_the_end(request) == ""


def test_who_looks_for_a_customer_in_gitlab_fails(request: pytest.FixtureRequest) -> None:
    house = House()
    with house.gitlab:
        house.tracker().search(group="acme", words="Grünwald Maschinenbau")
        assert "grunwald maschinenbau" in told_at_the_end(request)


def test_who_logs_a_customer_fails(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("test").warning("filed", account="Westering Airlines")
    assert "Captured stdout call: westering airlines" in told_at_the_end(request, logged=capsys.readouterr().out)


def test_what_a_bot_logs_of_a_customer_fails(request: pytest.FixtureRequest) -> None:
    with log_captured(io.StringIO()):
        structlog.get_logger("test").warning("filed", account="Łuczak Farmacja S.A.")
    assert "log: luczak farmacja s a" in told_at_the_end(request)
