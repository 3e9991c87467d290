"""The doctor looks at GitLab: token, scopes, roles, the right to write internally, webhooks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.finding import Finding
from bot.policy_file import Policy
from bot.tracker import build_tracker, examine_tracker, projects
from sandbox.gitlab.world import Role
from tests.bot.edge import settings
from tests.gitlab_contract import violations
from tests.integrations.gitlab_house import START, TOKEN, House

AREAS = Policy.model_validate(
    {
        "areas": [
            {"key": "auth", "name": "Auth", "gitlab_project": "acme/mobile"},
            {"key": "api", "name": "API", "gitlab_project": "acme/platform"},
            {"key": "web", "name": "Web"},
        ]
    }
)


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    with house.gitlab:
        yield house
    assert violations(house.gitlab.records.calls) == []


def examined(house: House, **changes: Any) -> list[Finding]:
    wanted: dict[str, Any] = {
        "gitlab_url": house.gitlab.base_url,
        "gitlab_token": SecretStr(TOKEN),
        "gitlab_group": "acme",
        "gitlab_project": "acme/platform",
    }
    return list(examine_tracker(settings(**wanted | changes), AREAS, now=house.clock))


def faults(house: House, **changes: Any) -> list[str]:
    return [f"{one.what}: {one.advice}" for one in examined(house, **changes) if one.advice]


def test_all_is_well(house: House) -> None:
    house.issue()

    findings = examined(house)

    assert [one.advice for one in findings if one.advice] == []
    assert [one.what for one in findings][1:] == [
        "GitLab token: scope api",
        "GitLab group acme",
        "GitLab project acme/platform: Planner",
        "GitLab project acme/mobile: Planner",
    ]
    assert TOKEN not in str(findings)


def test_the_general_project_comes_first_and_each_once() -> None:
    assert projects(settings(gitlab_project="acme/platform"), AREAS) == ("acme/platform", "acme/mobile")


def test_nothing_is_configured(house: House) -> None:
    assert build_tracker(settings(), now=house.clock) is None
    [finding] = examine_tracker(settings(), AREAS, now=house.clock)
    assert finding.is_warning


def test_a_token_is_missing(house: House) -> None:
    [finding] = examined(house, gitlab_token=None)

    assert "GITLAB_TOKEN is missing" in finding.advice
    assert finding.is_warning


def test_a_token_is_wrong(house: House) -> None:
    [finding] = examined(house, gitlab_token=SecretStr("glpat-wrong"))

    assert "Renew GITLAB_TOKEN" in finding.advice
    assert "glpat-wrong" not in str(finding)


def test_an_address_cannot_be_meant(house: House) -> None:
    [finding] = examined(house, gitlab_url="http://gitlab.example.com")

    assert "https://" in finding.advice


def test_a_token_that_can_only_read_and_ends_soon(house: House) -> None:
    house.world.tokens[0].scopes = ("read_api",)
    house.world.tokens[0].expires_on = (START + timedelta(days=7)).date()

    found = faults(house)

    assert any(one.startswith("GitLab token: It has read_api. It needs `api`. Make a new") for one in found)
    assert "GitLab token: It expires on 2026-01-12. Rotate it before." in found


def test_a_guest_and_a_stranger_need_a_role(house: House) -> None:
    house.demote(Role.GUEST)
    assert any("acme/platform: The bot's user is Guest there" in one for one in faults(house))

    house.demote(None)
    assert any("acme/platform: The bot's user is no member" in one for one in faults(house))


def test_a_project_that_is_not_there_or_renamed(house: House) -> None:
    house.gitlab.work.rename(house.project, "acme/core")

    found = faults(house, gitlab_project="acme/typo")

    assert any(one.startswith("GitLab project acme/typo: GitLab shows me no such thing") for one in found)
    assert any("It is called acme/core now." in one for one in found)


def test_nothing_says_where_issues_go(house: House) -> None:
    wanted = settings(gitlab_url=house.gitlab.base_url, gitlab_token=SecretStr(TOKEN))

    found = [one.advice for one in examine_tracker(wanted, Policy(), now=house.clock) if one.advice]

    assert len(found) == 2
    assert "GITLAB_GROUP is missing" in found[0]
    assert "GITLAB_PROJECT" in found[1]


@pytest.mark.parametrize(
    ("operation", "fault", "says"),
    [
        ("*", "401", "Renew GITLAB_TOKEN."),
        ("*", "403", "Make a new token with the scope `api`, and put it into GITLAB_TOKEN."),
        ("*", "404", "Check GITLAB_URL, also for a path that it needs."),
        ("*", "html", "Is GITLAB_URL right, and is there a login page?"),
        ("*", "429:30", "Wait a minute, then run doctor again."),
        ("*", "502_before_effect", "Check GITLAB_URL, the network and any proxy in between"),
        ("*", "drop_before_effect", "Check GITLAB_URL, the network and any proxy in between"),
        ("group.read", "404", "Check GITLAB_GROUP, or make the bot's user a member there."),
        ("project.read", "404", "Check GITLAB_PROJECT or the area's gitlab_project, or make"),
        ("project.read", "403", "Give the bot's user the role Planner"),
        ("token.read", "404", "It needs `api`: look at the page where it was made."),
    ],
)
def test_every_fault_says_what_to_do(house: House, operation: str, fault: str, says: str) -> None:
    house.gitlab.faults.stay(operation, fault)
    assert any(says in one for one in faults(house))


def test_a_hook_that_gitlab_does_not_call_any_more(house: House) -> None:
    house.project.members[house.bot.id] = Role.MAINTAINER
    hook = house.gitlab.hooks.add(house.project, "http://127.0.0.1:9/")
    hook.disabled_until = START + timedelta(minutes=5)

    assert any("has stopped calling it until 2026-01-05 09:05 UTC" in one for one in faults(house))
    hook.is_stopped, hook.disabled_until = True, None
    assert any("has stopped calling it for good" in one for one in faults(house))
