"""Correcting and withdrawing: by whom, once, and whoever was overtaken is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidInput, NotAllowed, NotFound, Overtaken, Refusal
from domain.money import Money
from domain.people import PersonKind
from domain.words import Priority
from tests.usecases.office import ADMIN, GUEST, NOW, OTHER_SELLER, PM, SELLER, Office, in_days
from usecases.change_request import StoredRequest
from usecases.job_kinds import REQUEST_WITHDRAWN
from usecases.request_fields import RequestFields


@pytest.fixture
def filed(office: Office) -> int:
    acme = office.account("Acme")
    return office.file(account_id=acme, arr="250k", needed_by=in_days(10).isoformat()).request_id


def corrected(
    office: Office, request_id: int, *, by: str = SELLER, version: int = 1, key: str = "k1", **to: Any
) -> None:
    values = {"title": "SCIM provisioning", "priority": "P1", "impact": "risks_churn", "arr": "250k"} | to
    office.use.change_request.correct(
        request_id, expected_version=version, fields=RequestFields(**values), key=key, by=by
    )


def withdraw(office: Office, request_id: int, *, by: str = SELLER) -> None:
    office.use.change_request.withdraw(request_id, by=by, response_url="https://hooks.slack.com/actions/1")


class TestOpening:
    def test_shows_what_is_stored(self, office: Office, filed: int) -> None:
        shown = office.use.change_request.open(filed, by=SELLER)
        stored = office.request(filed)
        assert shown == StoredRequest(
            request_id=filed,
            version=1,
            gap_id=stored.gap_id,
            gap_title="SCIM provisioning",
            account_id=stored.account_id,
            account="Acme",
            title="SCIM provisioning",
            use_case=None,
            workaround=None,
            priority=Priority.P1,
            impact=stored.impact,
            arr=Money(250_000_00, "USD"),
            arr_crm=Money(100_000_00, "USD"),
            needed_by=in_days(10),
            opportunity_id=None,
            opportunities=(),
            is_withdrawn=False,
            requester_id=SELLER,
            channel_id="CGENERAL",
        )

    def test_offers_the_accounts_open_deals_soonest_first(self, office: Office, filed: int) -> None:
        acme = office.request(filed).account_id
        later = office.opportunity(acme, name="Later", close_date=in_days(90))
        never = office.opportunity(acme, name="Whenever", close_date=None)
        soon = office.opportunity(
            acme, name="Soon", close_date=in_days(5), amount_minor=50_000_00, amount_currency="EUR"
        )
        office.opportunity(acme, name="Won", stage="won")
        shown = office.use.change_request.open(filed, by=SELLER).opportunities
        assert [one.opportunity_id for one in shown] == [soon, later, never]
        assert shown[0].line == "Soon · renewal · €50k · closes 7 Nov 2026"


class TestWhoMay:
    @pytest.mark.parametrize("by", [SELLER, PM, ADMIN])
    def test_the_requester_pms_and_admins(self, office: Office, filed: int, by: str) -> None:
        office.use.change_request.open(filed, by=by)
        corrected(office, filed, by=by, title="Better")
        withdraw(office, filed, by=by)
        assert office.request(filed).withdrawn_at == NOW

    @pytest.mark.parametrize("by", [OTHER_SELLER, GUEST, "USTRANGER"])
    def test_nobody_else(self, office: Office, filed: int, by: str) -> None:
        before = office.counts()
        acts: list[Callable[[], object]] = [
            lambda: office.use.change_request.open(filed, by=by),
            lambda: corrected(office, filed, by=by),
            lambda: withdraw(office, filed, by=by),
        ]
        for act in acts:
            with pytest.raises(NotAllowed):
                act()
        assert office.counts() == before
        assert office.request(filed).version == 1

    def test_what_does_not_exist_is_refused_in_the_same_words_as_what_is_forbidden(
        self, office: Office, filed: int
    ) -> None:
        sentences = set()
        for request_id, by in ((filed, OTHER_SELLER), (10**9, OTHER_SELLER), (10**9, PM)):
            with pytest.raises((NotAllowed, NotFound)) as refused:
                office.use.change_request.open(request_id, by=by)
            sentences.add(str(refused.value))
        assert len(sentences) == 1

    def test_whoever_lost_the_role_meanwhile_may_not(self, office: Office, filed: int) -> None:
        office.person(SELLER, PersonKind.DEACTIVATED)
        with pytest.raises(NotAllowed):
            withdraw(office, filed)


class TestCorrecting:
    def test_changes_what_was_changed_and_tells_the_history(self, office: Office, filed: int) -> None:
        office.clock.move(hours=1)
        corrected(office, filed, title="SCIM for groups", priority="P0", arr="", needed_by=in_days(20).isoformat())
        request = office.request(filed)
        assert (request.title, request.priority, request.arr_typed) == ("SCIM for groups", Priority.P0, None)
        assert (request.version, request.updated_at, request.last_confirmed_at) == (2, office.clock(), office.clock())
        assert request.created_at == NOW
        row = office.audit(f"request:{filed}")[-1]
        assert (row.action, row.actor_id) == ("request.corrected", SELLER)
        assert row.before == {
            "title": "SCIM provisioning",
            "priority": "P1",
            "arr_typed_minor": 250_000_00,
            "arr_typed_currency": "USD",
            "needed_by": in_days(10).isoformat(),
        }
        assert row.after == {
            "title": "SCIM for groups",
            "priority": "P0",
            "arr_typed_minor": None,
            "arr_typed_currency": None,
            "needed_by": in_days(20).isoformat(),
        }

    def test_the_gap_keeps_its_title(self, office: Office, filed: int) -> None:
        corrected(office, filed, title="Something else")
        assert office.use.change_request.open(filed, by=SELLER).gap_title == "SCIM provisioning"

    def test_the_same_key_twice_is_one_correction(self, office: Office, filed: int) -> None:
        corrected(office, filed, title="Better")
        corrected(office, filed, title="Better")
        assert office.request(filed).version == 2
        assert [row.action for row in office.audit(f"request:{filed}")] == ["request.filed", "request.corrected"]

    def test_whoever_opened_an_older_version_is_told(self, office: Office, filed: int) -> None:
        corrected(office, filed, title="First", key="k1")
        with pytest.raises(Overtaken, match="open it again"):
            corrected(office, filed, title="Second", key="k2", by=PM)
        assert office.request(filed).title == "First"

    def test_a_fault_leaves_everything_and_the_form_may_come_again(self, office: Office, filed: int) -> None:
        before = office.counts()
        with pytest.raises(InvalidInput):
            corrected(office, filed, title="")
        assert office.counts() == before
        corrected(office, filed, title="Better")
        assert office.request(filed).title == "Better"

    def test_an_opportunity_of_another_account_is_refused(self, office: Office, filed: int) -> None:
        others = office.opportunity(office.account("Globex"))
        with pytest.raises(InvalidInput) as refused:
            corrected(office, filed, opportunity_id=others)
        assert set(refused.value.fields) == {"opportunity"}

    def test_a_date_that_was_fine_when_filed_stays_fine(self, office: Office, filed: int) -> None:
        office.clock.move(days=30)
        corrected(office, filed, needed_by=in_days(10).isoformat())
        with pytest.raises(InvalidInput):
            corrected(office, filed, needed_by=in_days(9).isoformat(), version=2, key="k2")

    def test_a_withdrawn_request_cannot_be_corrected(self, office: Office, filed: int) -> None:
        withdraw(office, filed)
        with pytest.raises(Overtaken):
            corrected(office, filed, version=2)

    def test_a_link_is_kept_with_the_gap(self, office: Office, filed: int) -> None:
        corrected(office, filed, gitlab_url="https://gitlab.example.com/a/b/-/issues/1")
        assert office.counts()["link"] == 1


class TestWithdrawing:
    def test_keeps_the_row_the_history_and_the_promise(self, office: Office, filed: int) -> None:
        withdraw(office, filed)
        request = office.request(filed)
        assert (request.withdrawn_at, request.version) == (NOW, 2)
        assert office.audit(f"request:{filed}")[-1].action == "request.withdrawn"
        (job,) = office.jobs(REQUEST_WITHDRAWN)
        assert job.payload == {"request_id": filed, "response_url": "https://hooks.slack.com/actions/1"}

    def test_a_second_click_is_told_so_and_changes_nothing(self, office: Office, filed: int) -> None:
        withdraw(office, filed)
        before = office.counts()
        with pytest.raises(Overtaken, match="withdrawn already"):
            withdraw(office, filed)
        assert office.counts() == before


class TestAtTheSameMoment:
    def race(self, *acts: Callable[[], object]) -> list[str]:
        """Start all at once; return how each ended."""
        start, ended = threading.Barrier(len(acts)), []

        def run(act: Callable[[], object]) -> None:
            start.wait()
            try:
                act()
                ended.append("won")
            except Refusal as refusal:
                ended.append(type(refusal).__name__)

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(ended)

    def test_two_withdrawals_one_wins(self, office: Office, filed: int) -> None:
        assert self.race(lambda: withdraw(office, filed), lambda: withdraw(office, filed, by=PM)) == [
            "Overtaken",
            "won",
        ]
        assert len(office.jobs(REQUEST_WITHDRAWN)) == 1
        assert [row.action for row in office.audit(f"request:{filed}")].count("request.withdrawn") == 1

    def test_two_corrections_one_wins(self, office: Office, filed: int) -> None:
        ended = self.race(
            *(lambda n=n: corrected(office, filed, title=f"Version {n}", key=f"k{n}") for n in range(6))  # type: ignore[misc]
        )
        assert ended == ["Overtaken"] * 5 + ["won"]
        assert office.request(filed).version == 2
        assert [row.action for row in office.audit(f"request:{filed}")] == ["request.filed", "request.corrected"]

    def test_correction_against_withdrawal_one_wins(self, office: Office, filed: int) -> None:
        ended = self.race(lambda: withdraw(office, filed), lambda: corrected(office, filed, title="Better"))
        assert ended.count("won") >= 1
        request = office.request(filed)
        assert request.version == 1 + ended.count("won")
        # The correction can only win if it came first: a withdrawn request is never changed.
        assert request.withdrawn_at is not None or ended == ["Overtaken", "won"]
