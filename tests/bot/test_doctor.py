"""The doctor finds what is wrong and says what to do about it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot import doctor
from bot.doctor import Finding
from bot.manifest import manifest
from bot.policy_file import Policy
from sandbox.slack.server import SlackServer
from storage import schema
from storage.database import Database
from tests.bot.edge import settings, small_world

EVERYBODY = {role: ["U1"] for role in ("admin", "pm", "gtm", "product", "engineering")}
AREA = {"key": "auth", "name": "Auth", "channel": "CAUTH"}


def examined(slack: SlackServer, database: Database, policy: Policy | None = None, **changes: Any) -> list[Finding]:
    url = database.engine.url.render_as_string(hide_password=False)
    found = settings(slack_api_url=slack.api_url, database_url=url, **changes)
    return list(doctor.examine(found, policy or Policy.model_validate({"roles": EVERYBODY, "areas": [AREA]})))


def about(what: str, findings: list[Finding]) -> Finding:
    return next(finding for finding in findings if what in finding.what)


only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_all_is_well(slack: SlackServer, database: Database) -> None:
    findings = examined(slack, database)
    assert [finding.what for finding in findings if finding.advice] == ["GitLab", "Salesforce"], "which are not there"
    assert about("database", findings).what.endswith(f"revision {schema.head()}, writable")
    assert about("channel CAUTH", findings).what == "channel CAUTH (area auth): #auth"


@only_sqlite
class TestSlack:
    @pytest.fixture
    def unscoped(self) -> Iterator[SlackServer]:
        found = manifest(url="https://bot.example")
        found["oauth_config"]["scopes"]["bot"].remove("im:write")
        with SlackServer(small_world(), manifest=found) as server:
            yield server

    def test_a_missing_scope_is_named(self, unscoped: SlackServer, database: Database) -> None:
        finding = about("Slack scopes", examined(unscoped, database))
        assert "Missing: im:write." in finding.advice
        assert not finding.is_warning

    def test_a_wrong_token_ends_the_look_at_slack(self, slack: SlackServer, database: Database) -> None:
        findings = examined(slack, database, slack_bot_token=SecretStr("xoxb-wrong"))
        assert "invalid_auth" in about("Slack token", findings).advice
        assert not any(finding.what.startswith("channel") for finding in findings)
        assert "xoxb-wrong" not in str(findings)

    def test_no_slack_at_all_is_said_in_words(self, slack: SlackServer, database: Database) -> None:
        slack.stop()
        assert "Slack says nothing" in about("Slack token", examined(slack, database)).advice

    def test_a_wrong_app_token_is_named(self, slack: SlackServer, database: Database) -> None:
        finding = about("Socket Mode", examined(slack, database, slack_app_token=SecretStr("xapp-wrong")))
        assert "connections:write" in finding.advice

    def test_a_right_app_token_is_fine(self, database: Database) -> None:
        with SlackServer(small_world(), manifest=manifest()) as slack:
            finding = about("Socket Mode", examined(slack, database, slack_app_token=SecretStr("xapp-sandbox")))
        assert finding.advice == ""


@only_sqlite
class TestChannels:
    def test_an_archived_one(self, slack: SlackServer, database: Database) -> None:
        slack.world.channel("auth").archived = True
        assert "archived" in about("channel CAUTH", examined(slack, database)).advice

    @pytest.mark.parametrize("flag", ["ext_shared", "pending_ext_shared"])
    def test_one_that_is_shared_with_another_company(self, slack: SlackServer, database: Database, flag: str) -> None:
        setattr(slack.world.channel("auth"), flag, True)
        assert "another company" in about("channel CAUTH", examined(slack, database)).advice

    def test_a_private_one_without_the_bot(self, slack: SlackServer, database: Database) -> None:
        slack.world.add_channel("secret", kind="private", members=[slack.world.user("pam")], channel_id="CSECRET")
        policy = Policy.model_validate({"roles": EVERYBODY, "areas": [AREA | {"channel": "CSECRET"}]})
        finding = about("channel CSECRET", examined(slack, database, policy))
        assert "invite" in finding.advice.lower()

    def test_one_that_does_not_exist_whoever_names_it(self, slack: SlackServer, database: Database) -> None:
        policy = Policy.model_validate(
            {
                "digests": [{"channel": "CGONE1"}],
                "top10": {"channel": "CGONE2"},
                "areas": [AREA | {"channel": "CGONE3"}],
            }
        )
        findings = examined(slack, database, policy)
        for what in ("CGONE1 (digest)", "CGONE2 (Top 10)", "CGONE3 (area auth)"):
            assert "channel_not_found" in about(what, findings).advice


class TestDatabase:
    def test_an_empty_one(self, slack: SlackServer, database: Database) -> None:
        schema.downgrade(database, "base")
        assert "gapbot db upgrade" in about("database", examined(slack, database)).advice

    @only_sqlite
    @pytest.mark.parametrize(
        "url",
        [
            "sqlite:////no/such/folder/x.db",
            "postgresql+psycopg://nobody:CANARY@127.0.0.1:1/none?connect_timeout=1",
            "nonsense",
            "mysql://x/y",
        ],
    )
    def test_one_that_cannot_be_opened(self, slack: SlackServer, database: Database, url: str) -> None:
        found = settings(slack_api_url=slack.api_url, database_url=url)
        finding = about("database", list(doctor.examine(found, Policy())))
        assert finding.advice
        assert "CANARY" not in f"{finding}"
        assert database.is_sqlite


@only_sqlite
def test_empty_roles_and_areas_are_warnings(slack: SlackServer, database: Database) -> None:
    findings = examined(slack, database, Policy())
    for what, says in (("roles", "Nobody is admin, pm, gtm, product, engineering"), ("areas", "[[areas]]")):
        finding = about(what, findings)
        assert says in finding.advice
        assert finding.is_warning


@only_sqlite
def test_missing_neighbours_are_warnings(slack: SlackServer, database: Database) -> None:
    findings = examined(slack, database)
    assert about("GitLab", findings).is_warning
    assert about("Salesforce", findings).is_warning
