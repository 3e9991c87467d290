"""The mirror of customers: everything, then changes, through lost cursors, refusals, deletions and merges."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.directory import CursorLost, DirectoryUnavailable
from domain.errors import Overtaken
from domain.money import Money
from domain.words import AccountKind, OpportunityKind, OpportunityStage
from storage import mirror_state
from storage.models.terms import term_rows
from tests.usecases.memory_directory import MemoryDirectory
from tests.usecases.mirror_world import MemoryMirror
from tests.usecases.office import NOW, Office
from usecases.mirror_customers import SyncRunning

LOST = CursorLost("Salesforce forgot where a long read was.")
AWAY = DirectoryUnavailable("Salesforce did not answer in time.")


@pytest.fixture
def mirror(office: Office) -> MemoryMirror:
    return MemoryMirror(office, MemoryDirectory(office.clock))


@pytest.fixture
def crm(mirror: MemoryMirror) -> MemoryDirectory:
    return mirror.directory


class TestWhatIsKept:
    def test_an_account_in_the_products_words(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        key = crm.account(
            1,
            "O'Neil\u0000 & Söhne  (100%)",
            type_name="Customer - Direct",
            website="https://www.Oneil.example/about",
            segment="Enterprise",
            region="EMEA",
            health="Yellow",
            is_strategic=True,
            owner_name="Ann Miller",
            csm_name="Bob Ürgün",
            arr=Money(120_000_50, "EUR"),
            renewal_date=date(2027, 1, 1),
        )
        mirror.sync()
        kept = mirror.account(key)
        assert (kept.name, kept.name_folded, kept.domain) == (
            "O'Neil & Söhne (100%)",
            "o neil sohne 100",
            "oneil.example",
        )
        assert (kept.kind, kept.segment, kept.region, kept.health) == (
            AccountKind.CUSTOMER,
            "Enterprise",
            "EMEA",
            "yellow",
        )
        assert (kept.is_strategic, kept.is_verified, kept.owner_name, kept.csm_name) == (
            True,
            True,
            "Ann Miller",
            "Bob Ürgün",
        )
        assert (kept.arr, kept.arr_as_of, kept.renewal_date) == (Money(120_000_50, "EUR"), NOW, date(2027, 1, 1))
        assert mirror.found("söh") == ["O'Neil & Söhne (100%)"]

    def test_a_deal(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        acme = crm.account(1)
        key = crm.opportunity(
            1,
            acme,
            stage=OpportunityStage.OPEN,
            kind=OpportunityKind.RENEWAL,
            stage_name="Negotiation",
            amount=Money(-5_00, "USD"),
            probability=70,
            close_date=date(2027, 1, 1),
        )
        mirror.sync()
        kept = mirror.opportunity(key)
        assert (kept.kind, kept.stage, kept.stage_name) == (
            OpportunityKind.RENEWAL,
            OpportunityStage.OPEN,
            "Negotiation",
        )
        assert (kept.amount, kept.probability, kept.close_date) == (Money(-5_00, "USD"), 70, date(2027, 1, 1))

    def test_a_deal_of_nobody_is_left_out_and_counted(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        crm.opportunity(1, None)
        crm.opportunity(2, "001000000000009AAA")
        assert mirror.sync().opportunities.left_out == 2

    def test_texts_longer_than_their_columns_are_cut(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        key = crm.account(1, "ß" * 255, segment="s" * 300, region="r" * 300, health="h" * 300, owner_name="o" * 300)
        mirror.sync()
        kept = mirror.account(key)
        assert [
            len(one or "") for one in (kept.name, kept.name_folded, kept.segment, kept.health, kept.owner_name)
        ] == [
            255,
            255,
            80,
            24,
            120,
        ]

    def test_parents_may_come_after_their_children(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        parent = "001000000000009AAA"
        children = [crm.account(number, f"Child {number}", parent_id=parent) for number in (1, 2, 3)]
        mirror.later(minutes=1)
        crm.account(9, "Parent")
        mirror.sync()
        assert {mirror.account(key).parent_id for key in children} == {mirror.account(parent).id}
        mirror.later(minutes=10)
        crm.change(children[0], parent_id=None)
        mirror.sync()
        assert mirror.account(children[0]).parent_id is None

    def test_a_hidden_or_senseless_field_keeps_what_was_known_with_its_date(
        self, mirror: MemoryMirror, crm: MemoryDirectory
    ) -> None:
        hidden = crm.account(1, arr=Money(7_00, "USD"), segment="SMB")
        senseless = crm.account(2, arr=Money(8_00, "USD"), segment="SMB")
        mirror.sync()
        mirror.later(hours=1)
        crm.change(senseless, arr=None, unreadable=("arr",), segment="Enterprise")
        mirror.sync()
        crm.hidden = frozenset({"arr"})
        mirror.later(hours=1)
        crm.change(hidden, arr=None, segment="Enterprise")
        report = mirror.sync()
        for key, arr, hours in ((hidden, 7_00, 1), (senseless, 8_00, 0)):
            kept = mirror.account(key)
            assert (kept.arr, kept.segment) == (Money(arr, "USD"), "Enterprise")
            assert kept.arr_as_of == NOW + timedelta(hours=hours)
        assert [field.key for field in report.missing] == ["arr"]

    def test_an_emptied_field_is_emptied(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        key = crm.account(1, arr=Money(7_00, "USD"), owner_name="Ann")
        mirror.sync()
        mirror.later(hours=1)
        crm.change(key, arr=None, owner_name=None)
        mirror.sync()
        assert (mirror.account(key).arr, mirror.account(key).owner_name) == (None, None)

    def test_another_owner_is_another_person_in_slack(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        acme = mirror.office.account("Acme", salesforce_id=crm.account(1), owner_name="Ann", owner_slack_id="UANN")
        crm.change("001000000000001AAA", owner_name="Ann")
        mirror.sync()
        assert mirror.account("001000000000001AAA").owner_slack_id == "UANN"
        mirror.later(hours=1)
        crm.change("001000000000001AAA", owner_name="Bob")
        mirror.sync()
        kept = mirror.account("001000000000001AAA")
        assert (kept.id, kept.owner_name, kept.owner_slack_id) == (acme, "Bob", None)


class TestFromOneSyncToTheNext:
    def test_only_changes_are_read_and_the_last_five_minutes_again(
        self, mirror: MemoryMirror, crm: MemoryDirectory
    ) -> None:
        old, late = crm.account(1, "Old"), crm.account(2, "Late", modified_at=NOW + timedelta(minutes=57))
        mirror.later(hours=1)
        assert mirror.sync().is_full
        crm.read.clear()
        mirror.later(minutes=10)
        assert not mirror.sync().is_full
        assert (set(crm.read), old in crm.read) == ({late}, False)
        crm.read.clear()
        mirror.later(minutes=10)
        mirror.sync()
        assert crm.read == []

    def test_what_was_committed_late_is_not_missed(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        crm.account(1)
        mirror.sync()
        mirror.later(seconds=30)
        late = crm.account(2, "Late", modified_at=NOW - timedelta(minutes=4))
        mirror.sync()
        assert mirror.keys() >= {late}

    def test_what_changes_while_we_read_hides_nothing_behind_it(
        self, mirror: MemoryMirror, crm: MemoryDirectory
    ) -> None:
        """A record that changed after the read began is sent with a time beyond those of the pages that follow."""
        keys = [crm.account(number, f"A{number}", modified_at=NOW - timedelta(days=9 - number)) for number in range(8)]
        crm.trouble = [None, None, LOST]

        def change(_record: str, done: int, _total: int) -> None:
            if done == 2:
                crm.change(keys[3])

        mirror.sync(progress=change)
        assert mirror.keys() == set(keys)

    def test_nothing_but_a_name_changed(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        key = crm.account(1, "Acme Robotics")
        mirror.sync()
        mirror.later(minutes=10)
        crm.change(key, name="Zeta Robotics")
        assert mirror.sync().accounts.new == 0
        assert (mirror.found("acme"), mirror.found("zeta"), mirror.found("robo")) == (
            [],
            ["Zeta Robotics"],
            ["Zeta Robotics"],
        )

    @pytest.mark.parametrize("is_full", [True, False])
    def test_a_lost_cursor_costs_one_page(self, mirror: MemoryMirror, crm: MemoryDirectory, is_full: bool) -> None:
        if not is_full:
            mirror.sync()
        mirror.later(days=1)
        keys = {crm.account(number, f"A{number}") for number in range(10)}
        mirror.later(days=1)
        crm.trouble = [None, LOST, None, None, LOST]
        report = mirror.sync(is_full=is_full)
        assert (mirror.keys(), report.accounts.read, len(crm.read)) == (keys, 10, 10)

    def test_a_cursor_that_is_always_lost_is_given_up(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        crm.account(1)
        crm.trouble = [LOST] * 9
        with pytest.raises(CursorLost):
            mirror.sync()
        assert len(crm.trouble) == 5

    def test_a_first_load_goes_on_where_it_was_interrupted(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        keys = {crm.account(number, f"A{number}", modified_at=NOW - timedelta(days=1)) for number in range(9)}
        crm.trouble = [None, None, AWAY]
        with pytest.raises(DirectoryUnavailable):
            mirror.sync()
        assert len(mirror.keys()) == 4
        mirror.later(minutes=10)
        report = mirror.sync()
        assert (report.is_full, report.accounts.read, report.accounts.deleted) == (True, 5, 0)
        assert mirror.keys() == keys

    def test_progress_counts_up_to_all(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        acme, *_ = [crm.account(number) for number in range(3)]
        crm.opportunity(1, acme)
        told: list[tuple[str, int, int]] = []
        mirror.sync(progress=lambda *said: told.append(said))
        assert told == [("account", 2, 3), ("account", 3, 3), ("opportunity", 1, 1)]


class TestOneAtATime:
    def test_a_second_sync_is_told_that_one_runs(self, mirror: MemoryMirror) -> None:
        with mirror.office.database.write() as session:
            assert mirror_state.take_turn(session, holder="other", at=mirror.office.clock())
        with pytest.raises(SyncRunning):
            mirror.sync()
        mirror.later(minutes=6)
        mirror.sync()

    def test_who_was_stuck_keeps_nothing_after_another_took_over(
        self, mirror: MemoryMirror, crm: MemoryDirectory
    ) -> None:
        keys = [crm.account(number, f"A{number}") for number in range(4)]

        def stuck(_record: str, done: int, _total: int) -> None:
            if done == 2:
                mirror.later(minutes=6)
                with mirror.office.database.write() as session:
                    assert mirror_state.take_turn(session, holder="other", at=mirror.office.clock())

        with pytest.raises(Overtaken):
            mirror.sync(progress=stuck)
        assert mirror.keys() == set(keys[:2])

    def test_a_failed_sync_leaves_its_turn(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        crm.account(1)
        crm.trouble = [AWAY]
        with pytest.raises(DirectoryUnavailable):
            mirror.sync(holder="one")
        mirror.sync(holder="two")


class TestWhatIsGone:
    def test_a_deleted_account_is_marked_found_no_more_and_comes_back(
        self, mirror: MemoryMirror, crm: MemoryDirectory
    ) -> None:
        key = crm.account(1, "Acme")
        mirror.sync()
        request = mirror.office.file(account_id=mirror.account(key).id).request_id
        mirror.later(minutes=10)
        crm.change(key, is_deleted=True)
        assert mirror.sync().accounts.deleted == 1
        assert (mirror.account(key).crm_deleted_at, mirror.found("acme")) == (mirror.office.clock(), [])
        assert mirror.office.request(request).account_id == mirror.account(key).id
        assert mirror.audited(request) == []
        mirror.later(minutes=10)
        crm.change(key, is_deleted=False)
        mirror.sync()
        assert (mirror.account(key).crm_deleted_at, mirror.found("acme")) == (None, ["Acme"])

    def test_a_deletion_counts_once_and_keeps_its_first_time(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        key = crm.account(1)
        crm.account(2)
        mirror.sync()
        crm.change(key, is_deleted=True)
        assert [mirror.sync().accounts.deleted for _ in range(2)] == [1, 0]
        mirror.later(days=1)
        assert mirror.sync(is_full=True).accounts.deleted == 0
        assert mirror.account(key).crm_deleted_at == NOW

    def test_what_was_never_there_is_not_mirrored_when_it_is_deleted(
        self, mirror: MemoryMirror, crm: MemoryDirectory
    ) -> None:
        crm.account(1, is_deleted=True)
        assert (mirror.sync().accounts.deleted, mirror.keys() | mirror.keys(is_deleted=True)) == (0, set())

    def test_a_deleted_deal_is_offered_no_more(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        acme = crm.account(1)
        deal = crm.opportunity(1, acme)
        mirror.sync()
        card = mirror.office.use.find_accounts.card(mirror.account(acme).id, by="USELLER")
        assert len(card.opportunities) == 1
        crm.change(deal, is_deleted=True)
        assert mirror.sync().opportunities.deleted == 1
        card = mirror.office.use.find_accounts.card(mirror.account(acme).id, by="USELLER")
        assert card.opportunities == ()

    def test_only_a_full_pass_notices_what_was_destroyed(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        stays, goes = crm.account(1, "Stays"), crm.account(2, "Goes")
        deal = crm.opportunity(1, stays)
        mirror.sync()
        crm.destroy(goes)
        crm.destroy(deal)
        mirror.later(days=1)
        mirror.sync()
        assert mirror.keys() == {stays, goes}
        report = mirror.sync(is_full=True)
        assert (report.accounts.deleted, report.opportunities.deleted) == (1, 1)
        assert (mirror.keys(), mirror.keys(is_deleted=True), mirror.found("goes")) == ({stays}, {goes}, [])

    def test_half_of_all_accounts_do_not_vanish_in_a_night(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        crm.page_size = 200
        keys = [crm.account(number, f"A{number}") for number in range(90)]
        mirror.sync()
        for key in keys[:60]:
            crm.destroy(key)
        mirror.later(days=1)
        report = mirror.sync(is_full=True)
        assert (report.accounts.deleted, report.accounts.vanished, len(mirror.keys())) == (0, 60, 90)


class TestRequestsFollowTheirCustomers:
    def test_a_merge_moves_live_requests_once(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        acme, other = crm.account(1, "Acme"), crm.account(2, "Acme Ltd")
        mirror.sync()
        office, origin, target = mirror.office, mirror.account(other).id, mirror.account(acme).id
        live, withdrawn = [office.file(account_id=origin, title=title).request_id for title in ("Audit log", "SSO")]
        office.use.change_request.withdraw(withdrawn, by="USELLER", response_url=None)
        mirror.later(minutes=10)
        crm.merge(other, into=acme)
        report = mirror.sync()
        assert (report.moved.requests, report.moved.merged) == (1, 1)
        assert (office.request(live).account_id, office.request(live).version) == (target, 2)
        assert office.request(withdrawn).account_id == origin
        assert mirror.account(other).crm_master_id == acme
        (moved,) = mirror.audited(live)
        assert (moved.actor_id, moved.before, moved.after) == ("salesforce", {"account": origin}, {"account": target})
        assert mirror.sync().moved.requests == mirror.sync(is_full=True).moved.requests == 0
        assert len(mirror.audited(live)) == 1

    def test_merges_of_merges_end_at_the_survivor(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        keys = [crm.account(number, f"Acme {number}") for number in range(3)]
        mirror.sync()
        request = mirror.office.file(account_id=mirror.account(keys[0]).id).request_id
        crm.merge(keys[0], into=keys[1])
        crm.merge(keys[1], into=keys[2])
        mirror.sync()
        assert mirror.office.request(request).account_id == mirror.account(keys[2]).id

    @pytest.mark.parametrize("end", ["unknown", "deleted", "circle"])
    def test_without_a_survivor_requests_stay(self, mirror: MemoryMirror, crm: MemoryDirectory, end: str) -> None:
        acme, other = crm.account(1, "Acme"), crm.account(2, "Other")
        mirror.sync()
        request = mirror.office.file(account_id=mirror.account(acme).id).request_id
        crm.merge(acme, into="001000000000099AAA" if end == "unknown" else other)
        if end == "deleted":
            crm.change(other, is_deleted=True)
        if end == "circle":
            crm.merge(other, into=acme)
        assert mirror.sync().moved.requests == 0
        assert mirror.office.request(request).account_id == mirror.account(acme).id

    def test_a_typed_account_is_adopted_when_the_crm_has_it(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        request = mirror.office.file(new_account="Müller & Söhne").request_id
        typed = mirror.office.request(request).account_id
        assert mirror.sync().moved.requests == 0
        mirror.later(minutes=10)
        key = crm.account(1, "MÜLLER, SÖHNE")
        report = mirror.sync()
        assert (report.moved.requests, report.moved.adopted) == (1, 1)
        assert mirror.office.request(request).account_id == mirror.account(key).id != typed
        assert [row.reason for row in mirror.audited(request)] == ["The account is in the CRM by now."]
        assert mirror.found("müller") == ["MÜLLER, SÖHNE"]

    def test_two_candidates_are_no_answer(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        request = mirror.office.file(new_account="Acme").request_id
        keys = [crm.account(number, "ACME") for number in (1, 2)]
        assert mirror.sync().moved.requests == 0
        mirror.later(minutes=10)
        crm.change(keys[1], is_deleted=True)
        assert mirror.sync().moved.requests == 1
        assert mirror.office.request(request).account_id == mirror.account(keys[0]).id

    @pytest.mark.parametrize(
        ("typed", "known", "is_adopted"),
        [
            ("Zebra Foods", ["Zebra Foods, Inc."], True),
            ("Zebra Foods Inc", ["Zebra Foods"], True),
            ("Zebra Foods GmbH", ["Zebra Foods Ltd"], True),
            ("Zebra Foods", ["Zebra Foods", "Zebra Foods Inc."], True),
            ("Zebra Foods", ["Zebra Foods AG", "Zebra Foods Inc."], False),
            ("Zebra Foods", ["Zebra Food Company Group"], False),
        ],
    )
    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_a_legal_form_makes_no_other_company(
        self, mirror: MemoryMirror, crm: MemoryDirectory, typed: str, known: list[str], is_adopted: bool
    ) -> None:
        request = mirror.office.file(new_account=typed).request_id
        keys = [crm.account(number, name) for number, name in enumerate(known, 1)]
        assert mirror.sync().moved.requests == is_adopted
        assert (mirror.office.request(request).account_id == mirror.account(keys[0]).id) == is_adopted

    def test_a_name_typed_again_is_looked_up_again(self, mirror: MemoryMirror, crm: MemoryDirectory) -> None:
        """The CRM's account may have got another name since the typed one was adopted."""
        mirror.office.file(new_account="Acme")
        key = crm.account(1, "Acme")
        mirror.sync()
        mirror.later(minutes=10)
        crm.change(key, name="Zeta")
        mirror.sync()
        again = mirror.office.file(new_account="Acme", title="Audit log").request_id
        mirror.sync()
        assert mirror.office.request(again).account_id != mirror.account(key).id
        assert mirror.found("acme") == ["Acme"]


_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "rename", "delete", "undelete", "destroy", "touch", "sync", "full", "lost", "away"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_happened_a_full_pass_ends_with_the_crms_accounts(
    office: Office, changes: list[tuple[str, int]]
) -> None:
    """A random life of a CRM; in the end the mirror has its living accounts, and finds exactly those."""
    mirror = MemoryMirror(office, MemoryDirectory(office.clock))
    crm = mirror.directory
    for verb, number in changes:
        key = f"001{number:012d}AAA"
        mirror.later(minutes=2)
        if verb == "add" or (verb in {"rename", "delete", "undelete", "touch"} and key not in crm._accounts):
            crm.account(number, f"Account {number}")
        elif verb in {"rename", "touch"}:
            crm.change(key, **({"name": f"Renamed {number} {office.clock():%H%M}"} if verb == "rename" else {}))
        elif verb in {"delete", "undelete"}:
            crm.change(key, is_deleted=verb == "delete")
        elif verb == "destroy":
            crm.destroy(key)
        else:
            crm.trouble = [None, LOST] if verb == "lost" else [None, AWAY] if verb == "away" else []
            with suppress(DirectoryUnavailable):
                mirror.sync(is_full=verb == "full")
            crm.trouble = []
    mirror.later(minutes=10)
    mirror.sync()
    mirror.later(minutes=10)
    living = {key for key, one in crm._accounts.items() if not one.is_deleted}
    assert living <= mirror.keys(), "changes alone miss nothing that lives"
    mirror.sync(is_full=True)
    assert mirror.keys() == living
    expected = {
        (row["place"], row["term"], row["account_id"])
        for key in living
        for row in term_rows(
            account_id=mirror.account(key).id,
            name_folded=mirror.account(key).name_folded,
            domain=None,
            master_id=None,
            is_deleted=False,
        )
    }
    assert mirror.terms() == expected
