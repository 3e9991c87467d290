"""What people type, made safe to store: one rule for both databases, nothing silently lost that can be seen."""

import re
import unicodedata

# C0 and C1 controls without tab and newline, and the marks that turn text around invisibly.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^\w]+")
# Letters that Unicode does not take apart although people type them without their strokes.
_PLAIN_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe"}
)


def clean(text: str) -> str:
    """Return the text without NUL, control and bidi-override characters; lone surrogates become U+FFFD."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", unified)).strip()


def clean_line(text: str) -> str:
    """Clean text for a single line: titles and names."""
    return _SPACES.sub(" ", clean(text))


def folded(text: str) -> str:
    """Return the search form: no accents, case or punctuation, single spaces ("Müller & Söhne" → "muller sohne")."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    letters = plain.casefold().translate(_PLAIN_LETTERS)
    return _SPACES.sub(" ", _NOT_WORDS.sub(" ", letters)).strip()


def shortened(text: str, limit: int) -> str:
    """Cut text to `limit` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set: lists of words read better as text."""
    return frozenset(words.split())


LEGAL_FORMS = frozenset(
    {
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "kg",
        "kk",
        "limited",
        "llc",
        "ltd",
        "nv",
        "oy",
        "plc",
        "sa",
        "sarl",
        "sas",
        "se",
    }
)


def spellings(name_folded: str) -> frozenset[str]:
    """The folded name of a company without its legal form, and with each of them."""
    words = name_folded.split(" ")
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    plain = " ".join(words)
    return frozenset({name_folded, plain, *(f"{plain} {form}" for form in LEGAL_FORMS)})


def names_customer(text: str, account_name: str) -> bool:
    """Tell whether the text says the account's name (legal form aside), as whole words."""
    words = [word for word in folded(account_name).split() if word not in LEGAL_FORMS]
    return bool(words) and f" {' '.join(words)} " in f" {folded(text)} "
