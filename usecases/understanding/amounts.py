"""Find the amount of money in a sentence. What it is worth, `domain.money` reads."""

import re

from domain.money import Money, NotMoney, parse_money
from usecases.understanding.found import Found, Span, overlaps

_SIGN = r"(?:€|us\$|ca\$|au\$|nz\$|hk\$|r\$|\$|£|¥|₹|₩)"
_CODE = r"(?:usd|eur|gbp|chf|jpy|cad|aud|nzd|sek|nok|dkk|pln|czk|inr|brl|cny|huf|sgd|hkd|zł)"
_NAME = r"(?:us dollars?|dollars?|euros?|pounds?|francs?|yen)"
_UNIT = r"(?:k|tsd|thousand|mm|mn|mio|mln|million|m|bn|mrd|billion)"
_NUMBER = r"\d+(?:[.,']\d+)*"
_SPACED = r"\d{1,3}(?:[ ]\d{3})+"
_END = r"(?![\w%])"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # With a currency before or behind; then with a size; then with a word that says what it is.
        rf"(?:{_SIGN}|\b{_CODE})\s?(?:{_SPACED}|{_NUMBER})(?:\s?{_UNIT})?{_END}",
        rf"\b(?:{_SPACED}|{_NUMBER})\s?(?:{_UNIT}\s?)?(?:{_SIGN}|(?:{_CODE}|{_NAME}){_END})",
        rf"\b{_NUMBER}\s?{_UNIT}{_END}",
        rf"\b(?:arr|acv|worth|pay|pays|value|amount)[ :]+(?:of |is |about |around )?(?:{_SPACED}|{_NUMBER}){_END}",
        rf"\b(?:{_SPACED}|\d{{1,3}}(?:[.,']\d{{3}})+|\d{{4,}})\s(?=arr\b|acv\b)",
    )
)
_IN_MONEY = (_PATTERNS[0], _PATTERNS[1], _PATTERNS[3], _PATTERNS[4])
"""Not those that a mere number with a size fits, like “10k rows”."""
_OF_A_CUSTOMER = re.compile(
    r"\b(?:arr|acv|tcv|mrr|revenue|renewals?|deals?|contracts?|opportunit(?:y|ies)|pays?|paying|worth|spends?|churn\w*)\b",
    re.IGNORECASE,
)
_SIZED = re.compile(rf"\b{_NUMBER}\s?{_UNIT}{_END}", re.IGNORECASE)
_NAMES = (("dollar", "USD"), ("euro", "EUR"), ("pound", "GBP"), ("franc", "CHF"), ("yen", "JPY"))
_LABEL = re.compile(r"^[a-z][a-z :]*(?=\d)", re.IGNORECASE)
_AROUND = re.compile(r"(?:\b(?:about|around|approx\.?|circa|ca\.?|roughly)\s+)$", re.IGNORECASE)
_PER_YEAR = re.compile(
    r"\s*(?:arr|acv|per year|a year|/\s*(?:yr|year)|p\.?\s?a\.?|annually|yearly)(?!\w)", re.IGNORECASE
)


def find_amount(text: str, *, default_currency: str) -> Found[Money] | None:
    """The first amount that is one; None when the text has none."""
    taken: list[Span] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if overlaps(match.span(), taken):
                continue
            taken.append(match.span())
            money = _read(match[0], default_currency)
            if money is not None:
                return Found(money, (_widened(text, match.span()),))
    return None


def says_money(text: str) -> bool:
    """Tell whether a text has an amount of money in it, or a number that can only be one where deals are spoken of."""
    return any(pattern.search(text) for pattern in _IN_MONEY) or says_worth(text)


def says_worth(text: str) -> bool:
    """Tell whether a text says what a customer or a deal is worth; a limit of $10,000 in a product is no such thing."""
    has_amount = bool(_SIZED.search(text)) or any(pattern.search(text) for pattern in _IN_MONEY)
    return has_amount and bool(_OF_A_CUSTOMER.search(text))


def _read(said: str, default_currency: str) -> Money | None:
    plain = said.lower()
    if not plain.startswith(("usd", "eur", "gbp", "chf", "jpy", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln")):
        plain = _LABEL.sub("", plain)
    for name, code in _NAMES:
        plain = re.sub(rf"\b(?:us )?{name}s?\b", code, plain)
    try:
        money = parse_money(plain, default_currency=default_currency)
    except NotMoney:
        return None
    return money if money.minor else None


def _widened(text: str, span: Span) -> Span:
    """With the words that only say how exact it is, and for how long."""
    start, end = span
    before = _AROUND.search(text, 0, start)
    after = _PER_YEAR.match(text, end)
    return (before.start() if before else start, after.end() if after else end)
