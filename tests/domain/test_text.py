"""Texts of people, made safe to store and comparable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import clean, clean_line, folded, names_customer, shortened

# Every code point, surrogates and controls included.
ANYTHING = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
INVISIBLE_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


@given(ANYTHING)
def test_nothing_dangerous_survives(text: str) -> None:
    cleaned = clean(text)
    for character in cleaned:
        assert character in "\n\t" or unicodedata.category(character) != "Cc"
        assert unicodedata.category(character) != "Cs"
        assert character not in INVISIBLE_TURNS
    cleaned.encode()


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANYTHING)
def test_a_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("  SSO  ", "SSO"),
        ("nul\x00l", "null"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("\ud800lone", "\ufffdlone"),
        ("👩\u200d👩\u200d👧 family", "👩\u200d👩\u200d👧 family"),
        ("Zażółć gęślą jaźń", "Zażółć gęślą jaźń"),
        ("tab\tstays", "tab\tstays"),
        ("=cmd()", "=cmd()"),
    ],
)
def test_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Müller & Söhne", "muller sohne"),
        ("Weiß", "weiss"),
        ("WEISS", "weiss"),
        ("Ümraniye Yapı", "umraniye yapi"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("Đặng", "dang"),
        ("Æther Œuvre", "aether oeuvre"),
        ("Þór Guðmundsson", "thor gudmundsson"),
        ("O’Brien-Smith", "o brien smith"),
        ("ＡＣＭＥ", "acme"),
        ("ﬁne", "fine"),
        ("naïve café", "naive cafe"),
        ("nai\u0308ve cafe\u0301", "naive cafe"),
        ("日本語", "日本語"),
        ("  ", ""),
        ("—", ""),
    ],
)
def test_folded(text: str, form: str) -> None:
    assert folded(text) == form


@given(ANYTHING)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_case_and_accents_do_not_matter_to_the_search_form(text: str) -> None:
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@given(st.text(), st.integers(1, 50))
def test_shortened_fits_and_says_so(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short.endswith("…")


class TestNamesCustomer:
    @pytest.mark.parametrize(
        ("text", "account"),
        [
            ("SSO for Acme", "Acme"),
            ("acme needs SSO", "ACME Corp"),
            ("Acme's SSO", "Acme, Inc."),
            ("Muller und Sohne: SSO", "Müller und Söhne GmbH"),
            ("SSO für Müller & Söhne", "Müller & Söhne GmbH & Co. KG"),
            ("O'Brien wants SCIM", "O’Brien Ltd"),
            ("export for Straße AG", "Strasse"),
            ("(Acme) export", "Acme"),
        ],
    )
    def test_finds_the_name(self, text: str, account: str) -> None:
        assert names_customer(text, account)

    @pytest.mark.parametrize(
        ("text", "account"),
        [
            ("Acmeist poetry export", "Acme"),
            ("SSO for everyone", "Acme"),
            ("Inc. export", "Inc."),
            ("Limited access", "Limited AG"),
            ("North export", "North Wind"),
            ("", "Acme"),
            ("Acme", ""),
        ],
    )
    def test_leaves_other_words_alone(self, text: str, account: str) -> None:
        assert not names_customer(text, account)

    @given(st.text(alphabet="abcdefghij ÄÖÜß", min_size=3).filter(lambda name: len(folded(name)) > 4))
    def test_a_title_that_holds_the_name_is_always_found(self, name: str) -> None:
        assert names_customer(f"SSO for {name.upper()}, please", f"{name} GmbH")
