"""String literals of SOQL: what their escapes mean, plainly and in a LIKE."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sandbox.salesforce.errors import SalesforceError

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_WILDCARDS = {"%": ".*", "_": "."}
_PART = re.compile(r"\\u([0-9A-Fa-f]{4})|\\(.)|(.)", re.DOTALL)


def read_text(written: str) -> str:
    """Return what a literal (without its quotes) says; raise `SalesforceError` for an unknown escape."""
    return "".join(_character(code, escape, plain) for code, escape, plain in _parts(written))


@lru_cache(maxsize=64)
def like(written: str) -> re.Pattern[str]:
    """Return what a LIKE matches, without regard to case. Escaped wildcards, known only here, are themselves."""
    pattern = []
    for code, escape, plain in _parts(written):
        if plain in _WILDCARDS:
            pattern.append(_WILDCARDS[plain])
        elif escape in _WILDCARDS:
            pattern.append(escape)
        else:
            pattern.append(re.escape(_character(code, escape, plain)))
    return re.compile("".join(pattern), re.IGNORECASE | re.DOTALL)


def containing(text: str) -> str:
    """Write the pattern of a LIKE that any text with this in it matches."""
    return "%" + re.sub(r"([\\'\"%_])", r"\\\1", text) + "%"


def _parts(written: str) -> Iterator[tuple[str, str, str]]:
    for match in _PART.finditer(written):
        yield match[1] or "", match[2] or "", match[3] or ""


def _character(code: str, escape: str, plain: str) -> str:
    if code:
        return chr(int(code, 16))
    if escape and escape not in _ESCAPES:
        raise SalesforceError("MALFORMED_QUERY", f"Illegal character sequence '\\{escape}' in string literal")
    return _ESCAPES[escape] if escape else plain
