"""How SQLite is made to compare as Salesforce does: texts without regard to case, ids with."""

from sandbox.salesforce.literals import like
from sandbox.salesforce.schema import NUMBERS, TEXT


def sql_type(field_type: str) -> str:
    """Return the type of the column for a field."""
    if field_type in TEXT:
        return "TEXT COLLATE soql"
    if field_type in NUMBERS:
        return "REAL"
    return "INTEGER" if field_type == "boolean" else "TEXT"


def in_order(one: str, other: str) -> int:
    """Compare two texts, as a collation of SQLite."""
    left, right = one.casefold(), other.casefold()
    return (left > right) - (left < right)


def is_like(written: str, text: str | None) -> bool:
    """Tell whether a text matches the pattern of a LIKE, given as it was written."""
    return text is not None and like(written).fullmatch(text) is not None
