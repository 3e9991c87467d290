"""The sentences in `tests/corpus`, and the company whose accounts they name."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from usecases.understanding.names import NamedAccount, name_words

FOLDER = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 2)

ACCOUNTS = tuple(
    NamedAccount(number, name)
    for number, name in enumerate(json.loads((FOLDER / "accounts.json").read_text(encoding="utf-8")), start=1)
)


def lookup(beginnings: Sequence[str]) -> list[NamedAccount]:
    """What the mirror's index answers."""
    starts = tuple(word[:3] for word in beginnings)
    return [one for one in ACCOUNTS if any(word.startswith(starts) for word in name_words(one.name))]


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def is_held_back(text: str) -> bool:
    """A third, chosen by the text alone before anything was tuned: nobody looked at its mistakes one by one."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 3 == 0
