"""Who is told what after a request was filed or withdrawn, each promise once, from the data of the moment."""

from dataclasses import fields
from datetime import timedelta

import pytest

from domain.amount import Amount
from domain.money import Money
from domain.people import PersonKind
from domain.words import GapState, Priority
from storage import messages
from storage.jobs import LostLease
from storage.messages import Posted
from tests.usecases.office import CHANNEL, DRI, NOW, OTHER_SELLER, SELLER, Office
from usecases.job_kinds import (
    ANNOUNCE_REQUEST,
    CONFIRM_REQUEST,
    REFRESH_CARD,
    REQUEST_FILED,
    REQUEST_WITHDRAWN,
    SETTLE_CONFIRMATION,
    RequestFiled,
    RequestWithdrawn,
)
from usecases.rank_gaps import Place
from usecases.tell_about_request import Dispute, PublicCard

DAY = timedelta(days=1)


@pytest.fixture
def filed(office: Office) -> int:
    return office.file(account_id=office.account("Acme"), area_key="auth").request_id


class TestFanOut:
    def test_promises_a_confirmation_and_an_announcement_in_their_lanes(self, office: Office, filed: int) -> None:
        office.use.tell.fan_out(office.attempt(REQUEST_FILED, RequestFiled(request_id=filed, channel_id="C1")))
        (confirm,), (announce,) = office.jobs(CONFIRM_REQUEST), office.jobs(ANNOUNCE_REQUEST)
        assert (confirm.key, confirm.lane) == (f"request:{filed}:confirm", f"person:{SELLER}")
        assert (announce.key, announce.lane) == (f"request:{filed}:announce", f"channel:{CHANNEL}")
        assert confirm.payload == announce.payload == {"request_id": filed, "channel_id": "C1"}

    def test_ends_its_own_job_in_the_same_transaction(self, office: Office, filed: int) -> None:
        office.use.tell.fan_out(office.attempt(REQUEST_FILED, RequestFiled(request_id=filed)))
        assert [job.state for job in office.jobs(REQUEST_FILED)] == ["open", "done"]

    def test_a_second_run_promises_nothing_more(self, office: Office, filed: int) -> None:
        for _ in range(2):
            office.use.tell.fan_out(office.attempt(REQUEST_FILED, RequestFiled(request_id=filed), number=2))
        assert len(office.jobs(CONFIRM_REQUEST)) == len(office.jobs(ANNOUNCE_REQUEST)) == 1

    def test_an_area_without_channel_is_not_announced(self, office: Office) -> None:
        for area in ("data", None):
            request = office.file(new_account=f"Nova {area}", area_key=area).request_id
            office.use.tell.fan_out(office.attempt(REQUEST_FILED, RequestFiled(request_id=request)))
        assert len(office.jobs(CONFIRM_REQUEST)) == 2
        assert office.jobs(ANNOUNCE_REQUEST) == []

    def test_a_worker_that_lost_the_job_promises_nothing(self, office: Office, filed: int) -> None:
        attempt = office.attempt(REQUEST_FILED, RequestFiled(request_id=filed))
        attempt.token = "another"
        with pytest.raises(LostLease):
            office.use.tell.fan_out(attempt)
        assert office.jobs(CONFIRM_REQUEST) == []

    def test_a_withdrawal_settles_the_confirmation_and_refreshes_the_card(self, office: Office, filed: int) -> None:
        withdrawn = RequestWithdrawn(request_id=filed, response_url="https://hooks.slack.com/x")
        office.use.tell.fan_out_withdrawal(office.attempt(REQUEST_WITHDRAWN, withdrawn))
        (settle,), (refresh,) = office.jobs(SETTLE_CONFIRMATION), office.jobs(REFRESH_CARD)
        assert (settle.lane, refresh.lane) == (f"person:{SELLER}", f"channel:{CHANNEL}")

    def test_a_request_that_is_not_there_ends_the_job(self, office: Office) -> None:
        office.use.tell.fan_out(office.attempt(REQUEST_FILED, RequestFiled(request_id=999)))
        office.use.tell.fan_out_withdrawal(office.attempt(REQUEST_WITHDRAWN, RequestWithdrawn(request_id=999)))
        assert [job.state for job in office.jobs(REQUEST_FILED) + office.jobs(REQUEST_WITHDRAWN)] == ["done", "done"]
        assert office.use.tell.confirmation(999) is None
        assert office.use.tell.announcement(999) is None


class TestConfirmation:
    def test_says_where_it_landed_and_how_the_gap_moved(self, office: Office) -> None:
        first = office.file(account_id=office.account("Big", arr_minor=500_000_00), title="Audit log")
        gap_id = office.gap()
        office.file(account_id=office.account("Small", arr_minor=1_000_00), join_gap_id=gap_id)
        filed = office.file(account_id=office.account("Giant", arr_minor=9_000_000_00), join_gap_id=gap_id)
        told = office.use.tell.confirmation(filed.request_id)
        assert told is not None
        assert (told.account, told.account_is_verified, told.opened_gap) == ("Giant", True, False)
        standing = office.use.tell.standing(told.gap_id, since_request=told.request_id)
        assert standing == Place(rank=1, of=2, before=2)
        opened = office.use.tell.confirmation(first.request_id)
        assert opened is not None
        assert opened.opened_gap

    @pytest.mark.parametrize(("typed", "differs"), [("", False), ("$100k", False), ("$300k", True), ("91k €", False)])
    def test_says_that_the_crm_knows_another_arr(self, office: Office, typed: str, differs: bool) -> None:
        request_id = office.file(account_id=office.account(), arr=typed).request_id
        told = office.use.tell.confirmation(request_id)
        assert told is not None
        known = Dispute(
            typed=Amount(Money(300_000_00, "USD")), known=Amount(Money(100_000_00, "USD")), known_as_of=NOW - DAY
        )
        assert told.dispute == (known if differs else None)

    def test_after_a_withdrawal_there_is_no_place(self, office: Office, filed: int) -> None:
        office.use.change_request.withdraw(filed, by=SELLER, response_url=None)
        told = office.use.tell.confirmation(filed)
        assert told is not None
        assert told.is_withdrawn
        assert office.use.tell.standing(told.gap_id, since_request=filed) is None

    @pytest.mark.parametrize("kind", [PersonKind.DEACTIVATED, PersonKind.GUEST, PersonKind.EXTERNAL])
    def test_nobody_is_told_who_is_no_member_any_more(self, office: Office, filed: int, kind: PersonKind) -> None:
        office.person(SELLER, kind)
        assert office.use.tell.confirmation(filed) is None


class TestAnnouncement:
    def test_counts_accounts_and_p0s_once(self, office: Office, filed: int) -> None:
        gap_id = office.request(filed).gap_id
        globex = office.account("Globex")
        for _ in range(2):
            last = office.file(account_id=globex, join_gap_id=gap_id, priority="P0", by=OTHER_SELLER)
        told = office.use.tell.announcement(last.request_id)
        assert told is not None
        assert told.card == PublicCard(
            gap_id=gap_id,
            title="SCIM provisioning",
            area="Auth & SSO",
            dri_id=DRI,
            state=GapState.NEW,
            accounts=2,
            p0_accounts=1,
        )
        assert office.use.tell.standing(gap_id) == Place(rank=1, of=1, before=None)
        assert (told.channel_id, told.priority, told.opened_gap) == (CHANNEL, Priority.P0, False)

    def test_its_card_has_no_field_that_could_hold_customer_data(self) -> None:
        assert {field.name for field in fields(PublicCard)} == {
            *("gap_id", "title", "area", "dri_id", "state", "accounts", "p0_accounts")
        }

    def test_there_is_none_for_an_area_without_channel(self, office: Office) -> None:
        filed = office.file(account_id=office.account(), area_key="data")
        assert office.use.tell.announcement(filed.request_id) is None

    def test_without_live_requests_it_has_no_place(self, office: Office, filed: int) -> None:
        office.use.change_request.withdraw(filed, by=SELLER, response_url=None)
        told = office.use.tell.announcement(filed)
        assert told is not None
        assert (told.card.accounts, told.is_withdrawn) == (0, True)
        assert office.use.tell.standing(told.card.gap_id) is None


def test_knows_where_a_message_is(office: Office) -> None:
    assert office.use.tell.posted("gap:1:card") is None
    for ts in ("1.0", "2.0"):
        with office.database.write() as session:
            messages.remember(session, "gap:1:card", Posted(channel_id="C1", ts=ts), at=NOW)
    assert office.use.tell.posted("gap:1:card") == Posted(channel_id="C1", ts="2.0")
