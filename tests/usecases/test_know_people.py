"""Who acts, with which rights: roles by user, by group and by star, and what Slack last said of them."""

from datetime import timedelta

import pytest

from bot.policy_file import Policy
from domain.errors import NotAllowed
from domain.people import PersonKind, Role
from domain.policy import Action
from storage.database import Database
from tests.usecases.office import ADMIN, NOW, PM, SELLER, HandClock, Office
from usecases.know_people import KnowPeople, SlackProfile


def profile(user_id: str, *, name: str = "Ann", kind: PersonKind = PersonKind.MEMBER) -> SlackProfile:
    return SlackProfile(id=user_id, team_id="T1", name=name, kind=kind, time_zone="Europe/Berlin")


def roles(office: Office, user_id: str) -> frozenset[Role]:
    return office.reading(lambda session: office.use.people.actor(session, user_id).roles)  # type: ignore[no-any-return]


def kind(office: Office, user_id: str) -> PersonKind:
    return office.reading(lambda session: office.use.people.actor(session, user_id).kind)  # type: ignore[no-any-return]


def test_everybody_is_a_requester_and_some_are_more(office: Office) -> None:
    assert roles(office, SELLER) == {Role.REQUESTER}
    assert roles(office, PM) == {Role.REQUESTER, Role.PM}
    assert roles(office, ADMIN) == {Role.REQUESTER, Role.ADMIN}


def test_a_group_gives_its_members_a_role_while_they_are_in_it(office: Office) -> None:
    people = office.use.people
    people.remember_group("SPMS", [SELLER, SELLER, "UOTHER"])
    assert roles(office, SELLER) == {Role.REQUESTER, Role.PM}
    people.remember_group("SPMS", ["UOTHER"])
    assert roles(office, SELLER) == {Role.REQUESTER}
    assert Role.PM in roles(office, "UOTHER")
    people.remember_group("SPMS", [])
    assert Role.PM not in roles(office, "UOTHER")


def test_a_group_without_a_role_gives_nothing(office: Office) -> None:
    office.use.people.remember_group("SOTHERS", [SELLER])
    assert roles(office, SELLER) == {Role.REQUESTER}


def test_without_a_star_only_those_named_may_file(database: Database) -> None:
    office = Office(database, policy=Policy.model_validate({"roles": {"requester": [SELLER]}}))
    acme = office.account()
    office.file(account_id=acme)
    with pytest.raises(NotAllowed):
        office.file(account_id=acme, by=PM)


def test_somebody_slack_never_mentioned_is_unknown_and_may_nothing(office: Office) -> None:
    assert kind(office, "UNEW") is PersonKind.UNKNOWN
    with pytest.raises(NotAllowed, match="asking Slack who you are"):
        office.reading(lambda session: office.use.people.authorised(session, "UNEW", Action.SEE_RANKING))


@pytest.mark.parametrize("now", [one for one in PersonKind if one is not PersonKind.UNKNOWN])
def test_what_slack_says_last_counts(office: Office, now: PersonKind) -> None:
    office.use.people.remember([profile("UNEW")])
    office.use.people.remember([profile("UNEW", kind=now, name="Renamed")])
    assert kind(office, "UNEW") is now


def test_stale_means_that_slack_was_not_asked_for_long(database: Database) -> None:
    clock = HandClock()
    people = KnowPeople(database=database, organisation=Policy().organisation(), now=clock)
    assert people.is_stale(after=timedelta(minutes=10))
    people.remember([profile("U1")])
    assert not people.is_stale(after=timedelta(minutes=10))
    clock.move(minutes=11)
    assert people.is_stale(after=timedelta(minutes=10))
    assert clock.time > NOW
