"""Prepared statements write what the ORM reads back, on both databases, and the inbox lets one of many through."""

import threading
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.money import Money
from domain.words import AccountKind, GapState, Impact, OpportunityStage, Priority
from storage import accounts, audit, gaps, inbox, requests
from storage.database import Database
from storage.models import AuditRow, Gap, Request
from storage.prepared import Prepared
from storage.requests import DealThen, NewRequest
from tests.usecases.office import Office

EAST = timezone(timedelta(hours=9, minutes=30))
AT = datetime(2026, 11, 2, 18, 30, 0, 123_456, tzinfo=EAST)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8)
both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def new_request(office: Office, **changes: Any) -> NewRequest:
    values: dict[str, Any] = {
        "gap_id": office.gap(),
        "account_id": office.account(),
        "opportunity_id": None,
        "title": "SCIM",
        "use_case": None,
        "workaround": None,
        "priority": Priority.P0,
        "impact": Impact.RISKS_CHURN,
        "needed_by": date(2027, 3, 31),
        "arr_typed": Money(2**40, "EUR"),
        "arr_crm": None,
        "arr_crm_as_of": AT,
        "account_kind_then": AccountKind.PROSPECT,
        "deal_then": DealThen(stage=OpportunityStage.LOST, stage_name="Closed", amount=Money(7, "EUR")),
        "requester_id": "U1",
        "source": "command",
        "source_channel_id": None,
    }
    return NewRequest(**values | changes)


def test_a_request_reads_back_as_it_was_written(database: Database) -> None:
    office = Office(database)
    new = new_request(office, arr_crm=Money(5, "JPY"))
    with database.write() as session:
        request_id = requests.add(session.connection(), new, at=AT)
    with database.read() as session:
        stored = session.scalars(select(Request)).one()
    assert stored.id == request_id
    for name in ("gap_id", "account_id", "title", "use_case", "priority", "impact", "needed_by", "account_kind_then"):
        assert getattr(stored, name) == getattr(new, name), name
    assert (stored.arr_typed, stored.arr_crm, stored.arr_crm_as_of) == (new.arr_typed, new.arr_crm, AT)
    assert (stored.deal_stage_then, stored.deal_stage_name_then) == (OpportunityStage.LOST, "Closed")
    assert stored.deal_amount_then == Money(7, "EUR")
    assert stored.created_at == stored.updated_at == stored.last_confirmed_at == AT
    assert stored.created_at.utcoffset() == timedelta(0)
    assert (stored.withdrawn_at, stored.version) == (None, 1)


def test_the_date_of_the_crms_arr_is_kept_only_with_it(database: Database) -> None:
    new = new_request(Office(database), arr_crm=None)
    with database.write() as session:
        requests.add(session.connection(), new, at=AT)
    with database.read() as session:
        assert session.scalars(select(Request.arr_crm_as_of)).one() is None


def test_a_gap_reads_back(database: Database) -> None:
    with database.write() as session:
        gap_id = gaps.open_gap(
            session.connection(), title="SCIM", problem="p", area_key="auth", dri_id="U2", by="U1", at=AT
        )
    with database.read() as session:
        gap = session.scalars(select(Gap)).one()
    assert (gap.id, gap.state, gap.created_at, gap.problem) == (gap_id, GapState.NEW, AT, "p")


@both
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.none() | st.dictionaries(TEXT, JSON), after=st.none() | st.dictionaries(TEXT, JSON), reason=TEXT)
def test_json_and_text_read_back_whatever_is_in_them(
    database: Database, before: dict[str, Any] | None, after: dict[str, Any] | None, reason: str
) -> None:
    with database.write() as session:
        audit.record(
            session.connection(),
            at=AT,
            actor_id="U1",
            action="x",
            subject="gap:1",
            before=before,
            after=after,
            reason=reason,
        )
    with database.read() as session:
        row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert (row.before, row.after, row.reason, row.at) == (before, after, reason, AT)


def test_facts_of_an_account_have_the_types_of_the_model(database: Database) -> None:
    office = Office(database)
    acme = office.account("Acme", arr_minor=5, arr_currency="EUR", arr_as_of=AT, is_verified=True)
    plain = office.account("Plain", arr_minor=None, arr_currency=None, arr_as_of=None, is_verified=False)
    deal = office.opportunity(acme, stage_name="Negotiation", amount_minor=9, amount_currency="JPY")
    with database.read() as session:
        facts, nothing = (accounts.facts(session, one, opportunity_id=deal) for one in (acme, plain))
        assert accounts.facts(session, 10**9, opportunity_id=None) is None
    assert facts is not None
    assert (facts.kind, facts.arr, facts.arr_as_of, facts.is_verified) == (
        AccountKind.CUSTOMER,
        Money(5, "EUR"),
        AT,
        True,
    )
    assert nothing is not None
    assert (nothing.arr, nothing.arr_as_of, nothing.is_verified) == (None, None, False)
    assert facts.deal == DealThen(stage=OpportunityStage.OPEN, stage_name="Negotiation", amount=Money(9, "JPY"))
    assert nothing.deal is None, "somebody else's deal"


def test_only_statements_with_parameters_can_be_prepared(database: Database) -> None:
    from sqlalchemy import MetaData, Table  # noqa: PLC0415
    from sqlalchemy.schema import CreateTable  # noqa: PLC0415

    prepared = Prepared(CreateTable(Table("t", MetaData())))
    with pytest.raises(TypeError), database.write() as session:
        prepared.run(session.connection())


class TestInbox:
    def test_of_many_claimants_at_once_one_is_first(self, database: Database) -> None:
        start = threading.Barrier(8)
        won: list[bool] = []

        def claim() -> None:
            start.wait()
            with database.write() as session:
                won.append(inbox.first_time(session.connection(), key="k", at=AT, subject="request:1"))

        threads = [threading.Thread(target=claim) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == [False] * 7 + [True]

    def test_a_claim_that_was_rolled_back_is_free_again(self, database: Database) -> None:
        with database.engine.connect() as connection, connection.begin():
            assert inbox.first_time(connection, key="k", at=AT)
            connection.get_transaction().rollback()  # type: ignore[union-attr]
        with database.write() as session:
            assert inbox.first_time(session.connection(), key="k", at=AT)

    def test_tells_what_the_first_one_led_to(self, database: Database) -> None:
        with database.write() as session:
            inbox.first_time(session.connection(), key="k", at=AT)
            inbox.name_subject(session.connection(), key="k", subject="request:7")
        with database.read() as session:
            assert inbox.subject_of(session, "k") == "request:7"
            assert inbox.subject_of(session, "another") is None
