"""What is said after a request was filed: where, to whom, and what happens when people tidy up after us."""

import pytest

from bot import clock
from bot.app import web_client
from handlers.feature_request.announcements import Announcements
from handlers.messenger import Messenger
from handlers.response_url import ResponseUrl
from sandbox.slack.server import SlackServer
from storage.database import Database
from tests.usecases.office import SELLER, Office
from usecases.job_kinds import ANNOUNCE_REQUEST, CONFIRM_REQUEST, REFRESH_CARD, RequestFiled

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


@pytest.fixture
def announcements(office: Office, slack: SlackServer) -> Announcements:
    client = web_client(token="xoxb-sandbox", base_url=slack.api_url, timeout=5)
    messenger = Messenger(client=client, database=office.database, now=clock.now)
    return Announcements(tell=office.use.tell, messenger=messenger, response_url=ResponseUrl(hosts=frozenset()))


def announce(announcements: Announcements, office: Office, request_id: int, *, number: int = 1) -> None:
    announcements.announce(office.attempt(ANNOUNCE_REQUEST, RequestFiled(request_id=request_id), number=number))


def in_auth(slack: SlackServer) -> list[str]:
    return [
        message.text for message in slack.as_user("pam").messages("auth") if message.text.startswith(("GAP-", "One"))
    ]


def filed(office: Office, account: str, *, gap_id: int | None = None) -> int:
    account_id = office.account(account)
    return office.file(account_id=account_id, area_key="auth", join_gap_id=gap_id, channel_id="CGENERAL").request_id


class TestTheAreasChannel:
    def test_a_new_gap_is_a_card_that_mentions_the_dri_and_no_customer(
        self, announcements: Announcements, office: Office, slack: SlackServer
    ) -> None:
        announce(announcements, office, filed(office, "Acme"))
        (call,) = slack.records.of("chat.postMessage")
        assert "<@UDRI>" in str(call["body"]["blocks"])
        assert "Acme" not in str(call["body"])
        assert "100" not in str(call["body"]["blocks"])

    def test_one_more_updates_the_card_and_speaks_in_its_thread(
        self, announcements: Announcements, office: Office, slack: SlackServer
    ) -> None:
        first = filed(office, "Acme")
        announce(announcements, office, first)
        announce(announcements, office, filed(office, "Globex", gap_id=office.request(first).gap_id))
        assert len(slack.records.of("chat.update")) == 1
        card, line = slack.records.of("chat.postMessage")
        assert line["body"]["thread_ts"] == card["answer"]["ts"]

    def test_a_card_that_somebody_deleted_is_posted_afresh_once(
        self, announcements: Announcements, office: Office, slack: SlackServer
    ) -> None:
        first = filed(office, "Acme")
        announce(announcements, office, first)
        channel = slack.world.channel("auth")
        slack.messages.delete(channel, channel.messages[-1])
        second = filed(office, "Globex", gap_id=office.request(first).gap_id)
        slack.faults.script("chat.postMessage", "error_after_effect")
        with pytest.raises(Exception, match="internal_error"):
            announce(announcements, office, second)
        announce(announcements, office, second, number=2)
        assert len(in_auth(slack)) == 1
        announcements.refresh_card(office.attempt(REFRESH_CARD, RequestFiled(request_id=first)))
        assert slack.records.of("chat.update")[-1]["answer"]["ok"]

    def test_a_withdrawn_request_is_not_announced(
        self, announcements: Announcements, office: Office, slack: SlackServer
    ) -> None:
        request_id = filed(office, "Acme")
        office.use.change_request.withdraw(request_id, by=SELLER, response_url=None)
        announce(announcements, office, request_id)
        assert slack.records.of("chat.postMessage") == []


class TestTheRequester:
    def confirm(self, announcements: Announcements, office: Office, channel_id: str | None) -> None:
        filed_from = RequestFiled(request_id=filed(office, "Acme"), channel_id=channel_id)
        announcements.confirm(office.attempt(CONFIRM_REQUEST, filed_from))

    def test_is_told_where_they_filed_it_and_nobody_else_is(
        self, announcements: Announcements, office: Office, slack: SlackServer
    ) -> None:
        self.confirm(announcements, office, "CGENERAL")
        assert "Your request is filed" in slack.as_user("sal").last_message("general").text
        assert not any("filed" in message.text for message in slack.as_user("pam").messages("general"))

    @pytest.mark.parametrize("channel_id", [None, "D0DIRECT", "CNOTHERE"])
    def test_is_told_directly_where_that_cannot_be(
        self, announcements: Announcements, office: Office, slack: SlackServer, channel_id: str | None
    ) -> None:
        self.confirm(announcements, office, channel_id)
        told = slack.as_user("sal").last_message("app")
        assert "Your request is filed" in told.text
        assert "Acme" not in told.text, "previews show the text"
        assert "Acme" in str(told.blocks)
