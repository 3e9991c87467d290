"""Filing: what is stored, what is refused, and that it is all or nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from domain.errors import InvalidInput, NotAllowed
from domain.money import Money
from domain.people import PersonKind
from domain.policy import Stranger
from domain.words import AccountKind, GapState, Impact, OpportunityStage, Priority
from storage.models import Account, Gap, Link
from tests.usecases.office import ADMIN, DRI, GUEST, NOW, OTHER_SELLER, SELLER, Office, in_days
from usecases import file_request
from usecases.file_request import Filed, TooManyRequests
from usecases.job_kinds import REQUEST_FILED

STORED = {"request", "gap", "audit", "job", "inbox"}


def grown(office: Office, act: Callable[[], object]) -> dict[str, int]:
    """How many rows each table gained."""
    before = office.counts()
    act()
    return {name: count - before[name] for name, count in office.counts().items() if count != before[name]}


class TestANewGap:
    def test_stores_everything_that_was_said(self, office: Office) -> None:
        acme = office.account("Acme", arr_minor=240_000_00, arr_currency="EUR", kind=AccountKind.CUSTOMER)
        deal = office.opportunity(acme)

        filed = office.file(
            account_id=acme,
            title="  SCIM \n for groups ",
            use_case="They have 4,000 people.\r\nBy hand.",
            priority="P0",
            impact="blocks_new_deal",
            arr="€1.2m",
            needed_by=in_days(30).isoformat(),
            opportunity_id=deal,
            area_key="auth",
        )

        request = office.request(filed.request_id)
        assert request.title == "SCIM for groups"
        assert request.use_case == "They have 4,000 people.\nBy hand."
        assert request.workaround is None
        assert (request.priority, request.impact) == (Priority.P0, Impact.BLOCKS_NEW_DEAL)
        assert request.arr_typed == Money(1_200_000_00, "EUR")
        assert request.arr_crm == Money(240_000_00, "EUR")
        assert request.arr_crm_as_of == NOW - timedelta(days=1)
        assert request.account_kind_then is AccountKind.CUSTOMER
        assert request.needed_by == in_days(30)
        assert request.opportunity_id == deal
        assert (request.requester_id, request.source, request.source_channel_id) == (SELLER, "command", "CGENERAL")
        assert request.created_at == request.updated_at == request.last_confirmed_at == NOW
        assert (request.version, request.withdrawn_at) == (1, None)

    def test_keeps_the_deal_as_it_was_when_asked(self, office: Office) -> None:
        acme = office.account(kind=AccountKind.PROSPECT)
        deal = office.opportunity(
            acme, stage=OpportunityStage.LOST, stage_name="Closed Lost", amount_minor=90_000_00, amount_currency="EUR"
        )
        request = office.request(office.file(account_id=acme, opportunity_id=deal).request_id)
        assert request.account_kind_then is AccountKind.PROSPECT
        assert (request.deal_stage_then, request.deal_stage_name_then) == (OpportunityStage.LOST, "Closed Lost")
        assert request.deal_amount_then == Money(90_000_00, "EUR")

    def test_without_a_deal_there_is_nothing_to_keep_of_one(self, office: Office) -> None:
        request = office.request(office.file(account_id=office.account()).request_id)
        assert (request.deal_stage_then, request.deal_amount_then) == (None, None)

    def test_opens_a_gap_in_the_area_of_its_dri(self, office: Office) -> None:
        filed = office.file(account_id=office.account(), area_key="auth")
        gap = office.reading(lambda session: session.get(Gap, office.request(filed.request_id).gap_id))
        assert (gap.title, gap.area_key, gap.dri_id, gap.state) == ("SCIM provisioning", "auth", DRI, GapState.NEW)
        assert (gap.created_by, gap.created_at, gap.version) == (SELLER, NOW, 1)

    def test_an_area_that_does_not_exist_is_no_area(self, office: Office) -> None:
        filed = office.file(account_id=office.account(), area_key="gone")
        gap = office.reading(lambda session: session.get(Gap, office.request(filed.request_id).gap_id))
        assert (gap.area_key, gap.dri_id) == (None, None)

    def test_leaves_one_row_of_each_kind_behind(self, office: Office) -> None:
        acme = office.account()
        assert grown(office, lambda: office.file(account_id=acme)) == {
            "request": 1,
            "gap": 1,
            "inbox": 1,
            "job": 1,
            "audit": 2,
        }

    def test_the_audit_tells_who_did_what_when(self, office: Office) -> None:
        filed = office.file(account_id=office.account())
        gap_id = office.request(filed.request_id).gap_id
        opened, told = office.audit()
        assert (opened.action, opened.subject, opened.actor_id, opened.at) == (
            "gap.opened",
            f"gap:{gap_id}",
            SELLER,
            NOW,
        )
        assert (told.action, told.subject) == ("request.filed", f"request:{filed.request_id}")
        assert told.after == {
            "gap": f"GAP-{gap_id}",
            "account": office.request(filed.request_id).account_id,
            "priority": "P1",
        }

    def test_the_job_is_due_at_once_and_holds_ids_only(self, office: Office) -> None:
        filed = office.file(account_id=office.account())
        (job,) = office.jobs(REQUEST_FILED)
        assert job.payload == {"request_id": filed.request_id, "channel_id": "CGENERAL"}
        assert (job.state, job.attempts, job.due_at) == ("open", 0, NOW)

    def test_refuses_a_title_that_names_the_customer(self, office: Office) -> None:
        acme = office.account("Müller & Söhne GmbH")
        with pytest.raises(InvalidInput) as refused:
            office.file(account_id=acme, title="SSO for Muller & Sohne")
        assert set(refused.value.fields) == {"title"}
        assert "Müller" not in refused.value.sentence

    def test_a_gap_that_is_joined_may_have_a_request_that_names_the_customer(self, office: Office) -> None:
        acme, gap_id = office.account("Acme"), office.gap()
        filed = office.file(account_id=acme, title="What Acme needs", join_gap_id=gap_id)
        assert office.request(filed.request_id).title == "What Acme needs"


class TestJoining:
    def test_the_request_joins_and_no_gap_is_opened(self, office: Office) -> None:
        acme, gap_id = office.account(), office.gap()
        assert grown(office, lambda: office.file(account_id=acme, join_gap_id=gap_id)) == {
            "request": 1,
            "inbox": 1,
            "job": 1,
            "audit": 1,
        }

    def test_a_merged_gap_leads_to_the_one_that_lives(self, office: Office) -> None:
        living = office.gap()
        merged = office.gap(state=GapState.DUPLICATE, merged_into_id=living)
        twice = office.gap(state=GapState.DUPLICATE, merged_into_id=merged)
        filed = office.file(account_id=office.account(), join_gap_id=twice)
        assert office.request(filed.request_id).gap_id == living

    @pytest.mark.parametrize("state", [GapState.SHIPPED, GapState.DECLINED, GapState.TRANSFERRED, GapState.DUPLICATE])
    def test_a_closed_gap_cannot_be_joined(self, office: Office, state: GapState) -> None:
        acme, gap_id = office.account(), office.gap(state=state)
        with pytest.raises(InvalidInput) as refused:
            office.file(account_id=acme, join_gap_id=gap_id)
        assert refused.value.fields == {
            "similar": f"GAP-{gap_id} is closed by now. Choose another one, or file a new gap."
        }

    def test_a_gap_merged_into_a_shipped_one_cannot_be_joined(self, office: Office) -> None:
        shipped = office.gap(state=GapState.SHIPPED)
        merged = office.gap(state=GapState.DUPLICATE, merged_into_id=shipped)
        acme = office.account()
        with pytest.raises(InvalidInput):
            office.file(account_id=acme, join_gap_id=merged)

    def test_a_gap_that_never_was_cannot_be_joined(self, office: Office) -> None:
        acme = office.account()
        with pytest.raises(InvalidInput):
            office.file(account_id=acme, join_gap_id=10**17)


class TestTheAccount:
    def test_a_typed_one_is_added_unverified(self, office: Office) -> None:
        filed = office.file(new_account="  Nova\tCorp ")
        account = office.reading(lambda session: session.get(Account, office.request(filed.request_id).account_id))
        assert (account.name, account.is_verified, account.kind) == ("Nova Corp", False, AccountKind.PROSPECT)
        assert (account.created_by, account.arr) == (SELLER, None)

    def test_the_same_name_typed_twice_is_one_account(self, office: Office) -> None:
        first = office.request(office.file(new_account="Nova Corp").request_id)
        second = office.request(office.file(new_account="NOVA, corp!").request_id)
        assert first.account_id == second.account_id

    def test_two_people_typing_the_same_name_at_once_get_one_account(self, office: Office) -> None:
        start = threading.Barrier(4)
        filed: list[Filed] = []

        def file(number: int) -> None:
            submission = office.submission(new_account="Nova", title=f"Gap number {number}")
            start.wait()
            filed.append(office.use.file_request(submission))

        threads = [threading.Thread(target=file, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(filed) == 4
        assert len({office.request(one.request_id).account_id for one in filed}) == 1

    @pytest.mark.parametrize("name", ["ß" * 255, "ﷺ" * 100, "x" * 5000, "é" * 300])
    def test_a_long_name_is_cut_and_found_again(self, office: Office, name: str) -> None:
        first, second = office.file(new_account=name), office.file(new_account=name)
        assert office.request(first.request_id).account_id == office.request(second.request_id).account_id

    @pytest.mark.parametrize("name", [None, "", "   ", "\x00", "—", "\u202e\u2066"])
    def test_none_at_all_is_a_fault_of_the_field(self, office: Office, name: str | None) -> None:
        with pytest.raises(InvalidInput) as refused:
            office.file(new_account=name)
        assert set(refused.value.fields) == {"account"}

    def test_one_that_is_not_there_any_more_is_a_fault_of_the_field(self, office: Office) -> None:
        with pytest.raises(InvalidInput) as refused:
            office.file(account_id=10**17)
        assert set(refused.value.fields) == {"account"}

    def test_its_currency_counts_for_an_amount_that_names_none(self, office: Office) -> None:
        acme = office.account(arr_currency="EUR")
        filed = office.file(account_id=acme, arr="250k")
        assert office.request(filed.request_id).arr_typed == Money(250_000_00, "EUR")

    def test_without_one_the_reporting_currency_counts(self, office: Office) -> None:
        filed = office.file(new_account="Nova", arr="250k")
        assert office.request(filed.request_id).arr_typed == Money(250_000_00, "USD")

    def test_arr_typed_as_the_crm_has_it_is_kept_beside_it(self, office: Office) -> None:
        acme = office.account(arr_minor=240_000_00, arr_currency="EUR")
        request = office.request(office.file(account_id=acme, arr="€240,000").request_id)
        assert request.arr_typed == request.arr_crm == Money(240_000_00, "EUR")

    def test_nothing_typed_is_nothing_typed(self, office: Office) -> None:
        request = office.request(office.file(account_id=office.account(), arr=" ").request_id)
        assert request.arr_typed is None
        assert request.arr_crm == Money(100_000_00, "USD")

    def test_an_opportunity_of_another_account_is_refused(self, office: Office) -> None:
        acme, globex = office.account("Acme"), office.account("Globex")
        deal = office.opportunity(globex)
        with pytest.raises(InvalidInput) as refused:
            office.file(account_id=acme, opportunity_id=deal)
        assert set(refused.value.fields) == {"opportunity"}


class TestLinks:
    URL = "https://gitlab.example.com/acme/platform/-/issues/7"

    def links(self, office: Office) -> list[tuple[int, str]]:
        query = select(Link.gap_id, Link.url).order_by(Link.id)
        return office.reading(lambda session: [tuple(row) for row in session.execute(query)])  # type: ignore[no-any-return]

    def test_the_address_is_kept_with_the_gap_once(self, office: Office) -> None:
        acme, gap_id = office.account(), office.gap()
        for _ in range(2):
            office.file(account_id=acme, join_gap_id=gap_id, gitlab_url=self.URL)
        assert self.links(office) == [(gap_id, self.URL)]

    def test_another_gap_may_have_the_same_address(self, office: Office) -> None:
        acme = office.account()
        for title in ("SCIM", "Audit log"):
            office.file(account_id=acme, title=title, gitlab_url=self.URL)
        assert len(self.links(office)) == 2


class TestOnce:
    def test_the_same_key_is_the_same_request(self, office: Office) -> None:
        acme = office.account()
        first = office.file(account_id=acme, key="view:T1:V1")
        again = grown(office, lambda: office.file(account_id=acme, key="view:T1:V1"))
        repeat = office.file(account_id=acme, key="view:T1:V1", title="Another title")
        assert repeat == Filed(request_id=first.request_id, is_repeat=True)
        assert again == {}

    def test_twelve_at_once_are_one_request(self, office: Office) -> None:
        acme = office.account()
        submission = office.submission(account_id=acme, key="view:T1:V1")
        start = threading.Barrier(12)
        filed: list[Filed] = []

        def submit() -> None:
            start.wait()
            filed.append(office.use.file_request(submission))

        threads = [threading.Thread(target=submit) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({one.request_id for one in filed}) == 1
        assert sorted(one.is_repeat for one in filed) == [False] + [True] * 11
        assert office.counts()["request"] == 1

    def test_a_refused_submission_may_come_again_with_the_same_key(self, office: Office) -> None:
        acme = office.account()
        with pytest.raises(InvalidInput):
            office.file(account_id=acme, key="view:T1:V1", title="")
        assert not office.file(account_id=acme, key="view:T1:V1").is_repeat


class TestNothingHalf:
    def test_a_refusal_late_in_the_transaction_leaves_nothing(self, office: Office) -> None:
        acme = office.account("Acme")
        others = office.opportunity(office.account("Globex"))
        before = office.counts()
        for wrong in (
            {"account_id": acme, "opportunity_id": others},
            {"new_account": "Nova", "opportunity_id": others},
            {"new_account": "Nova", "title": "SSO for Nova"},
            {"new_account": "Nova", "join_gap_id": 999},
            {"new_account": "Nova", "title": ""},
        ):
            with pytest.raises(InvalidInput):
                office.file(**wrong)
        assert office.counts() == before

    @pytest.mark.parametrize("table", ["inbox", "gap", "request", "audit", "job", "link"])
    def test_a_failure_at_any_table_leaves_nothing(self, office: Office, table: str) -> None:
        acme = office.account()
        before = office.counts()
        with inserts_broken(office, table), pytest.raises(Exception, match="broken on purpose"):
            office.file(account_id=acme, gitlab_url=TestLinks.URL)
        assert office.counts() == before


@contextmanager
def inserts_broken(office: Office, table: str) -> Iterator[None]:
    """Let the database refuse every new row of one table."""
    if office.database.is_sqlite:
        broken = (
            f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END",
        )
        mended = ("DROP TRIGGER broken",)
    else:
        broken = (
            """CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$""",
            f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()",
        )
        mended = (f"DROP TRIGGER broken ON {table}", "DROP FUNCTION broken()")
    _run(office, broken)
    try:
        yield
    finally:
        _run(office, mended)


def _run(office: Office, statements: tuple[str, ...]) -> None:
    with office.database.write() as session:
        for statement in statements:
            session.execute(text(statement))


class TestWhoMay:
    @pytest.mark.parametrize("kind", [kind for kind in PersonKind if kind is not PersonKind.MEMBER])
    def test_only_full_members(self, office: Office, kind: PersonKind) -> None:
        acme = office.account()
        if kind is not PersonKind.UNKNOWN:
            office.person("USTRANGER", kind)
        before = office.counts()
        with pytest.raises(Stranger):
            office.file(account_id=acme, by="USTRANGER")
        assert office.counts() == before

    def test_a_guest_learns_nothing_of_what_exists(self, office: Office) -> None:
        sentences = set()
        for account_id in (office.account(), 10**9):
            with pytest.raises(NotAllowed) as refused:
                office.file(account_id=account_id, by=GUEST)
            sentences.add(refused.value.sentence)
        assert len(sentences) == 1


class TestFlood:
    def test_one_person_cannot_file_without_end_and_others_are_not_touched(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(file_request, "MOST_PER_HOUR", 3)
        acme, gap_id = office.account(), office.gap()
        for _ in range(3):
            office.file(account_id=acme, join_gap_id=gap_id)
            office.clock.move(minutes=1)
        with pytest.raises(TooManyRequests, match="within an hour"):
            office.file(account_id=acme, join_gap_id=gap_id)
        office.file(account_id=acme, join_gap_id=gap_id, by=OTHER_SELLER)
        office.clock.move(minutes=58)
        office.file(account_id=acme, join_gap_id=gap_id)

    def test_the_limit_is_far_above_a_busy_day(self) -> None:
        assert file_request.MOST_PER_HOUR >= 100


def test_an_admin_files_like_everybody(office: Office) -> None:
    filed = office.file(account_id=office.account(), by=ADMIN)
    assert office.request(filed.request_id).requester_id == ADMIN
