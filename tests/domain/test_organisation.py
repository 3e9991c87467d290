"""Roles by user, by group and by star; areas by key."""

import pytest

from domain.organisation import Area, Organisation
from domain.people import PersonKind, Role
from domain.words import Impact, Priority

ORGANISATION = Organisation(
    areas=(Area(key="auth", name="Auth & SSO"), Area(key="data", name="Data")),
    roles={
        Role.REQUESTER: frozenset({"*"}),
        Role.PM: frozenset({"U1", "S1"}),
        Role.ADMIN: frozenset({"U2"}),
        Role.GTM: frozenset(),
    },
)


@pytest.mark.parametrize(
    ("user_id", "groups", "roles"),
    [
        ("U9", [], {Role.REQUESTER}),
        ("U1", [], {Role.REQUESTER, Role.PM}),
        ("U9", ["S1"], {Role.REQUESTER, Role.PM}),
        ("U9", ["S2"], {Role.REQUESTER}),
        ("U2", ["S1", "S2"], {Role.REQUESTER, Role.PM, Role.ADMIN}),
    ],
)
def test_roles_of_an_actor(user_id: str, groups: list[str], roles: set[Role]) -> None:
    assert ORGANISATION.actor(user_id=user_id, kind=PersonKind.MEMBER, groups=groups).roles == roles


def test_knows_the_groups_whose_members_matter() -> None:
    assert ORGANISATION.groups == {"S1"}


def test_areas_by_key() -> None:
    assert ORGANISATION.area("auth") == Area(key="auth", name="Auth & SSO")
    assert ORGANISATION.area("gone") is None
    assert ORGANISATION.area(None) is None
    assert ORGANISATION.area_name("data") == "Data"
    assert ORGANISATION.area_name(None) == "No area yet"


def test_every_priority_states_its_test_and_every_impact_has_words() -> None:
    assert len({priority.test for priority in Priority}) == len(Priority)
    assert [priority.label for priority in Priority] == ["P0", "P1", "Nice to have"]
    assert len({impact.label for impact in Impact}) == len(Impact)
