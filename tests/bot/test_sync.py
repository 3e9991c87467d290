"""`gapbot sync salesforce`, what doctor says of the CRM, and when the schedules want it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot import doctor
from bot.finding import Finding
from bot.policy_file import Policy
from bot.sync_report import ProgressLine, said
from bot.wiring import build_use_cases, schedules
from bot.wiring_of_customers import build_directory
from integrations.salesforce_session import UnusableAddress
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer
from sandbox.slack.server import SlackServer
from storage.database import Database
from tests.bot.edge import settings
from tests.bot.test_cli import Run, is_one_sentence, run, url
from usecases.adopt_accounts import Moved
from usecases.job_kinds import MIRROR_CUSTOMERS
from usecases.mirror_customers import SyncReport
from usecases.mirror_pages import Counts

__all__ = ["run"]

CANARY = "Zanzibar Ornithopter"
POLICY = '[salesforce.account]\narr = "ARR__c"\nhealth = "Healht__c"\n'


def noon() -> datetime:
    return datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def org() -> Iterator[Org]:
    org = Org(clock=noon)
    org.insert("CurrencyType", IsoCode="USD", ConversionRate=1, IsCorporate=True)
    for number in range(3):
        account = org.insert("Account", Name=f"{CANARY} {number}", ARR__c=240_000, CurrencyIsoCode="USD")
        org.insert("Opportunity", Name="Deal", AccountId=account, IsClosed=False, IsWon=False, Type="Odd")
    yield org
    org.close()


@pytest.fixture
def salesforce(org: Org) -> Iterator[SalesforceServer]:
    with SalesforceServer(org, page_size=2) as server:
        yield server


def environment(salesforce: SalesforceServer, database: Database, **changes: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "secret",
        "DATABASE_URL": url(database),
        "SALESFORCE_URL": salesforce.base_url,
        "SALESFORCE_CONSUMER_KEY": salesforce.consumer_key,
        "SALESFORCE_CONSUMER_SECRET": salesforce.consumer_secret,
    } | changes


class TestCommand:
    def test_it_mirrors_and_says_what_it_did(
        self, run: Run, salesforce: SalesforceServer, database: Database, tmp_path: Any
    ) -> None:
        (tmp_path / "gapbot.toml").write_text(POLICY)
        status, out, err = run("sync", "salesforce", **environment(salesforce, database))
        assert status == 0, err
        assert out.splitlines() == [
            "Read everything.",
            "accounts: 3 read, 3 new, 0 deleted",
            "opportunities: 3 read, 3 new, 0 deleted",
            "3 opportunities have a type without a meaning: map it under [salesforce.kinds].",
            (
                "Account field Healht__c (for health) does not exist, or the integration user may not see it. "
                "Everything else goes on without it."
            ),
            f"Salesforce calls of the day: {salesforce.calls_used:,} of 100,000.",
        ]
        assert err == "accounts: 3 of 3 (100%)\nopportunities: 3 of 3 (100%)\n"
        assert CANARY not in out + err
        assert run("sync", "salesforce")[1].startswith("Read what changed.\n")
        assert run("sync", "salesforce", "--full")[1].startswith("Read everything.\n")

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("fault", "says"),
        [
            ("token invalid_client", "SALESFORCE_CONSUMER_SECRET"),
            ("query html:503", "cannot answer now"),
            ("query_more drop", "cannot be reached"),
            ("query REQUEST_LIMIT_EXCEEDED:TotalRequests Limit exceeded.", "daily limit"),
            ("query INSUFFICIENT_ACCESS", "Check the rights"),
        ],
    )
    def test_trouble_is_one_sentence(
        self, run: Run, salesforce: SalesforceServer, database: Database, fault: str, says: str
    ) -> None:
        salesforce.faults.stay(*fault.split(" ", 1))
        status, out, err = run("sync", "salesforce", **environment(salesforce, database))
        assert (status, out) == (1, "")
        assert is_one_sentence(err)
        assert says in err
        assert CANARY not in err

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_without_a_salesforce_it_says_so(self, run: Run, salesforce: SalesforceServer, database: Database) -> None:
        needed = environment(salesforce, database)
        del needed["SALESFORCE_CONSUMER_SECRET"]
        status, _, err = run("sync", "salesforce", **needed)
        assert status == 1
        assert is_one_sentence(err)
        assert "not configured" in err


class TestDoctor:
    def findings(
        self,
        slack: SlackServer,
        salesforce: SalesforceServer,
        *,
        mapping: dict[str, str] | None = None,
        **changes: Any,
    ) -> dict[str, Finding]:
        values = {
            "salesforce_url": salesforce.base_url,
            "salesforce_consumer_key": SecretStr(salesforce.consumer_key),
            "salesforce_consumer_secret": SecretStr(salesforce.consumer_secret),
        } | changes
        policy = Policy.model_validate({"salesforce": {"account": mapping or {"arr": "ARR__c", "health": "Healht__c"}}})
        found = doctor.examine(settings(slack_api_url=slack.api_url, **values), policy)
        return {one.what: one for one in found if "Salesforce" in one.what}

    def test_missing_fields_are_named(self, slack: SlackServer, salesforce: SalesforceServer) -> None:
        found = self.findings(slack, salesforce)
        fine, calls = [one.what for one in found.values() if not one.advice]
        assert fine.startswith(f"Salesforce: {salesforce.base_url}, ")
        assert calls == "Salesforce calls of the day: 3 of 100,000"
        missing = found["Salesforce field Account.Healht__c"]
        assert (missing.is_warning, "integration user" in missing.advice) == (True, True)

    @pytest.mark.parametrize(
        ("mapping", "field", "says"),
        [
            ({"arr": "Segment__c"}, "Account.Segment__c", "a picklist field, and should be a number"),
            ({"csm": "CSM__c"}, "Account.CSM__c", "name a field of that record, like CSM__r.Name"),
            ({"renewal_date": "Strategic__c"}, "Account.Strategic__c", "should be a date"),
            ({"strategic": "ARR__c"}, "Account.ARR__c", "should be a checkbox"),
            ({"parent": "Region__c"}, "Account.Region__c", "must hold the id of a record"),
        ],
    )
    def test_a_field_of_the_wrong_kind_is_named_with_what_it_should_be(
        self, slack: SlackServer, salesforce: SalesforceServer, mapping: dict[str, str], field: str, says: str
    ) -> None:
        found = self.findings(slack, salesforce, mapping=mapping)[f"Salesforce field {field}"]
        assert says in found.advice
        assert found.is_warning

    def test_a_mapping_without_any_arr_is_pointed_out(self, slack: SlackServer, salesforce: SalesforceServer) -> None:
        found = self.findings(slack, salesforce, mapping={"segment": "Segment__c"})
        assert "Add it under [salesforce.account]" in found["Salesforce mapping"].advice

    def test_a_spent_allowance_is_said(self, slack: SlackServer, salesforce: SalesforceServer) -> None:
        salesforce.calls_used, salesforce.calls_allowed = 90, 100
        (only,) = self.findings(slack, salesforce).values()
        said, _, advice = only.advice.partition("; ")
        assert said == "91 of 100 Salesforce calls of the day are used"
        assert advice.startswith("the rest is for others. Ask an admin who uses so many.")

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"salesforce_consumer_secret": None}, "SALESFORCE_CONSUMER_SECRET"),
            ({"salesforce_username": "bot@acme.example"}, "SALESFORCE_JWT_KEY_FILE"),
            ({"salesforce_consumer_key": SecretStr("wrong")}, "Check SALESFORCE_CONSUMER_KEY."),
            ({"salesforce_consumer_secret": SecretStr("wrong")}, "Salesforce refused the login"),
            ({"salesforce_url": "https://login.salesforce.com"}, "the org's own address"),
        ],
    )
    def test_what_is_wrong_fails(
        self, slack: SlackServer, salesforce: SalesforceServer, changes: dict[str, Any], says: str
    ) -> None:
        (only,) = self.findings(slack, salesforce, **changes).values()
        assert says in only.advice
        assert not only.is_warning


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestWiring:
    def test_schedules_come_with_a_crm_only(self, database: Database, salesforce: SalesforceServer) -> None:
        secret = SecretStr(salesforce.consumer_secret)
        found = settings(
            salesforce_url=salesforce.base_url,
            salesforce_consumer_key=SecretStr(salesforce.consumer_key),
            salesforce_consumer_secret=secret,
        )
        for directory, expected in ((build_directory(found, Policy()), 2), (build_directory(settings(), Policy()), 0)):
            use = build_use_cases(database=database, policy=Policy(), gitlab_url=None, now=noon, directory=directory)
            mine = [one for one in schedules(use, Policy()) if one.kind is MIRROR_CUSTOMERS]
            assert len(mine) == expected
            assert {one.lane for one in mine} <= {"salesforce"}
        assert salesforce.records.calls == [], "nothing is asked before the first sync"

    def test_slots_carry_their_time(self, database: Database, salesforce: SalesforceServer) -> None:
        found = settings(
            salesforce_url=salesforce.base_url,
            salesforce_consumer_key=SecretStr("k"),
            salesforce_consumer_secret=SecretStr("s"),
        )
        use = build_use_cases(
            database=database, policy=Policy(), gitlab_url=None, now=noon, directory=build_directory(found, Policy())
        )
        wanted = [
            one.payload(one.recurrence.latest(noon()))
            for one in schedules(use, Policy())
            if one.kind is MIRROR_CUSTOMERS
        ]
        assert [(one.wanted_at, one.is_full) for one in wanted] == [
            (noon(), False),
            (noon() - timedelta(hours=10, minutes=30), True),
        ]

    def test_an_address_that_cannot_be_meant_is_refused_at_start(self, database: Database) -> None:
        found = settings(
            salesforce_url="http://acme.my.salesforce.com",
            salesforce_consumer_key=SecretStr("k"),
            salesforce_consumer_secret=SecretStr("s"),
        )
        assert not database.engine.echo
        with pytest.raises(UnusableAddress):
            build_directory(found, Policy())


def test_the_report_tells_of_moves_and_of_what_nobody_believes() -> None:
    report = SyncReport(
        is_full=True,
        accounts=Counts(read=90, vanished=60, unreadable=2),
        opportunities=Counts(read=1, left_out=1),
        moved=Moved(requests=3, merged=1, adopted=1),
        missing=(),
        usage=None,
    )
    assert list(said(report)) == [
        "Read everything.",
        "accounts: 90 read, 0 new, 0 deleted, 2 with a value that makes no sense",
        (
            "60 accounts are not there any more, too many at once to be believed: they stay. "
            "Check the rights of the integration user."
        ),
        "opportunities: 1 read, 0 new, 0 deleted, 1 of no account that we may see",
        "3 requests moved: 1 accounts were merged, 1 have appeared.",
    ]


class Terminal:
    def __init__(self) -> None:
        self.written = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written += text
        return len(text)

    def flush(self) -> None:
        pass


def test_the_line_moves_on_a_terminal() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)  # type: ignore[arg-type]
    line("account", 2000, 4000)
    line("account", 4000, 4000)
    assert terminal.written == "\raccounts: 2,000 of 4,000 (50%)\raccounts: 4,000 of 4,000 (100%)\n"
