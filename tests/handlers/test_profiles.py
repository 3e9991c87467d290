"""What Slack says of people, in our words: who is not said to be a full member of the home team is not one."""

from typing import Any

import pytest

from bot.app import web_client
from domain.people import PersonKind
from handlers.people.profiles import Profiles, profile
from sandbox.slack.server import SlackServer
from storage import people
from storage.database import Database
from storage.jobs import RetryLater
from tests.usecases.office import Office
from usecases.job_kinds import LOOK_AT_EVERYBODY, LOOK_AT_PEOPLE, LookAtPeople, SlotCame


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        ({}, PersonKind.MEMBER),
        ({"is_admin": True}, PersonKind.MEMBER),
        ({"is_restricted": True}, PersonKind.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, PersonKind.GUEST),
        ({"is_bot": True}, PersonKind.BOT),
        ({"id": "USLACKBOT"}, PersonKind.BOT),
        ({"is_stranger": True}, PersonKind.EXTERNAL),
        ({"team_id": "TOTHER"}, PersonKind.EXTERNAL),
        ({"team_id": None}, PersonKind.EXTERNAL),
        ({"deleted": True}, PersonKind.DEACTIVATED),
        ({"deleted": True, "is_bot": True}, PersonKind.DEACTIVATED),
        ({"team_id": "TOTHER", "is_restricted": True}, PersonKind.EXTERNAL),
    ],
)
def test_kinds(user: dict[str, Any], kind: PersonKind) -> None:
    assert profile({"id": "U1", "team_id": "T1"} | user, home_team="T1").kind is kind


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"display_name": "Ann"}, "real_name": "Ann Miller"}, "Ann"),
        ({"profile": {"display_name": ""}, "real_name": "Ann Miller"}, "Ann Miller"),
        ({"name": "ann"}, "ann"),
        ({}, "U1"),
        ({"real_name": "A\x00nn\n\u202e" + "x" * 200}, "Ann" + " " + "x" * 116),
    ],
)
def test_names(user: dict[str, Any], name: str) -> None:
    assert profile({"id": "U1", "team_id": "T1"} | user, home_team="T1").name == name


class TestLooking:
    @pytest.fixture
    def profiles(self, slack: SlackServer, database: Database) -> Profiles:
        self.office = Office(database)
        client = web_client(token="xoxb-sandbox", base_url=slack.api_url, timeout=5)
        return Profiles(client=client, people=self.office.use.people, home_team=slack.world.team_id)

    def kind(self, user_id: str) -> PersonKind:
        return self.office.reading(lambda session: people.kind_of(session, user_id))  # type: ignore[no-any-return]

    def test_at_one_who_came(self, profiles: Profiles, slack: SlackServer) -> None:
        slack.world.add_user("new", user_id="UNEW")
        profiles.look_at(self.office.attempt(LOOK_AT_PEOPLE, LookAtPeople(user_id="UNEW")))
        assert self.kind("UNEW") is PersonKind.MEMBER

    def test_at_nobody(self, profiles: Profiles) -> None:
        profiles.look_at(self.office.attempt(LOOK_AT_PEOPLE, LookAtPeople(user_id="UGONE")))
        assert self.kind("UGONE") is PersonKind.UNKNOWN

    def test_at_everybody_over_several_pages(self, profiles: Profiles, slack: SlackServer) -> None:
        for number in range(250):
            slack.world.add_user(f"user{number}", user_id=f"UMANY{number}")
        slack.world.add_user_group("pms", members=[slack.world.user("sal")], group_id="SPMS")
        profiles.look_at_everybody(self.office.attempt(LOOK_AT_EVERYBODY, SlotCame()))
        assert all(self.kind(f"UMANY{number}") is PersonKind.MEMBER for number in (0, 199, 249))
        assert self.kind("UGUEST") is PersonKind.GUEST
        assert self.office.reading(lambda session: people.groups_of(session, "USELLER")) == {"SPMS"}

    def test_too_fast_is_later(self, profiles: Profiles, slack: SlackServer) -> None:
        for method, look in (
            ("users.info", lambda: profiles.look_at(self.office.attempt(LOOK_AT_PEOPLE, LookAtPeople(user_id="U1")))),
            ("users.list", lambda: profiles.look_at_everybody(self.office.attempt(LOOK_AT_EVERYBODY, SlotCame()))),
            (
                "usergroups.users.list",
                lambda: profiles.look_at_everybody(self.office.attempt(LOOK_AT_EVERYBODY, SlotCame())),
            ),
        ):
            slack.faults.script(method, "429:9")
            with pytest.raises(RetryLater) as later:
                look()
            assert later.value.seconds == 9.0
