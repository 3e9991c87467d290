"""Every bad day of Salesforce becomes one of the port's errors, and none of them tells about a customer."""

import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from domain.directory import BudgetSpent, CursorLost, DirectoryError, DirectoryRefused, DirectoryUnavailable
from integrations.salesforce_errors import answer_error, translated
from integrations.salesforce_session import OrgSession, Timeouts, org_at
from tests.integrations.conftest import Hands
from tests.integrations.salesforce_world import World

CANARY_NAME, CANARY_ARR = "ZZCANARY Söhne", "9876543"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("QUERY_TIMEOUT", DirectoryUnavailable),
        ("SERVER_UNAVAILABLE", DirectoryUnavailable),
        ("UNABLE_TO_LOCK_ROW", DirectoryUnavailable),
        ("html:503", DirectoryUnavailable),
        ("html:502", DirectoryUnavailable),
        ("html:200", DirectoryUnavailable),
        ("html:429", DirectoryUnavailable),
        ("malformed", DirectoryUnavailable),
        ("drop", DirectoryUnavailable),
        ("REQUEST_LIMIT_EXCEEDED", BudgetSpent),
        ("INVALID_QUERY_LOCATOR", CursorLost),
        ("API_DISABLED_FOR_ORG", DirectoryRefused),
        ("INSUFFICIENT_ACCESS", DirectoryRefused),
        ("MALFORMED_QUERY", DirectoryRefused),
        ("NOT_FOUND", DirectoryRefused),
        ("GONE", DirectoryRefused),
        ("html:403", DirectoryRefused),
        ("html:302", DirectoryRefused),
    ],
)
def test_by_the_code_in_the_body(world: World, fault: str, error: type[DirectoryError]) -> None:
    world.salesforce.faults.script("query", fault)

    with pytest.raises(DirectoryError) as caught:
        world.accounts()

    assert type(caught.value) is error
    assert caught.value.sentence.endswith((".", "?"))
    assert world.accounts() == []


@pytest.mark.parametrize("fault", ["html:200", "html:503", "malformed", "drop"])
@pytest.mark.parametrize("operation", ["describe", "query_more", "batch"])
def test_nonsense_from_any_operation(world: World, operation: str, fault: str) -> None:
    for number in range(4):
        world.add_account(f"Acme {number}")
    world.salesforce.faults.stay(operation, fault)

    def ask_everything() -> None:
        world.accounts()
        world.directory.search_accounts(prefix="Acme")

    with pytest.raises(DirectoryUnavailable):
        ask_everything()


def test_an_error_inside_a_batch_is_read_like_any_other(world: World) -> None:
    world.org.hide("Account", "Name")

    with pytest.raises(DirectoryRefused):
        world.directory.search_accounts(prefix="Acme")


def test_too_many_calls_at_once_are_not_the_limit_of_the_day() -> None:
    body = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentRequests (…) Limit exceeded."}]

    found = answer_error(status=403, body=body)

    assert isinstance(found, DirectoryUnavailable)
    assert found.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize("body", [None, b"", "<html>", [], {}, [None], [{"errorCode": "ZZ CANARY; 1"}], [{"x": 1}], 5])
def test_any_body_at_all(body: object) -> None:
    found = answer_error(status=400, body=body)

    assert isinstance(found, DirectoryRefused)
    assert "CANARY" not in found.sentence


class TestBudget:
    def test_reads_stop_at_four_fifths_without_asking(self, world: World) -> None:
        world.salesforce.calls_allowed = 10

        def read_again_and_again() -> None:
            for _ in range(20):
                world.accounts()

        with pytest.raises(BudgetSpent) as spent:
            read_again_and_again()

        assert (spent.value.used, spent.value.allowed) == (8, 10)
        assert world.salesforce.calls_used == 8
        usage = world.directory.usage()
        assert usage is not None
        assert (usage.used, usage.allowed, usage.share) == (8, 10, 0.8)

    def test_in_the_middle_of_a_read_that_can_go_on_tomorrow(self, world: World, clock: Hands) -> None:
        ids = {world.add_account(f"Account {number}") for number in range(9)}
        world.salesforce.calls_allowed = 5
        pages = world.directory.accounts()
        kept = [next(pages), next(pages)]
        with pytest.raises(BudgetSpent):
            next(pages)

        world.salesforce.calls_used, world.salesforce.calls_allowed = 0, 100
        clock.pass_(minutes=20)

        read = [one.id for page in kept for one in page.records]
        read += [one.id for one in world.accounts(after=kept[-1].mark)]
        assert (len(read), set(read)) == (9, ids)

    def test_somebody_who_waits_is_still_answered(self, world: World) -> None:
        world.add_account("Acme")
        world.directory.check()
        world.salesforce.calls_allowed = world.salesforce.calls_used + 1
        assert len(world.directory.search_accounts(prefix="Acme")) == 1
        world.salesforce.calls_allowed += 1

        assert len(world.directory.search_accounts(prefix="Acme")) == 1
        with pytest.raises(BudgetSpent):
            world.accounts()

    def test_a_reading_grows_old(self, world: World, clock: Hands) -> None:
        world.salesforce.calls_used, world.salesforce.calls_allowed = 79, 100
        with pytest.raises(BudgetSpent):
            world.accounts()
        world.salesforce.calls_used = 10

        with pytest.raises(BudgetSpent):
            world.accounts()
        clock.pass_(minutes=15)

        assert world.accounts() == []

    def test_the_limit_itself(self, world: World) -> None:
        world.salesforce.calls_allowed = 0

        with pytest.raises(BudgetSpent, match="daily limit"):
            world.accounts()


class TestOtherHosts:
    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/services/data/v62.0/query/01gX-3",
            "//evil.example/services/data/v62.0/query/01gX-3",
            "@evil.example/services/data/v62.0/query/01gX-3",
            ".evil.example/services/data/v62.0/query/01gX-3",
            "/services/data/v62.0/query/../../../oauth2/revoke",
            "/services/data/v62.0/sobjects/Account/001",
            "",
        ],
    )
    def test_the_rest_of_a_read_is_not_fetched_elsewhere(self, world: World, address: str) -> None:
        world.salesforce.faults.script("query", f"next:{address}")

        with pytest.raises(DirectoryRefused, match="I do not go there"):
            world.accounts()

        assert world.count("query_more") == 0

    def test_a_login_that_names_another_org_is_refused(self, world: World) -> None:
        directory = world.client()
        world.salesforce.base_url = "https://evil.example"

        with pytest.raises(DirectoryRefused, match="another address"):
            directory.check()

    @pytest.mark.parametrize(
        "url",
        ["https://evil.example/x", "https://127.0.0.1:1/x", "http://evil.example\\@127.0.0.1/x", "file:///etc/passwd"],
    )
    def test_the_session_sends_nothing_elsewhere_whoever_asks(self, world: World, url: str) -> None:
        session = OrgSession(org_at(world.salesforce.base_url), timeouts=Timeouts())

        with pytest.raises(DirectoryRefused, match="another host"):
            session.get(url, headers={"Authorization": "Bearer x"})

    def test_a_certificate_that_nobody_vouches_for_is_a_matter_for_people(self) -> None:
        def call() -> None:
            raise requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED: ZZCANARY")

        with pytest.raises(DirectoryRefused, match="certificate is not trusted"):
            translated(call)


class TestCanary:
    """What a customer is called and pays reaches values, and nothing else."""

    @pytest.fixture
    def logged(self, caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
        with caplog.at_level(logging.DEBUG):
            yield caplog

    @pytest.mark.parametrize(
        "fault",
        [
            "ok",
            f"QUERY_TIMEOUT:{CANARY_NAME}",
            f"INVALID_FIELD:{CANARY_NAME}",
            f"REQUEST_LIMIT_EXCEEDED:{CANARY_NAME}",
            f"INSUFFICIENT_ACCESS:{CANARY_NAME}",
            "html:503",
            "malformed",
            "drop",
            "expired",
            "hang",
        ],
    )
    def test_it_is_in_no_log_line_url_or_error(
        self, world: World, logged: pytest.LogCaptureFixture, fault: str
    ) -> None:
        acme = world.add_account(CANARY_NAME, ARR__c=CANARY_ARR)
        world.add_deal(acme, CANARY_NAME, Amount=CANARY_ARR)
        directory = world.client(read_timeout=0.2)
        world.salesforce.faults.script("query", fault, times=2)
        world.salesforce.faults.script("batch", fault, times=2)
        said: list[str] = []
        troubles: list[DirectoryError] = []

        for ask in (
            lambda: list(directory.accounts()),
            lambda: list(directory.opportunities()),
            lambda: directory.search_accounts(prefix=CANARY_NAME),
        ):
            try:
                said.append(repr(ask()))
            except DirectoryError as trouble:
                troubles.append(trouble)
        for trouble in troubles:
            said += [str(trouble), repr(trouble), *traceback.format_exception(trouble)]
        said += [record.getMessage() for record in logged.records]
        said += [call.url for call in world.salesforce.records.calls]
        said += [repr(directory), repr(directory.usage())]

        assert logged.records
        assert not [trouble for trouble in troubles if trouble.__cause__ or trouble.__context__]
        assert not [line for line in said if "ZZCANARY" in line or CANARY_ARR in line]

    def test_secrets_are_not_in_representations(self, world: World) -> None:
        assert world.salesforce.consumer_secret not in repr(world.directory.__dict__)
        assert world.salesforce.consumer_key not in repr(world.directory.__dict__)
