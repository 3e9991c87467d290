"""Which kinds of fields can hold what we read from them, by the types that describe names."""

from collections.abc import Mapping

_NUMBERS = frozenset({"currency", "double", "int", "long", "percent"})
_DAYS = frozenset({"date", "datetime"})
# A formula may spell out what a checkbox, a number of days or a person is.
_WORDS = frozenset({"string", "picklist", "combobox", "textarea", "multipicklist", "url", "email", "phone"})
_FITS: Mapping[str, frozenset[str]] = {
    "arr": _NUMBERS,
    "amount": _NUMBERS,
    "probability": _NUMBERS,
    "renewal_date": _DAYS | {"string"},
    "close_date": _DAYS | {"string"},
    "strategic": _WORDS | {"boolean"},
    "is_closed": frozenset({"boolean"}),
    "is_won": frozenset({"boolean"}),
}
_IDS = frozenset({"id", "reference"})
_HOLDS_IDS = frozenset({"id", "parent", "master", "account"})


def misfit(key: str, *, field_type: str) -> str:
    """Say what is wrong with reading this from a field of such a type; nothing when it fits."""
    if key in _HOLDS_IDS:
        return "" if field_type in _IDS else "it must hold the id of a record"
    if field_type in _IDS:
        return "it holds the id of a record; name a field of that record, like CSM__r.Name"
    fitting = _FITS.get(key)
    if fitting is None or field_type in fitting:
        return ""
    return f"it is a {field_type} field, and should be {_said(fitting)}"


def _said(types: frozenset[str]) -> str:
    if types is _NUMBERS:
        return "a number"
    return "a date" if types & _DAYS else "a checkbox"
