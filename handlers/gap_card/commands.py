"""What is typed after `/gap`: a key, and perhaps a word that says what to do with the gap."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import NotFound
from domain.keys import parse_gap_key

_KEYED = re.compile(r"((?:gap[-\s#]?|#)?\d{1,9})(?:\s+(\S+)\s*(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class GapCommand:
    """The gap, the word after it in lower case (or nothing), and what follows that."""

    gap_id: int
    word: str
    rest: str


def read_gap_command(text: str, *, words: Iterable[str]) -> GapCommand:
    """Read `GAP-42`, `GAP-42 why`, `gap 42 link https://…`; raise `NotFound` with what works."""
    typed = text.strip()
    if not typed:
        raise NotFound("Say which gap, like `/gap GAP-42`. `/top-gaps` lists them.")
    found = _KEYED.fullmatch(typed)
    if found is None:
        return GapCommand(parse_gap_key(typed), "", "")
    word = (found[2] or "").lower()
    known = sorted(words)
    if word and word not in known:
        listed = ", ".join(f"`{one}`" for one in known)
        raise NotFound(f"After the key I understand {listed}." if known else "I look for a key like GAP-42.")
    return GapCommand(parse_gap_key(found[1]), word, found[3] or "")
