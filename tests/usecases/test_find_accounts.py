"""The type-ahead: what is found by what was typed, how namesakes are told apart, what the form learns."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.amount import Amount
from domain.errors import NotAllowed, NotFound
from domain.money import Money
from domain.words import AccountKind
from tests.usecases.office import GUEST, NOW, SELLER, Office, in_days
from usecases.find_accounts import MOST_MATCHES


def found(office: Office, typed: str) -> list[str]:
    matches = office.use.find_accounts.matching(typed, by=SELLER)
    return [" · ".join(part for part in (match.name, match.hints) if part) for match in matches]


@pytest.fixture
def companies(office: Office) -> Office:
    for name, domain in {
        "Acme": "acme.com",
        "Acme Robotics": "robots.acme.io",
        "North Acme": None,
        "Pacme": None,
        "Müller & Söhne": "mueller-soehne.de",
        "Ørsted": "orsted.dk",
        "O’Brien Foods": "obrien.ie",
        "100% Organic": None,
        "under_score": None,
    }.items():
        office.account(name, domain=domain)
    return office


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("acme", ["Acme · acme.com", "Acme Robotics · robots.acme.io", "North Acme"]),
        ("ACME r", ["Acme Robotics · robots.acme.io"]),
        ("rob", ["Acme Robotics · robots.acme.io"]),
        ("robots.ac", ["Acme Robotics · robots.acme.io"]),
        ("acme.com", ["Acme · acme.com"]),
        ("ACME.COM", ["Acme · acme.com"]),
        ("mueller-s", ["Müller & Söhne · mueller-soehne.de"]),
        ("muller sohne", ["Müller & Söhne · mueller-soehne.de"]),
        ("Söh", ["Müller & Söhne · mueller-soehne.de"]),
        ("orsted", ["Ørsted · orsted.dk"]),
        ("o'brien", ["O’Brien Foods · obrien.ie"]),
        ("brien", ["O’Brien Foods · obrien.ie"]),
        ("100%", ["100% Organic"]),
        ("under_s", ["under_score"]),
        ("under%", ["under_score"]),
        ("a%e", []),
        ("_cme", []),
        ("zzz", []),
        ("' OR 1=1 --", []),
        ("\x00", None),
    ],
)
def test_finds_by_name_word_or_domain(companies: Office, typed: str, lines: list[str] | None) -> None:
    got = found(companies, typed)
    assert len(got) == 9 if lines is None else got == lines


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=30) | st.sampled_from("%_\\'\"")
)
def test_whatever_is_typed_is_an_answer(office: Office, typed: str) -> None:
    assert found(office, typed) == []


def test_known_accounts_come_before_typed_ones(office: Office) -> None:
    office.file(new_account="Acme")
    office.account("Acme")
    assert found(office, "acme") == ["Acme", "Acme · Not in the CRM yet"]


def test_namesakes_are_told_apart_without_money(office: Office) -> None:
    office.account("Acme", segment="Enterprise", region="EMEA", renewal_date=in_days(60))
    office.account("Acme", segment="SMB", region="AMER", renewal_date=in_days(-60))
    lines = found(office, "acme")
    assert lines == ["Acme · Enterprise · EMEA · renews Jan 2027", "Acme · SMB · AMER"]


def test_an_exact_name_is_marked(companies: Office) -> None:
    matches = companies.use.find_accounts.matching("ACME!", by=SELLER)
    assert [match.is_exact for match in matches] == [True, False, False]


def test_never_more_than_the_list_can_show(office: Office) -> None:
    for number in range(MOST_MATCHES + 5):
        office.account(f"Acme {number}")
    assert len(found(office, "acme")) == MOST_MATCHES


def test_a_guest_finds_nothing_whatever_exists(companies: Office) -> None:
    for typed in ("acme", "zzz"):
        with pytest.raises(NotAllowed):
            companies.use.find_accounts.matching(typed, by=GUEST)
    with pytest.raises(NotAllowed):
        companies.use.find_accounts.card(1, by=GUEST)


def test_the_card_is_what_the_form_shows(office: Office) -> None:
    acme = office.account("Acme", arr_minor=240_000_00, arr_currency="EUR", renewal_date=in_days(60))
    deal = office.opportunity(acme, name="Expansion", kind="expansion", close_date=in_days(9))
    card = office.use.find_accounts.card(acme, by=SELLER)
    assert (card.name, card.kind, card.is_verified) == ("Acme", AccountKind.CUSTOMER, True)
    assert card.arr == Amount(original=Money(240_000_00, "EUR"), reporting=Money(264_000_00, "USD"))
    assert card.renewal_date == in_days(60)
    assert card.arr_as_of is not None
    assert (NOW - card.arr_as_of).days == 1
    assert [(one.opportunity_id, one.line) for one in card.opportunities] == [
        (deal, "Expansion · expansion · closes 11 Nov 2026")
    ]


def test_a_card_of_nothing_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        office.use.find_accounts.card(10**9, by=SELLER)
