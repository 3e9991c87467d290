"""What leaves for a language model names no customer, no person, no amount and no address."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.text import folded, names_customer
from usecases.understanding.amounts import says_money
from usecases.understanding.anonymous import anonymous
from usecases.understanding.names import NamedAccount

ACCOUNTS = [
    NamedAccount(number, name)
    for number, name in enumerate(("Nordwind AG", "O’Brien Logistics", "Müller & Söhne GmbH", "Acme"))
]
NEED = "{} needs offline maps on Android, or {} goes. They pay {}, says {} ({}). Due in March 2027."


def lookup(_words: Sequence[str]) -> Iterable[NamedAccount]:
    return ACCOUNTS


def shown(text: str) -> str:
    return anonymous(text, lookup=lookup, known_words=lambda words: {"android", "okta"} & set(words))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Nordwind needs SCIM for contractors, blocker for their €200k renewal in March",
            "[customer] needs SCIM for contractors, blocker for their [amount] renewal in March",
        ),
        (
            "Jane Miller (jane@obrien.example, +49 170 1234567) at O'Brien misses Okta, like Müller & Söhne",
            "[name] [name] ([address], [number]) at [customer] misses Okta, like [customer]",
        ),
        ("IBM wants SSO. 1.2m ARR, opp 0065g00000SCEN0001", "[customer] wants SSO. [amount], opp [number]"),
        ("they want exports by 31 March 2027", "they want exports by 31 March 2027"),
    ],
)
def test_who_and_how_much_are_cut_out_and_the_need_stays(text: str, expected: str) -> None:
    assert shown(text) == expected


@settings(max_examples=30, deadline=None)
@given(
    account=st.sampled_from([one.name for one in ACCOUNTS]),
    other=st.sampled_from(["acme", "NORDWIND", "Söhne Müller GmbH", "Fabrikam"]),
    amount=st.sampled_from(["€200k", "1.2m ARR", "120,000 USD", "90 000 EUR", "$5"]),
    person=st.sampled_from(["Jane Miller", "Jürgen", "Łukasz Żak", "Mary-Ann O'Neil"]),
    address=st.sampled_from(["jane@acme.example", "https://acme.example/x", "acme.example", "+49 (0)170/123 45 67"]),
)
def test_whatever_stands_in_a_sentence_is_not_in_what_is_shown(
    account: str, other: str, amount: str, person: str, address: str
) -> None:
    text = shown(NEED.format(account, other, amount, person, address))
    assert not any(names_customer(text, one.name) for one in ACCOUNTS)
    assert not set(folded(f"{person} {address} {amount} fabrikam sohne").split()) - {"the"} & set(folded(text).split())
    assert not says_money(text)
    assert "offline maps on Android" in text
    assert "March 2027" in text


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_any_text_comes_to_an_end(text: str) -> None:
    assert len(shown(text)) <= 12 * len(text) + 12
