"""What people type into the field "ARR at stake", and what it means."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.money import LARGEST, Money, NotMoney, decimals, parse_money

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "SEK", "PLN", "INR", "BRL", "AUD", "JPY", "KRW", "ISK", "HUF", "KWD", "TND")

# What is typed → minor units and currency; the account's currency is USD.
SPELLINGS = {
    # plain
    "0": (0, "USD"),
    "250": (250_00, "USD"),
    "250000": (250_000_00, "USD"),
    "120,000": (120_000_00, "USD"),
    "120.000": (120_000_00, "USD"),
    "1,200,000": (1_200_000_00, "USD"),
    "1.200.000": (1_200_000_00, "USD"),
    "12,00,000": (1_200_000_00, "USD"),
    "120 000": (120_000_00, "USD"),
    "1 200 000": (1_200_000_00, "USD"),
    "1\u00a0200\u00a0000": (1_200_000_00, "USD"),
    "1\u202f200\u202f000": (1_200_000_00, "USD"),
    "1'200'000": (1_200_000_00, "USD"),
    "1’200’000": (1_200_000_00, "USD"),
    "1_200_000": (1_200_000_00, "USD"),
    # with decimals
    "99.5": (99_50, "USD"),
    "99,5": (99_50, "USD"),
    "1,234.56": (1_234_56, "USD"),
    "1.234,56": (1_234_56, "USD"),
    "1 234,56": (1_234_56, "USD"),
    "1'234.56": (1_234_56, "USD"),
    "1.200.000,00": (1_200_000_00, "USD"),
    "1,200,000.00": (1_200_000_00, "USD"),
    ".5m": (500_000_00, "USD"),
    # with units
    "250k": (250_000_00, "USD"),
    "250K": (250_000_00, "USD"),
    "250 k": (250_000_00, "USD"),
    "1.2m": (1_200_000_00, "USD"),
    "1,2m": (1_200_000_00, "USD"),
    "1.2M": (1_200_000_00, "USD"),
    "1.2mm": (1_200_000_00, "USD"),
    "1.250m": (1_250_000_00, "USD"),
    "1,250m": (1_250_000_00, "USD"),
    "1,250k": (1_250_000_00, "USD"),
    "1.250k": (1_250_000_00, "USD"),
    "1.25k": (1_250_00, "USD"),
    "1.2 million": (1_200_000_00, "USD"),
    "1.2 mio": (1_200_000_00, "USD"),
    "1,2 Mio.": (1_200_000_00, "USD"),
    "1.2 mln": (1_200_000_00, "USD"),
    "1.2 mn": (1_200_000_00, "USD"),
    "250 tsd": (250_000_00, "USD"),
    "250 thousand": (250_000_00, "USD"),
    "1.2bn": (1_200_000_000_00, "USD"),
    "1.2 billion": (1_200_000_000_00, "USD"),
    "1,2 Mrd": (1_200_000_000_00, "USD"),
    # with symbols
    "$250k": (250_000_00, "USD"),
    "US$250k": (250_000_00, "USD"),
    "250k$": (250_000_00, "USD"),
    "€1.2m": (1_200_000_00, "EUR"),
    "€ 1,2 Mio": (1_200_000_00, "EUR"),
    "1.200.000 €": (1_200_000_00, "EUR"),
    "120k€": (120_000_00, "EUR"),
    "£80k": (80_000_00, "GBP"),
    "¥30,000,000": (30_000_000, "JPY"),
    "₹12,00,000": (1_200_000_00, "INR"),
    "₩5000000": (5_000_000, "KRW"),
    "500 zł": (500_00, "PLN"),
    "kr 500 000": (500_000_00, "SEK"),
    "Fr. 1'500": (1_500_00, "CHF"),
    "A$250k": (250_000_00, "AUD"),
    "C$250k": (250_000_00, "CAD"),
    "CA$250k": (250_000_00, "CAD"),
    "R$ 250.000,00": (250_000_00, "BRL"),
    # with codes
    "250k USD": (250_000_00, "USD"),
    "USD 250k": (250_000_00, "USD"),
    "EUR250,000": (250_000_00, "EUR"),
    "eur 250.000": (250_000_00, "EUR"),
    "1'500 CHF": (1_500_00, "CHF"),
    "CHF 1'200'000.-": (1_200_000_00, "CHF"),
    "1.200,- EUR": (1_200_00, "EUR"),
    "kwd 1.500": (1_500, "KWD"),
    "kwd 1,500": (1_500_000, "KWD"),
    "isk 5 000 000": (5_000_000, "ISK"),
    "€250k EUR": (250_000_00, "EUR"),
    # with the words around them
    "250k ARR": (250_000_00, "USD"),
    "$250k ACV": (250_000_00, "USD"),
    "250k per year": (250_000_00, "USD"),
    "250k/year": (250_000_00, "USD"),
    "€250k / yr": (250_000_00, "EUR"),
    "€250k p.a.": (250_000_00, "EUR"),
    "250k annually": (250_000_00, "USD"),
    "~250k": (250_000_00, "USD"),
    "ca. 250k €": (250_000_00, "EUR"),
    "about 250k": (250_000_00, "USD"),
    "  250k  ": (250_000_00, "USD"),
    "٢٥٠": (250_00, "USD"),
}

NONSENSE = [
    *("", " ", "?", "tbd", "n/a", "a lot", "k", "€", "EUR", "none yet", "=cmd()", "1e6", "0x10", "NaN", "inf"),
    *("1.2.3", "1,2.3", "12.34.56", "1 2 3", "12'34", "1..2", "1,,2", "250kk", "250k m", "1/2", "5%", "250k x 3"),
    *("100-200k", "100k – 200k", "between 100k and 200k", "€5 or $6", "5 EUR 6 USD", "£€5", "\x00250k", "250\ud800"),
    "<!channel> 5",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected"), SPELLINGS.items(), ids=repr)
def test_reads_what_people_type(typed: str, expected: tuple[int, str]) -> None:
    minor, currency = expected
    assert parse_money(typed, default_currency="USD") == Money(minor=minor, currency=currency)


@pytest.mark.parametrize("typed", NONSENSE, ids=repr)
def test_refuses_what_is_no_single_amount(typed: str) -> None:
    with pytest.raises(NotMoney) as refused:
        parse_money(typed, default_currency="USD")
    assert "250k" in refused.value.sentence, "the sentence shows what would be understood"


@pytest.mark.parametrize("typed", ["-5", "- 250k", "−250k", "€-5", "-€5", "(250k)", "($250k)", "USD -1"])
def test_says_that_an_amount_cannot_be_negative(typed: str) -> None:
    with pytest.raises(NotMoney, match="negative"):
        parse_money(typed, default_currency="USD")


@pytest.mark.parametrize("typed", ["10000000001", "10.1bn", "999999999999 k", "9" * 5000, "9" * 400 + "bn"])
def test_asks_whether_an_absurd_amount_is_a_typing_error(typed: str) -> None:
    with pytest.raises(NotMoney, match="typing error"):
        parse_money(typed, default_currency="USD")


def test_the_largest_amount_is_still_fine() -> None:
    assert parse_money("10bn", default_currency="EUR") == Money(minor=LARGEST * 100, currency="EUR")


def test_an_amount_without_currency_is_in_the_accounts() -> None:
    assert parse_money("5", default_currency="JPY") == Money(minor=5, currency="JPY")


@given(st.integers(0, LARGEST * 100), st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES))
def test_reads_back_what_it_shows_exactly(minor: int, currency: str, default: str) -> None:
    money = Money(minor=min(minor, LARGEST * 10 ** decimals(currency)), currency=currency)
    assert parse_money(money.exact(), default_currency=default) == money


MONEYISH = st.text(alphabet="0123456789.,'’_ kmbn€$£¥złkrEURUSD-−()/~\u00a0", max_size=20)


@given(st.one_of(st.text(), MONEYISH))
@example("9" * 4400)
@example("٣.٣.٣")
@example("½")
@example("²")
@example("1" + " " * 200 + "x")
def test_any_text_is_an_amount_or_no_money(text: str) -> None:
    try:
        money = parse_money(text, default_currency="EUR")
    except NotMoney:
        return
    assert 0 <= money.minor <= LARGEST * 10 ** decimals(money.currency)
    assert len(money.currency) == 3
    assert money.currency.isupper()
