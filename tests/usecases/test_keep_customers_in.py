"""No customer and no amount in what many read: looked for when it is written, and again when it is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.words import AccountKind, GapState
from storage.database import Database
from storage.models import Account, Gap
from tests.usecases.top10_world import GWEN, PIET, Council, a_request
from usecases import keep_customers_in
from usecases.keep_customers_in import LEFT_OUT
from usecases.understanding.amounts import says_money, says_worth

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def council(database: Database) -> Council:
    council = Council(database)
    council.ask()
    council.publish_first()
    asking = know(council, "Nordwind Energie AG")
    with database.write() as session:
        session.add(a_request(gap_id=4, account_id=asking, at=council.office.clock()))
    know(council, "Müller & Söhne GmbH", domain="mueller-soehne.example")
    return council


def know(council: Council, name: str, *, domain: str | None = None) -> int:
    """Let the CRM have one more account, which asks for nothing."""
    number, at = next(council.accounts), council.office.clock()
    with council.database.write() as session:
        session.add(Account(id=number, name=name, kind=AccountKind.CUSTOMER, domain=domain, created_at=at))
    return number


def said(council: Council, text: str, *gap_ids: int) -> str | None:
    with council.database.read() as session:
        return keep_customers_in.named(session, text, gap_ids=gap_ids)


NAMED = (
    "Nordwind wants it",
    "we need this for nordwind energie",
    "Say no: Nordwnd's renewal",
    "muller sohne ask for it",
    "It is MÜLLER & SÖHNE’s wish",
    "See https://www.mueller-soehne.example/wiki",
    "jane@mueller-soehne.example asked",
)
NOBODY = ("A strategic account asks for it", "It was planned before", "The north wind and the sun", "Söhne", "")


@ON_SQLITE
def test_a_customer_is_found_and_other_words_are_nobodys_name(council: Council) -> None:
    assert [text for text in NAMED if not said(council, text, 4)] == []
    assert [text for text in NOBODY if said(council, text, 4)] == []


@ON_SQLITE
def test_part_of_a_name_counts_only_where_the_account_asks(council: Council) -> None:
    assert said(council, "Nordwind wants it", 5) is None
    assert said(council, "Nordwind Energie wants it", 5)


@ON_SQLITE
def test_nobody_proposes_rejects_or_discusses_with_a_customers_name_or_an_amount(council: Council) -> None:
    for words, field in (("Nordwind leaves without it", "customer"), ("$180k ARR hang on it", "amounts")):
        with pytest.raises(InvalidInput, match=field) as refused:
            council.wish("remove", 4, reason=words)
        assert set(refused.value.fields) == {"reason"}
    proposal = council.wish("remove", 4)
    with pytest.raises(InvalidInput, match="customer"):
        council.govern.decide(proposal, approved=False, by=GWEN, reason="Nordwind needs it")
    with pytest.raises(InvalidInput) as refused:
        council.govern.decide.discuss(proposal, said="What about Nordwind?", key="view:1", by=PIET)
    assert set(refused.value.fields) == {"said"}
    assert [row.action for row in council.office.audit(f"proposal:{proposal}")] == ["proposal.opened"]


@ON_SQLITE
def test_a_customer_who_came_into_the_crm_since_is_left_out_when_it_is_shown(council: Council) -> None:
    proposal = council.wish("remove", 4, reason="Zephyr Works does not need it any more")
    council.govern.decide(proposal, approved=False, by=GWEN, reason="Zephyr Works does")
    shown = council.govern.show_proposal.card(proposal)
    assert shown
    assert shown.reason == "Zephyr Works does not need it any more"

    know(council, "Zephyr Works Ltd")
    shown = council.govern.show_proposal.card(proposal)
    assert shown
    assert shown.reason == shown.words[0].reason == LEFT_OUT


@ON_SQLITE
def test_a_gap_is_not_moved_with_words_that_say_too_much(council: Council) -> None:
    move = council.office.use.notices.move_gap
    given = {"wanted": GapState.SHIPPED, "by": "UDRI", "merged_into": None}
    with pytest.raises(InvalidInput) as refused:
        move(4, reason="Nordwind waited", wording="Dear Nordwind, it is there", **given)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {"reason", "wording"}
    with pytest.raises(InvalidInput) as refused:
        move(4, reason="", wording="It is there, and your $180k renewal is safe", **given)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {"wording"}
    move(4, reason="", wording="Invoices over $10,000 can be approved by two people", **given)  # type: ignore[arg-type]
    assert council.office.reading(lambda session: session.get_one(Gap, 4).state) is GapState.SHIPPED


@pytest.mark.parametrize("text", ["$180k", "worth 180k", "ARR: 90000", "12,000 EUR a year", "a deal of 2m", "£1.5m"])
def test_an_amount_is_found(text: str) -> None:
    assert says_money(text)


@pytest.mark.parametrize("text", ["10k rows", "5 accounts, 3 P0", "GAP-12 until 2027-03-31", "20 % stronger", "v2.1"])
def test_other_numbers_are_no_money(text: str) -> None:
    assert not says_money(text)


def test_what_a_product_costs_or_limits_is_nobodys_worth() -> None:
    assert not says_worth("Invoices over $10,000 can be approved by two people")
    assert says_worth("Your contract of $10,000")


@given(amount=st.integers(1, 10**9), sign=st.sampled_from("$€£"), around=st.text("abc ,.", max_size=10))
@settings(max_examples=50)
def test_a_sign_and_a_number_are_always_money(amount: int, sign: str, around: str) -> None:
    assert says_money(f"{around} {sign}{amount} {around}")
