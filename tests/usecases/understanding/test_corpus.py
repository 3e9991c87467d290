"""How much of hand-written sentences is understood: measured on those it was tuned on, and on those held back."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import folded
from domain.words import Impact, Priority
from tests.usecases.understanding.corpus import TODAY, is_held_back, lines, lookup
from usecases.understanding.answers import read_answer
from usecases.understanding.draft import Draft, Part
from usecases.understanding.reading import Understood, understand

SENTENCES = lines("sentences.jsonl")
FIELDS = ("account", "title", "priority", "impact", "arr", "needed_by")


def expected(row: dict[str, Any]) -> dict[str, Any]:
    accounts = row.get("accounts") or ([row["account"]] if "account" in row else [])
    return {
        "account": (sorted(accounts), row.get("new_account")),
        "title": told(row.get("title", "")),
        **{name: row.get(name) for name in ("priority", "impact", "arr", "needed_by")},
    }


def got(found: Understood) -> dict[str, Any]:
    arr, deadline = found.arr, found.deadline
    return {
        "account": (sorted(one.name for one in found.names.accounts), found.names.unknown),
        "title": told(found.title),
        "priority": found.priority,
        "impact": found.impact,
        "arr": arr and f"{arr.minor // (1 if arr.currency == 'JPY' else 100)} {arr.currency}",
        "needed_by": deadline and (deadline.day.isoformat() if deadline.day else "renewal"),
    }


def told(title: str) -> list[str]:
    return [word for word in folded(title).split() if word not in {"a", "an", "the"}]


def read(text: str) -> Understood:
    return understand(text, lookup=lookup, today=TODAY, default_currency="USD")


@pytest.mark.parametrize("held_back", [False, True], ids=["tuned", "held back"])
def test_nearly_every_field_is_understood(held_back: bool) -> None:
    rows = [row for row in SENTENCES if is_held_back(row["text"]) is held_back]
    wrong: Counter[str] = Counter()
    for row in rows:
        found, wanted = got(read(row["text"])), expected(row)
        wrong.update(name for name in FIELDS if found[name] != wanted[name])
    fields = len(rows) * len(FIELDS)
    share = 1 - wrong.total() / fields
    print(f"{share:.1%} of {fields} fields in {len(rows)} sentences; wrong: {dict(wrong)}")  # noqa: T201  the figure
    assert share >= 0.95


def test_the_yardstick_is_long_enough() -> None:
    assert len(SENTENCES) >= 150
    assert 0.25 <= sum(is_held_back(row["text"]) for row in SENTENCES) / len(SENTENCES) <= 0.42


DRAFT = Draft(title="SCIM", priority=Priority.P0, impact=Impact.RISKS_CHURN, arr="€200,000", needed_by=TODAY)


@pytest.mark.parametrize("row", lines("corrections.jsonl"), ids=lambda row: row["text"])
def test_corrections_change_what_they_say_and_nothing_else(row: dict[str, Any]) -> None:
    asked = Part(row["asked"]) if "asked" in row else None
    answer = read_answer(row["text"], draft=DRAFT, asked=asked, lookup=lookup, today=TODAY, default_currency="USD")

    names = answer.names
    assert (answer.command, [one.name for one in names.accounts] if names else []) == (
        row.get("command"),
        [row["account"]] if "account" in row else [],
    )
    assert (names.unknown if names else None) == row.get("unknown")
    changes = Draft.model_validate(answer.changes).model_dump(mode="json", include=set(answer.changes))
    assert changes == row.get("changes", {})
    assert answer.is_empty is bool(row.get("nothing"))


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=300))
def test_whatever_is_written_is_read_without_trouble(text: str) -> None:
    found = read(text)
    assert len(found.title) <= 150
    read_answer(text, draft=DRAFT, asked=None, lookup=lookup, today=TODAY, default_currency="USD")


def test_an_endless_sentence_is_read_at_once() -> None:
    """No pattern may look again and again at the same place: this ends, or the test run does not."""
    for piece in ("needs the ", "a ", "9", "9,", "in the ", "Aa ", "is are ", "no "):
        read(piece * 500)
