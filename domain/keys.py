"""Public names of gaps: `GAP-42`."""

import re

from domain.errors import NotFound

_KEY = re.compile(r"(?:gap[-\s#]?|#)?(\d{1,9})", re.IGNORECASE)


def gap_key(gap_id: int) -> str:
    return f"GAP-{gap_id}"


def parse_gap_key(text: str) -> int:
    """Read `GAP-42`, `gap 42`, `#42` or `42`; raise `NotFound` for anything else."""
    match = _KEY.fullmatch(text.strip())
    if not match:
        raise NotFound("I look for a key like GAP-42.")
    return int(match[1])
